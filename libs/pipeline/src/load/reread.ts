import type { PlacedRecord, RecordKey } from '@enrollkit/enrollment';
import type { RecordRow } from '@enrollkit/ledger';
import { InputError } from './input/errors.ts';
import type { RowReader } from './read.ts';
import type { Validator } from './validate.ts';

/** The input, for a stage that needs clear data of records that are already in the ledger. */
export interface RereadSource {
  readonly reader: RowReader;
  readonly validator: Validator;
}

/**
 * Reads records again from their places in the input. Throws `InputError` `input-changed` when another stands
 * there.
 */
export async function reread(
  rows: readonly Pick<RecordRow, 'place' | keyof RecordKey>[],
  from: RereadSource,
): Promise<PlacedRecord[]> {
  return Promise.all(
    rows.map(async (row) => {
      const again = from.validator.judge(await from.reader.readOne(row.place));
      if (
        'record' in again &&
        again.record.externalConsumerId === row.externalConsumerId &&
        again.record.externalCardId === row.externalCardId
      )
        return again;
      throw new InputError(
        'input-changed',
        { message: 'the row is not the one that was read first', hint: 'Give the file that was read first' },
        row.place,
      );
    }),
  );
}
