import { sql } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { Ledger } from '../port/ledger.ts';
import { processIdentity, runsHere } from '../process-identity.ts';
import { intakeById } from './intakes.ts';
import { prepared, type Given } from './prepared.ts';
import { toBatch, type StoredSender } from './rows.ts';
import type { Store } from './store.ts';
import type { Db } from './tables.ts';
import { together } from './together.ts';
import { batchById, type MoveBatch } from './transitions.ts';

type SubmissionMethods = Pick<
  Ledger,
  | 'sendable'
  | 'recordIntent'
  | 'recordReceipt'
  | 'returnToSealed'
  | 'markUnknown'
  | 'recoverInterrupted'
  | 'senderAlive'
  | 'releaseUnknown'
>;

/** Around the request: the intent before it, the result after it. */
export function submissionRepository(store: Store): SubmissionMethods {
  return {
    sendable: (intakeId, now, limit) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        if (intake.state !== 'ready') return [];
        const { rows } = await sealedBatches(db, { intake: intake.number, now: now.getTime(), limit });
        return rows.map((row) => ({
          ...toBatch(row, intakeId),
          body: { externalBatchId: row.external_batch_id, bytes: row.bytes, kid: row.kid },
        }));
      }),
    recordIntent: (batchId, at) => recordIntent(store, batchId, at),
    recordReceipt: (batchId, providerBatchId, pollAt) =>
      store.writeShared(async (_db, move) => {
        await move(batchId, {
          to: 'submitted',
          from: ['submitting', 'unknown'],
          set: { provider_batch_id: providerBatchId, not_before: pollAt.getTime(), reason: null },
        });
      }),
    returnToSealed: (batchId, notBefore, reason) =>
      store.writeShared(async (_db, move) => {
        await move(batchId, {
          to: 'sealed',
          from: ['submitting'],
          set: { not_before: notBefore.getTime(), reason: JSON.stringify(reason) },
        });
      }),
    markUnknown: (batchId, reason) =>
      store.writeShared(async (_db, move) => {
        await move(batchId, { to: 'unknown', from: ['submitting'], set: { reason: JSON.stringify(reason) } });
      }),
    recoverInterrupted: (intakeId) =>
      store.write((db, move) => recoverInterrupted(store, intakeId, { db, move })),
    senderAlive: (batchId) => store.read((db) => senderAlive(store, db, batchId)),
    releaseUnknown: (batchId, notBefore) =>
      store.writeShared(async (_db, move) => {
        await move(batchId, { to: 'sealed', from: ['unknown'], set: { not_before: notBefore.getTime() } });
      }),
  };
}

interface Due {
  readonly intake: number;
  readonly now: number;
  readonly limit: number;
}

const sealedBatches = prepared((db, given: Given<Due>) =>
  db
    .selectFrom('batch')
    .innerJoin('body', 'body.batch', 'batch.id')
    .selectAll('batch')
    .select('body.bytes')
    .where('intake', '=', given('intake'))
    .where('state', '=', 'sealed')
    // With `+` the index on the time cannot be used: the one that is in order ends at the limit, instead of
    // sorting all bodies.
    .where(sql<number>`+not_before`, '<=', given('now'))
    .orderBy('batch.id')
    .limit(given('limit')),
);

async function recoverInterrupted(
  { outbox }: Store,
  intakeId: string,
  { db, move }: { readonly db: Db; readonly move: MoveBatch },
): Promise<number> {
  const { number } = await intakeById(db, intakeId);
  const left = await db
    .selectFrom('batch')
    .select('id')
    .where('intake', '=', number)
    .where('state', '=', 'submitting')
    .orderBy('id')
    .execute();
  for (const { id } of left) {
    await outbox.takenOver(db, id);
    await move(id, { to: 'unknown', from: ['submitting'], set: { reason: JSON.stringify(interrupted) } });
  }
  return left.length;
}

/** By the lock where the sender is at work now, else by its pid where that means something here. */
async function senderAlive(store: Store, db: Db, batchId: number): Promise<'alive' | 'dead' | 'unknown'> {
  const { sender } = await batchById(db, batchId);
  if (sender === null) return 'unknown';
  const stored = JSON.parse(sender) as StoredSender;
  if (await store.isAtWork(db, stored.processId)) return 'alive';
  const here = runsHere(stored);
  if (here === undefined) return 'unknown';
  return here ? 'alive' : 'dead';
}

const sender = JSON.stringify(processIdentity satisfies StoredSender);

const intakeOf = prepared((db, given: Given<{ readonly batch: number }>) =>
  db
    .selectFrom('batch')
    .innerJoin('intake', 'intake.number', 'batch.intake')
    .select(['intake.id', 'intake.state'])
    .where('batch.id', '=', given('batch')),
);

/** The intent is in the ledger, and the ledger's high-water mark behind it, before anything is sent. */
async function recordIntent(store: Store, batchId: number, at: Date): Promise<void> {
  const serial = await store.writeShared(async (db, move) => {
    const moving = move(batchId, {
      to: 'submitting',
      from: ['sealed', 'unknown'],
      set: {
        submitted_at: at.getTime(),
        sender,
      },
      countsAttempt: true,
    });
    const [, , , serial] = await together(
      moving,
      assertReady(db, batchId),
      // Woken after a while its last heartbeat may be old, and another one about to take over.
      store.noteAlive(db),
      store.lineage.advance(db, store.dialect),
    );
    return serial;
  });
  store.lineage.reached(serial);
}

/** Throws `LedgerConflictError` while the intake of a batch is not ready to be sent. */
async function assertReady(db: Db, batchId: number): Promise<void> {
  const {
    rows: [intake],
  } = await intakeOf(db, { batch: batchId });
  if (intake !== undefined && intake.state !== 'ready')
    throw new LedgerConflictError(
      `batch ${batchId} cannot be sent: intake ${intake.id} is ${intake.state}, not ready`,
    );
}

/** Why it is unknown whether a batch arrived whose process ended, or fell silent, while it was sent. */
export const interrupted = {
  httpStatus: 0,
  code: 'PROCESS_ENDED',
  message: 'the process ended between the intent to send and the answer',
  origin: 'transport',
} as const;
