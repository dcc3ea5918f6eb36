import type { Db } from './tables.ts';
import type { MoveBatch } from './transitions.ts';

/** `sealed -> unknown` for every batch of the intake; answers how many. */
export async function doubtSealed(db: Db, move: MoveBatch, intake: number): Promise<number> {
  const sealed = await db
    .selectFrom('batch')
    .select('id')
    .where('intake', '=', intake)
    .where('state', '=', 'sealed')
    .orderBy('id')
    .execute();
  // Counted as an attempt: it is not sealed anew, and abandoned it is in doubt.
  for (const { id } of sealed) await doubt(move, id);
  return sealed.length;
}

/** `sealed -> unknown` for a batch that may have been sent in a time that the ledger does not remember. */
export async function doubt(move: MoveBatch, batch: number): Promise<void> {
  await move(batch, {
    to: 'unknown',
    from: ['sealed'],
    set: { reason: JSON.stringify(adopted) },
    countsAttempt: true,
  });
}

/** Why nobody knows whether a batch was sent that an adopted ledger holds as sealed. */
const adopted = {
  httpStatus: 0,
  code: 'LEDGER_ADOPTED',
  message: 'the ledger was adopted in an older state: the batch may have been sent since then',
  origin: 'transport',
} as const;
