import type { Json } from './json.ts';
import { stringFormat, stringFormats } from './formats.ts';
import { wordsOf } from './pattern.ts';
import type { NumberShape, Shape, StringShape } from './shape.ts';

/** Values of simple shapes at the edges where two schemas may part. None is taken from an example: all are made up. */

/** Longest string or array that a witness may need. */
const sizeLimit = 3000;

/** Numbers of the shape near its own bounds and those of the others. */
export function numbersNear(shape: NumberShape, others: readonly Shape[]): number[] {
  const hints = others.filter((other): other is NumberShape => other.type === 'number');
  const whole = shape.multiples.some(Number.isInteger);
  const steps = [...shape.multiples, ...hints.flatMap(({ multiples }) => multiples)];
  const edges = [shape, ...hints]
    .flatMap(({ min, max, values = [] }) => [
      min,
      max,
      ...values.filter((value): value is number => typeof value === 'number'),
    ])
    .filter(Number.isFinite);
  const near = [...edges, 0, ...steps].flatMap((edge) =>
    whole
      ? [edge, edge + 1, edge - 1, edge * 2]
      : [edge, edge + 1, edge - 1, edge + 0.5, edge - 0.5, edge + 0.01, edge - 0.01],
  );
  const far = [
    0,
    1,
    -1,
    2,
    3,
    5,
    7,
    0.5,
    1.5,
    100,
    -100,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 53,
    2 ** 63,
    2 ** 64,
    1e39,
    -1e39,
  ];
  const onStep = [...near, ...far].flatMap((value) => [
    value,
    ...shape.multiples.map((step) => Number((Math.round(value / step) * step).toPrecision(12))),
  ]);
  return unique(onStep)
    .filter((value) => Number.isFinite(value) && isWithin(shape, value))
    .sort((left, right) => Math.abs(left) - Math.abs(right));
}

function isWithin(shape: NumberShape, value: number): boolean {
  return (
    value >= shape.min &&
    value <= shape.max &&
    !(shape.minOpen && value === shape.min) &&
    !(shape.maxOpen && value === shape.max)
  );
}

/** Strings of the shape, and of the shape but not of the others. */
export function stringsNear(shape: StringShape, others: readonly Shape[]): string[] {
  const hints = others.filter((other): other is StringShape => other.type === 'string');
  const set = {
    patterns: shape.patterns,
    excluded: shape.excluded,
    minLength: shape.minLength,
    maxLength: shape.maxLength,
  };
  const outside = hints.flatMap((hint) => [
    ...hint.patterns
      .filter((pattern) => !shape.patterns.includes(pattern))
      .flatMap((pattern) => wordsOf({ ...set, excluded: [...set.excluded, pattern] }, 2)),
    ...hint.excluded.flatMap((pattern) => wordsOf({ ...set, patterns: [...set.patterns, pattern] }, 2)),
  ]);
  const formats = unique([...shape.formats, ...hints.flatMap((hint) => hint.formats)]);
  const formatted = formats.flatMap((name) => (stringFormat(name)?.samples ?? []) as string[]);
  const stock =
    shape.formats.length > 0
      ? [...stringFormats().values()].flatMap(({ samples }) => samples as string[])
      : [];
  const sizes = unique([
    shape.minLength,
    shape.maxLength,
    ...hints.flatMap(({ minLength, maxLength }) => [minLength - 1, minLength, maxLength, maxLength + 1]),
  ]).filter((size) => size >= shape.minLength && size <= shape.maxLength && size <= sizeLimit);
  const sized =
    shape.patterns.length > 0 || shape.excluded.length > 0
      ? sizes.flatMap((size) => wordsOf({ ...set, minLength: size, maxLength: size }, 1))
      : sizes.flatMap((size) => ['a'.repeat(size), '1'.repeat(size)]);
  const plain =
    shape.patterns.length > 0 ? wordsOf(set, 4) : ['a', '', '1', 'A', ' ', 'é', 'a b', 'aGk=', '!', '{}'];
  const values = [shape, ...hints]
    .flatMap((one) => one.values ?? [])
    .filter((value): value is string => typeof value === 'string');
  return unique([
    ...outside,
    ...plain,
    ...formatted,
    ...sized,
    ...stock,
    ...values,
    ...values.map((value) => `${value}x`),
  ]);
}

/** The same without repeats, first ones first. */
export function unique<T extends Json>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
