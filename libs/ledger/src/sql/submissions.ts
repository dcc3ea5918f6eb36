import { sql } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { Ledger } from '../port/ledger.ts';
import { intakeById } from './intakes.ts';
import { toBatch } from './rows.ts';
import type { Store } from './store.ts';

type SubmissionMethods = Pick<
  Ledger,
  | 'sendable'
  | 'recordIntent'
  | 'recordReceipt'
  | 'returnToSealed'
  | 'markUnknown'
  | 'recoverInterrupted'
  | 'releaseUnknown'
>;

/** Around the request: intent before it, what came of it after. */
export function submissionRepository(store: Store): SubmissionMethods {
  return {
    sendable: (intakeId, now, limit) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        if (intake.state !== 'ready') return [];
        const rows = await db
          .selectFrom('batch')
          .innerJoin('body', 'body.batch', 'batch.id')
          .selectAll('batch')
          .select('body.bytes')
          .where('intake', '=', intake.number)
          .where('state', '=', 'sealed')
          // With `+` the index on the time cannot be used: the one that is in order ends at the limit, instead of sorting all bodies.
          .where(sql<number>`+not_before`, '<=', now.getTime())
          .orderBy('batch.id')
          .limit(limit)
          .execute();
        return rows.map((row) => ({
          ...toBatch(row, intakeId),
          body: { externalBatchId: row.external_batch_id, bytes: row.bytes, kid: row.kid },
        }));
      }),
    recordIntent: (batchId, at) =>
      store.write(async (db, move) => {
        const batch = await move(batchId, {
          to: 'submitting',
          from: ['sealed', 'unknown'],
          set: { submitted_at: at.getTime(), attempts: sql`attempts + 1` },
        });
        const intake = await db
          .selectFrom('intake')
          .select(['id', 'state'])
          .where('number', '=', batch.intake)
          .executeTakeFirstOrThrow();
        if (intake.state !== 'ready')
          throw new LedgerConflictError(
            `batch ${batchId} cannot be sent: intake ${intake.id} is ${intake.state}, not ready`,
          );
      }),
    recordReceipt: (batchId, providerBatchId, askAt) =>
      store.write(async (_db, move) => {
        await move(batchId, {
          to: 'submitted',
          from: ['submitting', 'unknown'],
          set: { provider_batch_id: providerBatchId, not_before: askAt.getTime(), reason: null },
        });
      }),
    returnToSealed: (batchId, notBefore, reason) =>
      store.write(async (_db, move) => {
        await move(batchId, {
          to: 'sealed',
          from: ['submitting'],
          set: { not_before: notBefore.getTime(), reason: JSON.stringify(reason) },
        });
      }),
    markUnknown: (batchId, reason) =>
      store.write(async (_db, move) => {
        await move(batchId, { to: 'unknown', from: ['submitting'], set: { reason: JSON.stringify(reason) } });
      }),
    recoverInterrupted: (intakeId) =>
      store.write(async (db) => {
        const intake = await intakeById(db, intakeId);
        const [recovered] = await db
          .updateTable('batch')
          .set({ state: 'unknown', reason: JSON.stringify(interrupted) })
          .where('intake', '=', intake.number)
          .where('state', '=', 'submitting')
          .execute();
        return Number(recovered?.numUpdatedRows ?? 0n);
      }),
    releaseUnknown: (batchId, notBefore) =>
      store.write(async (_db, move) => {
        await move(batchId, { to: 'sealed', from: ['unknown'], set: { not_before: notBefore.getTime() } });
      }),
  };
}

/** Why a batch is not known to have arrived whose process ended, or fell silent, while it was sent. */
export const interrupted = {
  httpStatus: 0,
  code: 'PROCESS_ENDED',
  message: 'the process ended between the intent to send and the answer',
  origin: 'transport',
} as const;
