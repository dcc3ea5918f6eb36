import { stringFormat } from './formats.ts';
import type { StringShape } from './shape.ts';
import { allWords, nothingIn } from './words.ts';

/** So many strings are looked at one by one. */
const wordLimit = 100;

/** True when no string has the shape. */
export function noString(shape: StringShape): boolean {
  if (shape.formats.some((format) => isOrImplies(format, shape.notFormats))) return true;
  if (nothingIn(shape) === true) return true;
  if (shape.excluded.length === 0) return false;
  const words = allWords(shape, wordLimit);
  return words?.every((word) => shape.excluded.includes(word)) === true;
}

/** The strings of the shape, and perhaps some more, when there are at most `limit`. */
export function fewStrings(shape: StringShape, limit: number): string[] | undefined {
  return allWords(shape, limit)?.filter((word) => !shape.excluded.includes(word));
}

function isOrImplies(format: string, refused: readonly string[]): boolean {
  return refused.some((other) => other === format || stringFormat(format)?.implies.includes(other) === true);
}
