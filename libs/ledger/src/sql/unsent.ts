import { defined } from '@enrollkit/base';
import { sql } from 'kysely';
import type { RegisterPort } from '../port/register.ts';
import type { UnsentReason, UnsentRow } from '../port/verdicts.ts';
import { intakeById } from './intakes.ts';
import { pages } from './pages.ts';
import { toPlace } from './rows.ts';
import type { Dialect, Store } from './store.ts';
import type { Db, UnsentSelected } from './tables.ts';

/** Rows that were not sent because of the register: kept one by one, but for those that are unchanged. */
export function unsentRepository(store: Store): Pick<RegisterPort, 'unsent'> {
  return { unsent: (intakeId) => unsent(store, intakeId) };
}

/** What is kept of a row beside its place and key. */
type Detail = Pick<UnsentRow, 'groups' | 'intakeId' | 'code'> & { readonly at?: number };

/** Adds the rows and counts them. */
export async function insertUnsent(
  db: Db,
  dialect: Dialect,
  { intake, unsent: rows }: { readonly intake: number; readonly unsent: readonly UnsentRow[] },
): Promise<void> {
  if (rows.length === 0) return;
  const given = dialect.given(
    [
      { name: 'row_no', type: 'integer' },
      { name: 'line_no', type: 'integer' },
      { name: 'byte_offset', type: 'integer' },
      { name: 'byte_length', type: 'integer' },
      { name: 'external_consumer_id', type: 'text' },
      { name: 'external_card_id', type: 'text' },
      { name: 'reason', type: 'text' },
      { name: 'detail', type: 'text' },
    ],
    rows.map(({ place, externalConsumerId, externalCardId, reason, groups, intakeId, code, at }) => [
      place.row,
      place.line,
      place.offset,
      place.length,
      externalConsumerId,
      externalCardId,
      reason,
      JSON.stringify(defined<Detail>({ groups, intakeId, code, at: at?.getTime() })),
    ]),
  );
  await sql`insert into unsent (intake, row_no, line_no, byte_offset, byte_length, external_consumer_id,
    external_card_id, reason, detail)
    select cast(${intake} as bigint), given.* from ${given}`.execute(db);
  for (const [reason, group] of Map.groupBy(rows, (row) => row.reason)) {
    const origins = Map.groupBy(group, ({ intakeId = '' }) => intakeId);
    await addToSums(db, { intake, reason, rows: [...origins].map(([origin, of]) => [origin, of.length]) });
  }
}

/** Adds to the counts of an intake: rows by the intake that settled the matter. */
export async function addToSums(
  db: Db,
  sums: {
    readonly intake: number;
    readonly reason: UnsentReason;
    readonly rows: readonly (readonly [origin: string, rows: number])[];
  },
): Promise<void> {
  for (const [origin, rows] of sums.rows)
    await sql`insert into unsent_sum (intake, reason, origin, rows)
      values (${sums.intake}, ${sums.reason}, ${origin}, ${rows})
      on conflict (intake, reason, origin) do update set rows = unsent_sum.rows + excluded.rows`.execute(db);
}

/** Gives a row another reason; one that is not there stays away. */
export async function moveUnsent(
  db: Db,
  { intake, row, to }: { readonly intake: number; readonly row: number; readonly to: UnsentReason },
): Promise<void> {
  const found = await takeUnsent(db, intake, row);
  if (found === undefined) return;
  await db
    .insertInto('unsent')
    .values({ ...found, reason: to })
    .execute();
  const { intakeId = '' } = JSON.parse(found.detail) as Detail;
  await addToSums(db, { intake, reason: to, rows: [[intakeId, 1]] });
}

/** Takes a row out of those that are not sent, and out of their sums. */
export async function takeUnsent(db: Db, intake: number, row: number): Promise<UnsentSelected | undefined> {
  const [found] = await db
    .deleteFrom('unsent')
    .where('intake', '=', intake)
    .where('row_no', '=', row)
    .returningAll()
    .execute();
  if (found === undefined) return undefined;
  const { intakeId = '' } = JSON.parse(found.detail) as Detail;
  await addToSums(db, { intake, reason: found.reason as UnsentReason, rows: [[intakeId, -1]] });
  return found;
}

async function* unsent(store: Store, intakeId: string): AsyncIterable<UnsentRow> {
  const intake = await store.read((db) => intakeById(db, intakeId));
  const page = (after: number, limit: number) =>
    store.read((db) =>
      db
        .selectFrom('unsent')
        .selectAll()
        .where('intake', '=', intake.number)
        .where('row_no', '>', after)
        .orderBy('row_no')
        .limit(limit)
        .execute(),
    );
  for await (const row of pages(page, (last) => last.row_no)) yield toUnsent(row);
}

/** A row that was not sent. */
export function toUnsent(row: UnsentSelected): UnsentRow {
  const { at, ...detail } = JSON.parse(row.detail) as Detail;
  return {
    externalConsumerId: row.external_consumer_id,
    externalCardId: row.external_card_id,
    place: toPlace(row),
    reason: row.reason as UnsentRow['reason'],
    ...detail,
    ...(at !== undefined && { at: new Date(at) }),
  };
}
