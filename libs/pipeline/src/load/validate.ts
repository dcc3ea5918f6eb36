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
  readonly #context: ValidationContext;
  /** What rows that are sent were warned of. */
  readonly warnings = new WarningLog();
  #rows = 0;
  #rejected = 0;

  constructor(context: ValidationContext) {
    this.#context = context;
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
    this.#rows++;
    if (row.errors) return this.#reject(row, row.errors);
    const verdict = toRecord(row.raw, this.#context);
    if (!verdict.record) return this.#reject(row, verdict.errors);
    if (verdict.warnings) this.warnings.add(row.place, verdict.warnings);
    return { place: row.place, record: verdict.record };
  }

  #reject(row: Row, errors: readonly [ValidationError, ...ValidationError[]]): RejectedRow {
    this.#rejected++;
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
}

const ID = /^[\w-]{1,64}$/;

/** An id that may be kept with the rejection: well-formed, and surely no card number in the wrong column. */
function presentable(id: string | undefined): string | undefined {
  const value = id?.trim() ?? '';
  if (!ID.test(value)) return undefined;
  return maskCardNumbers(value) === value ? value : undefined;
}
