import type { RecordKey, SourcePlace } from '@enrollkit/enrollment';
import type { Withdrawal } from '../../port/verdicts.ts';
import { storedRecords } from '../batches.ts';
import { intakeById } from '../intakes.ts';
import type { Db } from '../tables.ts';
import { toUnsent } from '../unsent.ts';

/** Rows that leave one batch in one step: those of a batch, or so many of those that are in none. */
const WITHDRAWN_AT_ONCE = 10_000;

/** The rows that leave, by their numbers: records of a batch, or rows whose changes were to be applied. */
async function withdrawnRows(
  db: Db,
  {
    intake,
    batch,
    rows,
  }: {
    readonly intake: number;
    readonly batch: number;
    readonly rows: readonly { readonly row_no: number }[];
  },
): Promise<ReadonlyMap<number, RecordKey & { readonly place: SourcePlace }>> {
  if (batch > 0) {
    const { records } = await storedRecords(db, batch);
    return new Map(records.map((record) => [record.place.row, record]));
  }
  const unsent = await db
    .selectFrom('unsent')
    .selectAll()
    .where('intake', '=', intake)
    .where(
      'row_no',
      'in',
      rows.map(({ row_no: row }) => row),
    )
    .execute();
  return new Map(unsent.map((row) => [row.row_no, toUnsent(row)]));
}

/** Rows that must leave the first batch that has any. */
export async function nextWithdrawals(db: Db, intakeId: string): Promise<readonly Withdrawal[]> {
  const intake = await intakeById(db, intakeId);
  const leaving = db
    .selectFrom('withdrawal')
    .where('intake', '=', intake.number)
    .where('leaves', '=', 1)
    .orderBy('row_no');
  const first = await leaving.select('batch').executeTakeFirst();
  if (first === undefined) return [];
  const rows = await leaving.selectAll().where('batch', '=', first.batch).limit(WITHDRAWN_AT_ONCE).execute();
  const byRow = await withdrawnRows(db, { intake: intake.number, batch: first.batch, rows });
  const others = new Map<number, string>();
  for (const { other } of rows)
    if (other !== null && !others.has(other))
      others.set(
        other,
        (await db.selectFrom('intake').select('id').where('number', '=', other).executeTakeFirst())?.id ?? '',
      );
  return rows.flatMap(({ row_no, reason, first_line, other }) => {
    const record = byRow.get(row_no);
    if (record === undefined) return [];
    const { externalConsumerId, externalCardId, place } = record;
    const otherId = other === null ? undefined : others.get(other);
    return [
      {
        batchId: first.batch,
        place,
        key: { externalConsumerId, externalCardId },
        reason: reason as Withdrawal['reason'],
        ...(first_line !== null && { firstLine: first_line }),
        ...(otherId !== undefined && { intakeId: otherId }),
      },
    ];
  });
}
