import type { Rejection } from '@enrollkit/enrollment';
import type { ValidationContext } from '@enrollkit/enrollment/validation';
import type { Row } from '../input/row.ts';
import { distance, type Origin } from '../slices/origin.ts';
import { validateRow, type ValidRow } from '../validate.ts';
import { packRecords, type PackContext, type PackedRecords, type PackedWarnings } from './packed.ts';

/** What validation says of some rows; places of what is reported are distances from their origin. */
export interface ValidatedRows {
  readonly rows: number;
  readonly records: readonly ValidRow[];
  readonly rejections: readonly Rejection[];
  readonly warnings: readonly PackedWarnings[];
}

/** What became of some rows, in a form that goes to another thread. */
export interface PreparedRows extends Omit<ValidatedRows, 'records'> {
  readonly packed: PackedRecords;
}

/** What rows are prepared with. */
export interface PrepareContext extends PackContext {
  readonly validation: ValidationContext;
}

/** Validates rows. */
export function validateRows(rows: readonly Row[], from: Origin, context: ValidationContext): ValidatedRows {
  const records: ValidRow[] = [];
  const rejections: Rejection[] = [];
  const warnings: PackedWarnings[] = [];
  for (const row of rows) {
    const verdict = validateRow(row, context);
    if ('rejection' in verdict) {
      rejections.push({ ...verdict.rejection, place: distance(row.place, from) });
      continue;
    }
    records.push(verdict);
    if (verdict.warnings !== undefined)
      warnings.push({ place: distance(row.place, from), warnings: verdict.warnings });
  }
  return { rows: rows.length, records, rejections, warnings };
}

/** Validates rows and packs the records among them. */
export function prepareRows(rows: readonly Row[], from: Origin, context: PrepareContext): PreparedRows {
  const { records, ...validated } = validateRows(rows, from, context.validation);
  return { ...validated, packed: packRecords(records, from, context) };
}
