import type { Placed } from './decoded.ts';
import { digitValue } from './digits.ts';

/** Digits with nothing but separators between them: what a number could be written as. */
export interface DigitRun {
  /** As ASCII. */
  readonly digits: string;
  /** Where each digit stands in the text. */
  readonly places: readonly Placed[];
  /** For each digit, the number of the group of adjacent digits that it belongs to. */
  readonly groups: readonly number[];
}

/** Most characters between two digits of one number: ` - `. */
const LONGEST_SEPARATOR = 3;
/**
 * Whatever is neither a letter nor a number separates: blanks, dashes, dots, slashes, invisible characters.
 */
const notSeparator = /[\p{L}\p{N}]/u;

/**
 * The runs of at least `fewest` digits of a text, in any script, with any separators. Linear in the text's
 * length.
 */
export function digitRuns(text: readonly Placed[], fewest: number): DigitRun[] {
  const runs: DigitRun[] = [];
  let places: Placed[] = [];
  let groups: number[] = [];
  let values: number[] = [];
  let gap = 0;
  const closeRun = (): void => {
    if (values.length >= fewest) runs.push({ digits: values.join(''), places, groups });
    if (values.length > 0) [places, groups, values] = [[], [], []];
  };
  for (const placed of text) {
    const value = digitValue(placed.character);
    if (value === undefined) {
      gap = notSeparator.test(placed.character) ? Number.POSITIVE_INFINITY : gap + 1;
      if (gap > LONGEST_SEPARATOR) closeRun();
      continue;
    }
    groups.push((groups.at(-1) ?? 0) + (gap > 0 ? 1 : 0));
    places.push(placed);
    values.push(value);
    gap = 0;
  }
  closeRun();
  return runs;
}
