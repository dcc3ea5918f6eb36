import type { NumberShape } from './shape.ts';

/** Numbers as exact fractions: decimal steps and bounds mean what is written. */

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** So many steps inside bounds are looked at one by one. */
const countLimit = 2000;

/** True when no number has the shape. */
export function noNumber(shape: NumberShape): boolean {
  const step = stepOf(shape.multiples);
  if (step === undefined)
    return shape.min === shape.max && Number.isFinite(shape.min) && !allowed(shape, shape.min);
  if (shape.notMultiples.some((other) => isWhole(divided(step, fraction(other))))) return true;
  const counts = countsOf(shape, step);
  if (counts === undefined) return false;
  const [first, last] = counts;
  if (first > last) return true;
  if (last - first > BigInt(countLimit)) return false;
  for (let count = first; count <= last; count += 1n) if (allowed(shape, valueOf(step, count))) return false;
  return true;
}

/** The numbers of the shape, when there are at most `limit`. */
export function fewNumbers(shape: NumberShape, limit: number): number[] | undefined {
  const step = stepOf(shape.multiples);
  if (step === undefined) return shape.min === shape.max ? [shape.min] : undefined;
  const counts = countsOf(shape, step);
  if (counts === undefined || counts[1] - counts[0] >= BigInt(limit)) return undefined;
  const found: number[] = [];
  for (let count = counts[0]; count <= counts[1]; count += 1n) found.push(valueOf(step, count));
  return found.filter((value) => allowed(shape, value));
}

/**
 * The smallest number of which all multiples are multiples of every given one; `undefined` for none given.
 */
export function commonMultiple(steps: readonly number[]): number | undefined {
  const step = stepOf(steps);
  return step === undefined ? undefined : valueOf(step, 1n);
}

/** The step of which all multiples are multiples of every given one. */
function stepOf(multiples: readonly number[]): Fraction | undefined {
  return multiples.map(fraction).reduce<Fraction | undefined>((left, right) => {
    if (left === undefined) return right;
    return {
      over: common(left.over * right.under, right.over * left.under),
      under: left.under * right.under,
    };
  }, undefined);
}

/** The first and last multiple inside the bounds; `undefined` when a bound is missing. */
function countsOf(
  { min, max, minOpen, maxOpen }: NumberShape,
  step: Fraction,
): readonly [bigint, bigint] | undefined {
  if (!Number.isFinite(min) || !Number.isFinite(max)) return undefined;
  const [low, high] = [divided(fraction(min), step), divided(fraction(max), step)];
  const first = -floor({ over: -low.over, under: low.under });
  const last = floor(high);
  return [minOpen && isWhole(low) ? first + 1n : first, maxOpen && isWhole(high) ? last - 1n : last];
}

function allowed({ notMultiples, excluded, multiples }: NumberShape, value: number): boolean {
  return (
    !excluded.includes(value) &&
    !notMultiples.some((step) => isMultiple(value, step)) &&
    multiples.every((step) => isMultiple(value, step))
  );
}

/** Whether a number is a whole number of steps. */
export function isMultiple(value: number, step: number): boolean {
  return isWhole(divided(fraction(value), fraction(step)));
}

function valueOf(step: Fraction, count: bigint): number {
  const over = step.over * count;
  const divisor = greatest(over < 0n ? -over : over, step.under) || 1n;
  return Number(over / divisor) / Number(step.under / divisor);
}

function fraction(value: number): Fraction {
  const [digits = '0', exponent = '0'] = value.toString().split('e');
  const [whole = '0', decimals = ''] = digits.split('.');
  const power = Number(exponent) - decimals.length;
  const over = BigInt(whole + decimals);
  return power >= 0
    ? { over: over * 10n ** BigInt(power), under: 1n }
    : { over, under: 10n ** BigInt(-power) };
}

function divided(left: Fraction, right: Fraction): Fraction {
  const [over, under] = [left.over * right.under, left.under * right.over];
  return under < 0n ? { over: -over, under: -under } : { over, under };
}

function isWhole({ over, under }: Fraction): boolean {
  return over % under === 0n;
}

function floor({ over, under }: Fraction): bigint {
  const quotient = over / under;
  return over % under !== 0n && over < 0n ? quotient - 1n : quotient;
}

function greatest(left: bigint, right: bigint): bigint {
  let [one, other] = [left, right];
  while (other !== 0n) [one, other] = [other, one % other];
  return one;
}

function common(left: bigint, right: bigint): bigint {
  return (left / greatest(left, right)) * right;
}
