/**
 * The states of a batch, and through it of its records.
 *
 *   sealed      the body is in the ledger, nothing was sent. May stay for ever. A ledger that is adopted in
 *               an older state
 *               makes it `unknown`: later states may have sent it.
 *   submitting  written before the network call; a crash leaves it as evidence. Never outlives its process:
 *               the next start turns it into `unknown`. One card that was sent by itself is settled by its
 *               answer.
 *   submitted   the provider answered with its batch id; polled until every record has an outcome.
 *   unknown     we sent and do not know what became of it. Waits for policy `resend` or for a person.
 *   settled     every record has its outcome; the sealed body is dropped.
 *   refused     the provider said no to the whole batch, finally; the sealed body is dropped.
 *   abandoned   a person decided to stop; the sealed body is dropped.
 */
export type BatchState =
  | 'sealed'
  | 'submitting'
  | 'submitted'
  | 'unknown'
  | 'settled'
  | 'refused'
  | 'abandoned';

/** All moves a batch may make. What is not here does not happen: the ledger guards every write with it. */
export const batchMoves = {
  sealed: ['submitting', 'abandoned', 'unknown'],
  submitting: ['submitted', 'settled', 'sealed', 'unknown', 'refused'],
  unknown: ['submitting', 'submitted', 'sealed', 'abandoned'],
  submitted: ['settled', 'refused', 'abandoned'],
  settled: [],
  refused: [],
  abandoned: [],
} as const satisfies Record<BatchState, readonly BatchState[]>;

/**
 * The states of a record. From `sealed` to `unknown` the state is written once, on the batch; the record says
 * `batched` and is read through it. `rejected` rows never become records of a batch.
 */
export type RecordState = 'batched' | 'enrolled' | 'refused' | 'abandoned';

/**
 * Where an intake stands: `reading` until every row is in the ledger, then `ready` to be sent, then
 * `settled`.
 */
export type IntakeState = 'reading' | 'ready' | 'settled';

/** Whether the table allows the move. */
export function mayMove(from: BatchState, to: BatchState): boolean {
  const targets: readonly BatchState[] = batchMoves[from];
  return targets.includes(to);
}
