import type { Ledger } from '../port/ledger.ts';
import { intakeById } from './intakes.ts';
import { prepared, type Given } from './prepared.ts';
import { toBatch } from './rows.ts';
import type { Store } from './store.ts';
import { refuse } from './transitions.ts';

/** Between the receipt and the end: when a batch is polled, and when anything is due. */
export function pollRepository(store: Store): Pick<Ledger, 'duePolls' | 'postpone' | 'nextDue'> {
  return {
    duePolls: (intakeId, now, limit) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        const { rows } = await duePolls(db, { intake: intake.number, now: now.getTime(), limit });
        return rows.map((row) => toBatch(row, intakeId));
      }),
    postpone: (batchId, notBefore, answer) =>
      store.writeShared(async (db) => {
        const [polled] = await db
          .updateTable('batch')
          .set((eb) => ({
            not_before: notBefore.getTime(),
            polls: eb('polls', '+', 1),
            incomplete: eb('incomplete', '+', answer === 'incomplete' ? 1 : 0),
          }))
          .where('id', '=', batchId)
          .where('state', '=', 'submitted')
          .returningAll()
          .execute();
        if (polled === undefined) return refuse(db, batchId, 'be polled later, which takes submitted');
        await store.outbox.due(db, polled);
      }),
    nextDue: (intakeId) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        const { due } = await db
          .selectFrom('batch')
          .select((eb) => eb.fn.min('not_before').as('due'))
          .where('intake', '=', intake.number)
          .where('state', 'in', ['sealed', 'submitted'])
          .executeTakeFirstOrThrow();
        return due === null ? undefined : new Date(due);
      }),
  };
}

interface Due {
  readonly intake: number;
  readonly now: number;
  readonly limit: number;
}

const duePolls = prepared((db, given: Given<Due>) =>
  db
    .selectFrom('batch')
    .selectAll()
    .where('intake', '=', given('intake'))
    .where('state', '=', 'submitted')
    .where('not_before', '<=', given('now'))
    .orderBy('not_before')
    .orderBy('id')
    .limit(given('limit')),
);
