import { signatureValidMs } from '@enrollkit/enrollment';
import { sql } from 'kysely';
import { CONSUMER_KEY_BYTES, KEY_BYTES } from '../../port/digests.ts';
import { pages } from '../pages.ts';
import { consumerRange } from '../register/consumer-range.ts';
import { HELD_BACK } from '../../port/held-back.ts';
import type { Outbox } from '../outbox.ts';
import type { Dialect } from '../store.ts';
import type { ChangeSelected, Db } from '../tables.ts';
import { bytesOf } from './key-bytes.ts';

/**
 * A request that got no answer may still be on its way when its repetition has been answered: a copy that
 * arrives late would undo what was sent after it. So nothing newer about the same consumer is sent before
 * the gateway refuses the signature of that copy.
 */
export function mayArriveUntil(now: number): number {
  return now + signatureValidMs;
}

/** What is held back, and what may be late. */
interface HoldContext {
  readonly db: Db;
  readonly dialect: Dialect;
  readonly intake: number;
  readonly now: number;
}

const waits = JSON.stringify({
  httpStatus: 0,
  code: 'EARLIER_MAY_ARRIVE',
  message: 'an earlier request about one of its cardholders got no answer, and could still arrive',
  origin: 'transport',
});

/**
 * Holds back what must not be sent yet; answers until when the last that an earlier request could undo waits.
 */
export async function holdBack(context: HoldContext, deletesFirst: boolean): Promise<Date | undefined> {
  const until = await holdForLate(context);
  if (deletesFirst) await holdSuccessors(context);
  return until === 0 ? undefined : new Date(until);
}

/**
 * Holds back the batches and updates of an intake whose consumers an earlier request may still reach;
 * answers until when the last of them waits, 0 for none. Deletions need not wait: late, they find what is
 * gone.
 */
async function holdForLate(context: HoldContext): Promise<number> {
  const { db, dialect, intake } = context;
  const late = await lateConsumers(context);
  if (late.size === 0) return 0;
  let last = 0;
  for (const [consumer, until] of late) {
    const { numAffectedRows = 0n } = await sql`update change set not_before = ${until}, reason = ${waits}
      where intake = ${intake} and state = 'waiting' and kind in ('update-profile', 'update-card')
      and ${consumerRange(dialect, Buffer.from(consumer, 'latin1'), sql`k`)}
      and not_before < ${until}`.execute(db);
    if (numAffectedRows > 0n) last = Math.max(last, until);
  }
  for await (const { batch, keys } of keysOfBatches(db, intake)) {
    const until = lastOf(keys, late);
    if (until === 0) continue;
    last = Math.max(last, until);
    await db
      .updateTable('batch')
      .set({ not_before: until, reason: waits })
      .where('id', '=', batch)
      .where('not_before', '<', until)
      .execute();
  }
  return last;
}

/** Until when a new batch with these keys must wait; 0 when it need not. */
export async function lateUntil(context: HoldContext, keys: Uint8Array): Promise<number> {
  return lastOf(keys, await lateConsumers({ ...context, intake: 0 }));
}

/** Holds back each batch with a card that takes the place of another one, which is to be deleted first. */
async function holdSuccessors({ db, intake }: HoldContext): Promise<void> {
  await sql`update batch set not_before = ${HELD_BACK}
    where intake = ${intake} and state = 'sealed' and exists
    (select 1 from change where change.intake = batch.intake and change.kind = 'delete-replaced'
      and change.state in ('waiting', 'sending', 'unknown')
      and change.row_no between batch.first_row and batch.last_row)`.execute(db);
}

/**
 * Lets the batches go whose last deletion has ended, once no earlier attempt of one of them can arrive any
 * more: it would delete the new card where that has the id of the old one.
 */
export async function releaseSuccessors(
  db: Db,
  outbox: Outbox,
  ended: readonly ChangeSelected[],
): Promise<void> {
  for (const { intake, kind, row_no: row } of ended) {
    if (kind !== 'delete-replaced' || row === null) continue;
    const batch = await db
      .selectFrom('batch')
      .select(['id', 'first_row', 'last_row', 'not_before'])
      .where('intake', '=', intake)
      .where('state', '=', 'sealed')
      .where('attempts', '=', 0)
      .where('first_row', '<=', row)
      .where('last_row', '>=', row)
      .executeTakeFirst();
    if (batch === undefined) continue;
    const { rows } = await sql<{ readonly until: number; readonly open: number }>`
      select max(may_arrive_until) as until,
      sum(case when state in ('waiting', 'sending', 'unknown') then 1 else 0 end) as open
      from change where intake = ${intake} and kind = 'delete-replaced'
      and row_no between ${batch.first_row} and ${batch.last_row}`.execute(db);
    const { until, open } = rows[0] ?? { until: 0, open: 0 };
    if (Number(open) > 0) continue;
    const held = batch.not_before === HELD_BACK ? 0 : batch.not_before;
    const [released] = await db
      .updateTable('batch')
      .set({ not_before: Math.max(held, Number(until)), ...(Number(until) > 0 && { reason: waits }) })
      .where('id', '=', batch.id)
      .returning(['id', 'state', 'not_before'])
      .execute();
    if (released !== undefined) await outbox.due(db, released);
  }
}

/**
 * The consumers, by their halves of a key, whom a request of another intake may still reach, and until when.
 */
async function lateConsumers({ db, intake, now }: HoldContext): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{
    readonly k: unknown;
    readonly until: number;
  }>`select k, may_arrive_until as until
    from change where may_arrive_until > ${now} and intake <> ${intake}`.execute(db);
  const late = new Map<string, number>();
  for (const { k, until } of rows) {
    const consumer = consumerOf(bytesOf(k), 0);
    late.set(consumer, Math.max(Number(until), late.get(consumer) ?? 0));
  }
  return late;
}

function keysOfBatches(db: Db, intake: number) {
  const page = (after: number, limit: number) =>
    db
      .selectFrom('batch')
      .innerJoin('twin', 'twin.batch', 'batch.id')
      .select(['twin.batch', 'twin.keys'])
      .where('batch.intake', '=', intake)
      .where('batch.state', '=', 'sealed')
      .where('batch.id', '>', after)
      .orderBy('batch.id')
      .limit(limit)
      .execute();
  return pages(page, ({ batch }) => batch, 100);
}

function lastOf(keys: Uint8Array, late: ReadonlyMap<string, number>): number {
  let last = 0;
  if (late.size > 0)
    for (let at = 0; at < keys.length; at += KEY_BYTES)
      last = Math.max(last, late.get(consumerOf(keys, at)) ?? 0);
  return last;
}

function consumerOf(keys: Uint8Array, at: number): string {
  return Buffer.from(keys.buffer, keys.byteOffset + at, CONSUMER_KEY_BYTES).toString('latin1');
}
