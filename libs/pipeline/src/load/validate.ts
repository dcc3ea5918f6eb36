import { maskCardNumbers } from '@enrollkit/base';
import { type ValidationError, type PlacedRecord, type Rejection } from '@enrollkit/enrollment';
import { toRecord, type ValidationContext } from '@enrollkit/enrollment/validation';
import { WarningLog } from './warnings.ts';
import type { Row } from './input/row.ts';

/** A record fit to be sent, or the rejection of a row and the row, as it was read. */
export type Validated = PlacedRecord | RejectedRow;

/** A rejection with the row it is about: the rejections file shows both. */
export interface RejectedRow {
  readonly rejection: Rejection;
  readonly row: Row;
}

/** Rows judged so far. */
export interface ValidationCount {
  readonly rows: number;
  readonly rejected: number;
}

/** Validates rows, in portions as they come, and counts them. */
export class Validator {
  /** By what rows are judged. */
  readonly context: ValidationContext;
  /** What rows that are sent were warned of. */
  readonly warnings = new WarningLog();
  #rows = 0;
  #rejected = 0;

  constructor(context: ValidationContext) {
    this.context = context;
  }

  get count(): ValidationCount {
    return { rows: this.#rows, rejected: this.#rejected };
  }

  /** Every row becomes one record or one rejection, in order. */
  async *all(portions: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Validated[]> {
    for await (const portion of portions) yield portion.map((row) => this.judge(row));
  }

  /** Validates one row. */
  judge(row: Row): Validated {
    const verdict = validateRow(row, this.context);
    this.#rows++;
    if ('rejection' in verdict) {
      this.#rejected++;
      return verdict;
    }
    const { place, record, warnings } = verdict;
    if (warnings !== undefined) this.warnings.add(place, warnings);
    return { place, record };
  }

  /** Counts rows that were validated elsewhere. */
  add({ rows, rejected }: ValidationCount): void {
    this.#rows += rows;
    this.#rejected += rejected;
  }
}

/** A record, and what a person should look at. */
export interface ValidRow extends PlacedRecord {
  readonly warnings?: readonly [ValidationError, ...ValidationError[]];
}

/** Validates one row, and nothing else. */
export function validateRow(row: Row, context: ValidationContext): ValidRow | RejectedRow {
  if (row.errors) return rejected(row, row.errors);
  const { place } = row;
  const verdict = toRecord(row.raw, context);
  if (verdict.errors !== undefined) return rejected(row, verdict.errors);
  const { record, warnings } = verdict;
  return warnings === undefined ? { place, record } : { place, record, warnings };
}

function rejected(row: Row, errors: readonly [ValidationError, ...ValidationError[]]): RejectedRow {
  const externalConsumerId = presentable(row.raw.externalConsumerId);
  const externalCardId = presentable(row.raw.externalCardId);
  return {
    row,
    rejection: {
      place: row.place,
      ...(externalConsumerId !== undefined && { externalConsumerId }),
      ...(externalCardId !== undefined && { externalCardId }),
      errors,
    },
  };
}

const ID = /^[\w-]{1,64}$/;

/** An id that may be kept with the rejection: well-formed, and surely no card number in the wrong column. */
function presentable(id: string | undefined): string | undefined {
  const value = id?.trim() ?? '';
  if (!ID.test(value)) return undefined;
  return maskCardNumbers(value) === value ? value : undefined;
}
