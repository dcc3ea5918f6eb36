import type { Rejection } from '@enrollkit/enrollment';
import { toRecord, type ValidationContext } from '@enrollkit/enrollment/validation';
import type { Row } from '../input/row.ts';
import { distance, type Origin } from '../slices/origin.ts';
import { ROW_WORDS, type RowHasher } from './row-hashes.ts';

/** A row that is rejected, or that is warned of: its errors say which. */
export type Finding = Pick<Rejection, 'place' | 'errors'>;

/** Whether the row of a finding would be sent all the same. */
export function isWarning([{ warning }]: Finding['errors']): boolean {
  return warning === true;
}

/**
 * What became of some rows, without a value of any of them: rejections, warnings and the hashes of those that
 * are fit by themselves, all in row order, with places as distances from the origin.
 */
export interface JudgedRows {
  readonly rows: number;
  readonly rejections: readonly Finding[];
  /** Of rows that are fit by themselves. */
  readonly warnings: readonly Finding[];
  /** `ROW_WORDS` for each row that is fit by itself. */
  readonly words: Uint32Array<ArrayBuffer>;
}

/** How rows are judged. */
export interface JudgeContext {
  readonly validation: ValidationContext;
  readonly hasher: RowHasher;
}

/** Judges rows one by one. */
export function judgeRows(
  rows: readonly Row[],
  from: Origin,
  { validation, hasher }: JudgeContext,
): JudgedRows {
  const words = new Uint32Array(rows.length * ROW_WORDS);
  const rejections: Finding[] = [];
  const warnings: Finding[] = [];
  let at = 0;
  for (const { place, raw, errors } of rows) {
    const verdict = errors === undefined ? toRecord(raw, validation) : { errors };
    if (verdict.errors) {
      rejections.push({ place: distance(place, from), errors: verdict.errors });
      continue;
    }
    const { record } = verdict;
    if (verdict.warnings) warnings.push({ place: distance(place, from), errors: verdict.warnings });
    hasher.write({ words, at }, { place, record }, from);
    at += ROW_WORDS;
  }
  return { rows: rows.length, rejections, warnings, words: words.subarray(0, at) };
}
