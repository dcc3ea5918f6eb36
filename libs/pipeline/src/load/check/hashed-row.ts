import { consumerTexts, type BatchItems, type FieldName, type SourcePlace } from '@enrollkit/enrollment';
import type { HashEntry } from './hash-index.ts';
import { placeFrom, type Origin } from '../slices/origin.ts';
import { CONSUMER_TEXTS, IDENTITY, word, type RowWords } from './row-hashes.ts';
import { consumerNumberOf } from '../word-map.ts';

/** A row that is fit by itself: its words in those of its portion. */
export interface HashedRow extends RowWords {
  readonly from: Origin;
}

/** Rows as their hashes tell them apart. */
export const hashedItems: BatchItems<HashedRow> = {
  consumerOf: (row) => consumerNumberOf([wordOf(row, word.consumer), wordOf(row, word.consumer + 1)]),
  isSameCard: (one, other) =>
    wordOf(one, word.key) === wordOf(other, word.key) &&
    wordOf(one, word.key + 1) === wordOf(other, word.key + 1),
  consumerDifference,
  placeOf,
};

function consumerDifference(one: HashedRow, other: HashedRow): FieldName | undefined {
  if (wordOf(one, IDENTITY) === wordOf(other, IDENTITY)) return undefined;
  for (let index = 0; index < CONSUMER_TEXTS; index++)
    if (wordOf(one, word.texts + index) !== wordOf(other, word.texts + index))
      return consumerTexts[index]?.column;
  return undefined;
}

/** A word of a row, by its number among those of the row. */
export function wordOf({ words, at }: HashedRow, index: number): number {
  return words[at + index] ?? 0;
}

function lineOf(row: HashedRow): number {
  return row.from.line + wordOf(row, word.line);
}

/** Where the row stands in its input. */
export function placeOf(row: HashedRow): SourcePlace {
  return placeFrom(row.from, {
    row: wordOf(row, word.row),
    line: wordOf(row, word.line),
    offset: wordOf(row, word.offset),
    length: wordOf(row, word.length),
  });
}

/** A hash of a row as it is remembered, with another word of the row beside it. */
export function entryOf(row: HashedRow, hash: number, beside: number): HashEntry {
  return {
    high: wordOf(row, hash),
    low: wordOf(row, hash + 1),
    line: lineOf(row),
    beside: wordOf(row, beside),
  };
}
