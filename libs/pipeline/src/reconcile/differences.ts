import type { PollAnswer, RecordKey, RecordOutcome } from '@enrollkit/enrollment';
import type { BatchRow, Ledger } from '@enrollkit/ledger';
import { DeniedError, waitAfter, type SendContext } from '../send/context.ts';

/** What one side says became of a record, or of a batch as a whole. */
export interface ReportedResult {
  /** `nothing`: that side does not know the record; `no such batch` and `in progress` are the provider's word about a batch. */
  readonly result:
    | 'enrolled'
    | 'refused'
    | 'abandoned'
    | 'settled'
    | 'nothing'
    | 'in progress'
    | 'no such batch';
  readonly code?: string;
}

/** Something that the ledger and the provider tell differently. */
export interface Difference {
  readonly externalBatchId: string;
  readonly providerBatchId: string;
  /** Which record, and its line in the input where the ledger knows it; absent when it is about the batch as a whole. */
  readonly record?: RecordKey & { readonly line?: number };
  readonly ledger: ReportedResult;
  readonly provider: ReportedResult;
}

/** A batch that the provider gave an id for. */
export type PolledBatch = BatchRow & { readonly providerBatchId: string };

/** A record as the ledger knows it in that batch. */
interface Known extends RecordKey {
  readonly line: number;
  readonly says: ReportedResult;
  readonly providerCardId?: string | undefined;
}

/** Questions about one batch before it counts as not answered. */
const PATIENCE = 5;

/** Asks about a batch that has ended, and again later when the provider is busy; undefined when it would not answer. Throws `DeniedError`. */
export async function pollEnded(
  batch: PolledBatch,
  room: SendContext,
  stop: AbortSignal,
): Promise<PollAnswer | undefined> {
  for (let attempt = 1; attempt <= PATIENCE; attempt += 1) {
    while ((await room.limiter.acquireSlot(stop)) === undefined) if (stop.aborted) return undefined;
    const answer = await room.breaker.run('ask', () =>
      room.provider.poll(batch.providerBatchId, { externalBatchId: batch.externalBatchId }),
    );
    if (answer?.kind === 'denied') throw new DeniedError(answer.reason);
    if (answer !== undefined && answer.kind !== 'busy') return answer;
    const waitMs =
      answer === undefined
        ? room.breaker.pauseMs('ask')
        : waitAfter(attempt, answer.retryAfterMs, room.random);
    await room.limiter.pauseUntil(room.clock.now() + waitMs);
  }
  return undefined;
}

/** Every difference between what the ledger holds of an ended batch and what the provider says of it now. */
export async function differencesIn(
  ledger: Pick<Ledger, 'recordsOf' | 'formerRecordsOf'>,
  batch: PolledBatch,
  answer: PollAnswer,
): Promise<readonly Difference[]> {
  const { externalBatchId, providerBatchId } = batch;
  const place = { externalBatchId, providerBatchId };
  const whole = wholeAnswer(answer);
  if (whole !== undefined)
    return batch.state === whole.result ? [] : [{ ...place, ledger: stateOf(batch), provider: whole }];
  return compared(await knownOf(ledger, batch), 'outcomes' in answer ? answer.outcomes : []).map((found) => ({
    ...place,
    ...found,
  }));
}

/** An answer that is about the batch as a whole. */
function wholeAnswer(answer: PollAnswer): ReportedResult | undefined {
  switch (answer.kind) {
    case 'refused':
      return { result: 'refused', code: answer.reason.code };
    case 'pending':
      return { result: 'in progress' };
    case 'missing':
      return { result: 'no such batch' };
    default:
      return undefined;
  }
}

function stateOf({ state, reason }: BatchRow): ReportedResult {
  if (state === 'refused') return { result: 'refused', ...(reason && { code: reason.code }) };
  return { result: state === 'abandoned' ? 'abandoned' : 'settled' };
}

/** The records of the batch, and those that were refused in it and have left it for a later generation. */
async function knownOf(
  ledger: Pick<Ledger, 'recordsOf' | 'formerRecordsOf'>,
  batch: BatchRow,
): Promise<readonly Known[]> {
  const here = (await ledger.recordsOf(batch.id)).map(
    ({ externalConsumerId, externalCardId, place, state, code, providerCardId }): Known => ({
      externalConsumerId,
      externalCardId,
      line: place.line,
      says: { result: state === 'batched' ? 'nothing' : state, ...(code !== undefined && { code }) },
      providerCardId,
    }),
  );
  const left = (await ledger.formerRecordsOf(batch.id)).map(
    ({ externalConsumerId, externalCardId, line, code }): Known => ({
      externalConsumerId,
      externalCardId,
      line,
      says: { result: 'refused', ...(code !== undefined && { code }) },
    }),
  );
  return [...here, ...left];
}

function compared(
  known: readonly Known[],
  outcomes: readonly RecordOutcome[],
): Pick<Difference, 'record' | 'ledger' | 'provider'>[] {
  const told = new Map<string, RecordOutcome>();
  // Told twice, `enrolled` wins, as when a batch is settled.
  for (const outcome of outcomes)
    if (told.get(keyOf(outcome))?.result !== 'enrolled') told.set(keyOf(outcome), outcome);
  const differing = known.flatMap((record) => {
    const outcome = told.get(keyOf(record));
    told.delete(keyOf(record));
    const { externalConsumerId, externalCardId, line, says } = record;
    return agree(record, outcome)
      ? []
      : [{ record: { externalConsumerId, externalCardId, line }, ledger: says, provider: saidOf(outcome) }];
  });
  const strangers = [...told.values()].map((outcome) => {
    const { externalConsumerId, externalCardId } = outcome;
    return {
      record: { externalConsumerId, externalCardId },
      ledger: { result: 'nothing' } as const,
      provider: saidOf(outcome),
    };
  });
  return [...differing, ...strangers];
}

/** One that was given up, or whose silence was taken for a refusal, is not contradicted by a provider that did not enroll it. */
function agree({ says, providerCardId }: Known, outcome: RecordOutcome | undefined): boolean {
  if (says.result === 'abandoned') return outcome?.result !== 'enrolled';
  if (outcome === undefined) return says.code === 'RESULT_MISSING';
  if (says.result !== outcome.result) return false;
  if (says.result === 'refused') return says.code === outcome.code;
  return (
    providerCardId === undefined ||
    outcome.providerCardId === undefined ||
    providerCardId === outcome.providerCardId
  );
}

function saidOf(outcome: RecordOutcome | undefined): ReportedResult {
  return outcome === undefined
    ? { result: 'nothing' }
    : { result: outcome.result, ...(outcome.code !== undefined && { code: outcome.code }) };
}

function keyOf({ externalConsumerId, externalCardId }: RecordKey): string {
  return `${externalConsumerId}\n${externalCardId}`;
}
