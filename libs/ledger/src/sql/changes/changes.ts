import type { ProviderReason } from '@enrollkit/enrollment';
import { sql, type RawBuilder } from 'kysely';
import type { ChangePhase } from '../../port/changes.ts';
import type { Ledger } from '../../port/ledger.ts';
import { intakeById } from '../intakes.ts';
import { pages } from '../pages.ts';
import type { Store } from '../store.ts';
import { interrupted } from '../submissions.ts';
import type { ChangeSelected, Db } from '../tables.ts';
import { mayArriveUntil, releaseSuccessors } from './late-requests.ts';
import { agree, moveChange, releaseClaims } from './moves.ts';
import { droppedReplacements } from './replacements.ts';
import { toChange } from './rows.ts';

type ChangeMethods = Pick<
  Ledger,
  | 'dueChanges'
  | 'nextChangeDue'
  | 'recordChangeIntent'
  | 'postponeChange'
  | 'endChange'
  | 'recoverChanges'
  | 'droppedReplacements'
  | 'changes'
>;

/**
 * Single requests: when they are due, and around each of them the intent before it and the result after it.
 */
export function changeRepository(store: Store, now: () => number): ChangeMethods {
  return {
    dueChanges: (intakeId, at) => store.read((db) => dueChanges(db, intakeId, at)),
    nextChangeDue: (intakeId, phase, after) =>
      store.read(async (db) => {
        const { number } = await intakeById(db, intakeId);
        const { rows } = await sql<{ readonly due: number | null }>`select min(not_before) as due from change
          where ${isPending(number, phase)} and not_before > ${after?.getTime() ?? -1}`.execute(db);
        const due = rows[0]?.due ?? null;
        return due === null ? undefined : new Date(Number(due));
      }),
    recordChangeIntent: async (changeId) => {
      const serial = await store.write(async (db) => {
        await moveChange(db, changeId, {
          to: 'sending',
          from: ['waiting', 'unknown'],
          set: { attempts: sql`attempts + 1` },
        });
        return store.lineage.advance(db, store.dialect);
      });
      store.lineage.reached(serial);
    },
    postponeChange: (changeId, { state, notBefore, reason }) =>
      store.write(async (db) => {
        const set = {
          not_before: notBefore.getTime(),
          reason: JSON.stringify(reason),
          ...(state === 'unknown' && { may_arrive_until: mayArriveUntil(now()) }),
        };
        await moveChange(db, changeId, { to: state, from: ['sending'], set });
      }),
    endChange: (changeId, { state, reason }) =>
      store.write(async (db) => {
        const set = { ended_at: now(), reason: reason === undefined ? null : JSON.stringify(reason) };
        const ended =
          state === 'dropped'
            ? await moveChange(db, changeId, { to: state, from: ['waiting'], set })
            : await moveChange(db, changeId, { to: state, from: ['sending', 'waiting'], set });
        if (state === 'done') await agree(db, store.dialect, ended);
        await releaseClaims(db, ended);
        await releaseSuccessors(db, store.outbox, ended);
      }),
    recoverChanges: (intakeId) =>
      store.write(async (db) => {
        const { number } = await intakeById(db, intakeId);
        const { rows } = await sql<{ readonly id: number }>`select min(id) as id from change
          where intake = ${number} and state = 'sending' group by kind, target order by min(id)`.execute(db);
        const set = { reason: JSON.stringify(interrupted), may_arrive_until: mayArriveUntil(now()) };
        for (const { id } of rows)
          await moveChange(db, Number(id), { to: 'unknown', from: ['sending'], set });
        return rows.length;
      }),
    droppedReplacements: (intakeId, rows) =>
      store.read(async (db) => {
        const { number } = await intakeById(db, intakeId);
        const dropped = await droppedReplacements(db, store.dialect, { intake: number, rows });
        return dropped.map(({ row, batch, place }) => ({ row, batch, place }));
      }),
    changes: (intakeId) => changes(store, intakeId),
  };
}

const adopted: ProviderReason = {
  httpStatus: 0,
  code: 'LEDGER_ADOPTED',
  message:
    'the ledger went back in time: newer data may have been sent since; the next file brings what differs',
  origin: 'transport',
};

/** Gives up the updates of an intake: they may be older than what the provider has by now. Deletions stay. */
export async function dropUpdates(db: Db, intake: number): Promise<void> {
  const { rows } = await sql<{ readonly id: number }>`select min(id) as id from change
    where intake = ${intake} and kind in ('update-profile', 'update-card')
    and state in ('waiting', 'sending', 'unknown')
    group by kind, target order by min(id)`.execute(db);
  for (const { id } of rows) {
    const set = { reason: JSON.stringify(adopted) };
    const from = ['waiting', 'sending', 'unknown'] as const;
    await releaseClaims(db, await moveChange(db, Number(id), { to: 'dropped', from, set }));
  }
}

/**
 * What can be sent: not yet ended, and of a card that is replaced not before the batch of the new one has
 * ended, unless the old one goes first.
 */
function isPending(intake: number, phase: ChangePhase): RawBuilder<boolean> {
  const pending = sql`intake = ${intake} and state in ('waiting', 'unknown')`;
  if (phase === 'before-batches') return sql`${pending} and kind = 'delete-replaced'`;
  return sql`${pending} and (kind <> 'delete-replaced' or not exists (select 1 from batch
    where batch.intake = change.intake and row_no between first_row and last_row
    and batch.state in ('sealed', 'submitting', 'submitted', 'unknown')))`;
}

async function dueChanges(
  db: Db,
  intakeId: string,
  { now, phase, limit }: Parameters<Ledger['dueChanges']>[1],
): ReturnType<Ledger['dueChanges']> {
  const { number, state } = await intakeById(db, intakeId);
  if (state !== 'ready') return [];
  const { rows } = await sql<{ readonly id: number }>`select min(id) as id from change
    where ${isPending(number, phase)} and not_before <= ${now.getTime()}
    group by kind, target order by min(id) limit ${limit}`.execute(db);
  return Promise.all(rows.map(async ({ id }) => toChange(db, await changeById(db, Number(id)), intakeId)));
}

function changeById(db: Db, id: number): Promise<ChangeSelected> {
  return db.selectFrom('change').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

async function* changes(store: Store, intakeId: string): ReturnType<Ledger['changes']> {
  const { number } = await store.read((db) => intakeById(db, intakeId));
  const page = (after: number, limit: number) =>
    store.read(async (db) => {
      const rows = await db
        .selectFrom('change')
        .selectAll()
        .where('intake', '=', number)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute();
      return Promise.all(rows.map((row) => toChange(db, row, intakeId)));
    });
  yield* pages(page, ({ id }) => id);
}
