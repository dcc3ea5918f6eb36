import { stringFormat, stringFormats } from './formats.ts';
import { commonMultiple, isMultiple } from './numbers.ts';
import { matches } from './pattern.ts';
import type { NumberShape, StringShape } from './shape.ts';
import { wordsOf } from './words.ts';

/** Numbers and strings of a shape, simple ones first. None is taken from an example: all are made up. */

/** Beyond, validators disagree about what is a whole number of steps. */
const exact = 1e15;

/** Steps from an edge. */
const counts = Array.from({ length: 14 }, (_, index) => index);

/** Numbers of the shape near its edges. */
export function numbersOf(shape: NumberShape): number[] {
  const edges = [shape.min, shape.max, ...shape.excluded.filter((value) => typeof value === 'number')].filter(
    Number.isFinite,
  );
  const steps = [...shape.multiples, ...shape.notMultiples];
  const near = [0, ...edges].flatMap((edge) =>
    [0, 1, 2, 3, 0.5, 0.25, 0.1, ...steps].flatMap((step) => [edge + step, edge - step]),
  );
  const far = [5, 7, 11, 13, 100, 2 ** 31, 2 ** 53, 1e39].flatMap((value) => [value, -value]);
  const common = commonMultiple(shape.multiples);
  const stepped = [...shape.multiples, ...(common === undefined ? [] : [common])].flatMap((step) =>
    [...near, ...far].map((value) => Number((Math.round(value / step) * step).toPrecision(15))),
  );
  const counted =
    common === undefined
      ? []
      : [0, ...edges].flatMap((edge) =>
          counts.map((count) => Number(((Math.ceil(edge / common) + count) * common).toPrecision(15))),
        );
  return [...new Set([...near, ...far, ...stepped, ...counted].map((value) => (value === 0 ? 0 : value)))]
    .filter((value) => has(shape, value))
    .sort((left, right) => Math.abs(left) - Math.abs(right) || right - left);
}

function has(shape: NumberShape, value: number): boolean {
  return (
    Number.isFinite(value) &&
    value >= shape.min &&
    value <= shape.max &&
    !(shape.minOpen && value === shape.min) &&
    !(shape.maxOpen && value === shape.max) &&
    (shape.multiples.length + shape.notMultiples.length === 0 || Math.abs(value) < exact) &&
    shape.multiples.every((step) => isMultiple(value, step)) &&
    !shape.notMultiples.some((step) => isMultiple(value, step)) &&
    !shape.excluded.includes(value)
  );
}

/** Strings of the shape. */
export function stringsOf(shape: StringShape): string[] {
  const free = shape.patterns.length === 0 && shape.notPatterns.length === 0;
  const formats = shape.formats.flatMap((name) => stringFormat(name)?.samples ?? []);
  const others =
    shape.notFormats.length > 0 ? [...stringFormats().values()].flatMap(({ samples }) => samples) : [];
  const plain = free && shape.minLength <= 1 ? ['a', '', '1', 'A', ' ', 'é', 'a b', 'aGk=', '!', '{}'] : [];
  const excluded = shape.excluded.filter((value) => typeof value === 'string').map((value) => `${value}x`);
  return [
    ...new Set([...formats, ...plain, ...wordsOf(shape, 8 + shape.excluded.length), ...excluded, ...others]),
  ]
    .filter((value): value is string => typeof value === 'string')
    .filter((value) => hasText(shape, value));
}

function hasText(shape: StringShape, value: string): boolean {
  const length = Array.from(value).length;
  return (
    length >= shape.minLength &&
    length <= shape.maxLength &&
    !shape.excluded.includes(value) &&
    shape.patterns.every((pattern) => matches(pattern, value) === true) &&
    shape.notPatterns.every((pattern) => matches(pattern, value) === false) &&
    shape.formats.every((name) => stringFormat(name)?.accepts(value) !== false) &&
    shape.notFormats.every((name) => stringFormat(name)?.accepts(value) !== true)
  );
}
