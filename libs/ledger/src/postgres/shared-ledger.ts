import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { BatchRow, SendableBatch } from '../port/batches.ts';
import type { BrowsingPort } from '../port/browsing.ts';
import type { SharedLedger } from '../port/shared.ts';
import { intakeById } from '../sql/intakes.ts';
import { ledgerOf } from '../sql/ledger.ts';
import { markFile } from '../mark-file.ts';
import type { LedgerOptions } from '../options.ts';
import { Lineage, noMark } from '../sql/lineage.ts';
import { createMerger } from '../sql/register/merge.ts';
import { batchById } from '../sql/transitions.ts';
import { toBatch } from '../sql/rows.ts';
import { prepared, type Given } from '../sql/prepared.ts';
import { unescapedBytes } from './escaped-bytes.ts';
import { interrupted } from '../sql/submissions.ts';
import { groupedSteps } from '../sql/grouped-steps.ts';
import { createStore, type Store } from '../sql/store.ts';
import type { Db } from '../sql/tables.ts';
import { postgresDialect } from './dialect.ts';
import { limiterRepository } from './limiter.ts';
import type { Sockets } from './sockets.ts';
import { SharedLock } from './participants.ts';
import { queueing, Queues } from './queue.ts';
import type { TransactionOf } from './transaction.ts';

/** Where the database is, for the queues and for messages. */
interface Place {
  readonly address: string;
  readonly where: string;
  readonly options: LedgerOptions;
  readonly lines: Sockets;
  readonly transaction: TransactionOf;
}

/** The ledger on an open, migrated PostgreSQL database. */
export function createSharedLedger(
  db: Db,
  { address, where, options: { mark, ...timing }, lines, transaction }: Place,
): SharedLedger & BrowsingPort {
  const dialect = postgresDialect(where, transaction);
  const queues = new Queues(address, lines);
  const lineage = new Lineage(
    mark === undefined ? noMark : markFile(mark, withoutPassword(address)),
    timing.heartbeatMs,
  );
  const storeOf = (owner: string): Store =>
    createStore(db, dialect, { outbox: queueing(queues, owner), lineage });
  const store = storeOf(randomUUID());
  const lock = new SharedLock(store, lines, timing);
  const merger = createMerger(store, timing.mergedAtOnce);
  const close = async (): Promise<void> => {
    await queues.close();
    await db.destroy();
  };
  const ledger = ledgerOf(store, lock, { timing, close, merger });
  return {
    ...ledger,
    ...limiterRepository(store),
    ...workRepository(store, queues),
    consume: (taking) => store.read(() => queues.take(taking)),
    forAttempt: (owner) => ({
      ...ledgerOf(storeOf(owner), lock, { timing, merger, close: () => Promise.resolve() }),
      ...limiterRepository(store),
    }),
    commitRead: groupedSteps(ledger.commitPackedReads),
    hasEnded: (intakeId) => store.read((reader) => hasEnded(reader, intakeId)),
    batch: (batchId) => store.read((reader) => batchRow(reader, batchId)),
    sendableBatch: (batchId) => store.read((reader) => sendableBatch(reader, batchId)),
  };
}

/** With what follows the path: two servers with sockets in two folders have the same name and path. */
function withoutPassword(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.password = '';
  return url.href;
}

function workRepository(
  store: Store,
  queues: Queues,
): Pick<SharedLedger, 'takeOver' | 'requeue' | 'release'> {
  const takeOver = (batchId: number, owner: string): Promise<boolean> =>
    store.write(async (db, move) => {
      // The attempts of one piece of work are told apart by what follows the stroke.
      const {
        rows: [taken],
      } = await sql`delete from sender where batch = ${batchId}
          and owner like ${`${owner.split('/')[0] ?? ''}/%`} and owner <> ${owner} returning batch`.execute(
        db,
      );
      if (taken === undefined) return false;
      const batch = await batchById(db, batchId);
      if (batch.state === 'submitting')
        await move(batchId, {
          to: 'unknown',
          from: ['submitting'],
          set: { reason: JSON.stringify(interrupted) },
        });
      return true;
    });
  return {
    takeOver,
    requeue: async (intakeId) => {
      const left = await store.read((db) => senders(db, intakeId));
      const states = await Promise.all(
        left.map(
          async ({ batch, owner }) =>
            !(await queues.isAlive(owner)) && takeOver(batch, `${owner.split('/')[0] ?? ''}/`),
        ),
      );
      await store.write(async (db) => {
        const intake = await intakeById(db, intakeId);
        if (intake.state !== 'ready') return;
        await queues.enqueue(
          db,
          await db
            .selectFrom('batch')
            .select(['id', 'state', 'not_before'])
            .where('intake', '=', intake.number)
            .where('state', 'in', ['sealed', 'submitted'])
            .orderBy('id')
            .execute(),
        );
      });
      return states.filter(Boolean).length;
    },
    release: (batchId, afterMs) =>
      store.write(async (db) => {
        const batch = await db
          .selectFrom('batch')
          .select(['id', 'state', 'not_before'])
          .where('id', '=', batchId)
          .executeTakeFirst();
        if (batch !== undefined) await queues.enqueue(db, [batch], afterMs);
      }),
  };
}

async function senders(
  db: Db,
  intakeId: string,
): Promise<readonly { readonly batch: number; readonly owner: string }[]> {
  const { rows } = await sql<{
    readonly batch: number;
    readonly owner: string;
  }>`select sender.batch, sender.owner from sender
    join batch on batch.id = sender.batch join intake on intake.number = batch.intake
    where intake.id = ${intakeId}`.execute(db);
  return rows;
}

async function hasEnded(db: Db, intakeId: string): Promise<boolean> {
  const { rows } = await sql`select from intake where id = ${intakeId} and state = 'ready'
    and not exists (select from batch
    where intake = intake.number and state in ('sealed', 'submitting', 'submitted', 'unknown'))
    and not exists (select from change
    where intake = intake.number and state in ('waiting', 'sending', 'unknown'))`.execute(db);
  return rows.length > 0;
}

const rowOfBatch = prepared((db, given: Given<{ readonly batch: number }>) =>
  db
    .selectFrom('batch')
    .innerJoin('intake', 'intake.number', 'batch.intake')
    .selectAll('batch')
    .select('intake.id as intake_id')
    .where('batch.id', '=', given('batch')),
);

async function batchRow(db: Db, batchId: number): Promise<BatchRow | undefined> {
  const {
    rows: [row],
  } = await rowOfBatch(db, { batch: batchId });
  return row && toBatch(row, row.intake_id);
}

const rowOfSendable = prepared((db, given: Given<{ readonly batch: number }>) =>
  db
    .selectFrom('batch')
    .innerJoin('body', 'body.batch', 'batch.id')
    .innerJoin('intake', 'intake.number', 'batch.intake')
    .selectAll('batch')
    .select([sql<string>`encode(body.bytes, 'escape')`.as('escaped'), 'intake.id as intake_id'])
    .where('batch.id', '=', given('batch'))
    .where('batch.state', '=', 'sealed')
    .where('intake.state', '=', 'ready'),
);

async function sendableBatch(db: Db, batchId: number): Promise<SendableBatch | undefined> {
  const {
    rows: [row],
  } = await rowOfSendable(db, { batch: batchId });
  return (
    row && {
      ...toBatch(row, row.intake_id),
      body: { externalBatchId: row.external_batch_id, bytes: unescapedBytes(row.escaped), kid: row.kid },
    }
  );
}
