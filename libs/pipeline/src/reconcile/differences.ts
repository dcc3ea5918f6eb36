import { recordKeyOf, type PollAnswer, type RecordKey, type RecordOutcome } from '@enrollkit/enrollment';
import type { BatchRow, Ledger } from '@enrollkit/ledger';
import { DeniedError } from '../errors.ts';
import { backoff } from '../send/backoff.ts';
import type { SendContext } from '../send/context.ts';
import type { PollableBatch } from '../send/poll.ts';

/** What one side reports of a record, or of a batch as a whole. */
export interface ReportedResult {
  /**
   * `nothing`: that side does not know the record; `no such batch` and `in progress` are the provider's
   * answers about a batch.
   */
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

/** Something that the ledger and the provider report differently. */
export interface Difference {
  readonly externalBatchId: string;
  readonly providerBatchId: string;
  /**
   * Which record, and its line in the input where the ledger knows it; absent when it is about the batch as a
   * whole.
   */
  readonly record?: RecordKey & { readonly line?: number };
  readonly ledger: ReportedResult;
  readonly provider: ReportedResult;
}

/** A record as the ledger knows it in that batch. */
interface KnownRecord extends RecordKey {
  readonly line: number;
  readonly reported: ReportedResult;
  readonly providerCardId?: string | undefined;
}

/** Polls of one ended batch before it counts as not answered. */
const MAX_POLLS = 5;

/**
 * Polls a batch that has ended, and again later when the provider is busy; undefined when it does not answer.
 * Throws `DeniedError`.
 */
export async function pollEnded(
  batch: PollableBatch,
  context: SendContext,
  stop: AbortSignal,
): Promise<PollAnswer | undefined> {
  const { limiter, breaker, provider, random } = context;
  for (let attempt = 1; attempt <= MAX_POLLS; attempt += 1) {
    while ((await limiter.acquireSlot(stop)) === undefined) if (stop.aborted) return undefined;
    const answer = await breaker.run('poll', () =>
      provider.poll(batch.providerBatchId, { externalBatchId: batch.externalBatchId }),
    );
    if (answer?.kind === 'denied') throw new DeniedError(answer.reason);
    if (answer !== undefined && answer.kind !== 'busy') return answer;
    const waitMs =
      answer === undefined ? breaker.pauseMs('poll') : backoff(attempt, answer.retryAfterMs, random);
    await limiter.pauseFor(waitMs);
  }
  return undefined;
}

/**
 * Every difference between what the ledger holds of an ended batch and what the provider reports of it now.
 */
export async function differencesIn(
  ledger: Pick<Ledger, 'recordsOf' | 'formerRecordsOf'>,
  batch: PollableBatch,
  answer: PollAnswer,
): Promise<readonly Difference[]> {
  const { externalBatchId, providerBatchId } = batch;
  const place = { externalBatchId, providerBatchId };
  const whole = wholeAnswer(answer);
  if (whole !== undefined)
    return batch.state === whole.result ? [] : [{ ...place, ledger: stateOf(batch), provider: whole }];
  const outcomes = 'outcomes' in answer ? answer.outcomes : [];
  return compare(await knownRecords(ledger, batch), outcomes).map((found) => ({ ...place, ...found }));
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
async function knownRecords(
  ledger: Pick<Ledger, 'recordsOf' | 'formerRecordsOf'>,
  batch: PollableBatch,
): Promise<readonly KnownRecord[]> {
  const here = (await ledger.recordsOf(batch.id)).map(
    ({ externalConsumerId, externalCardId, place, state, code, providerCardId }): KnownRecord => ({
      externalConsumerId,
      externalCardId,
      line: place.line,
      reported: { result: state === 'batched' ? 'nothing' : state, ...(code !== undefined && { code }) },
      providerCardId,
    }),
  );
  const former = (await ledger.formerRecordsOf(batch.id)).map(
    ({ externalConsumerId, externalCardId, line, code }): KnownRecord => ({
      externalConsumerId,
      externalCardId,
      line,
      reported: { result: 'refused', ...(code !== undefined && { code }) },
    }),
  );
  return [...here, ...former];
}

function compare(
  known: readonly KnownRecord[],
  outcomes: readonly RecordOutcome[],
): Pick<Difference, 'record' | 'ledger' | 'provider'>[] {
  const reported = new Map<string, RecordOutcome>();
  for (const outcome of outcomes) {
    const key = recordKeyOf(outcome);
    // Of two outcomes for one record `enrolled` wins, as when a batch is settled.
    if (reported.get(key)?.result !== 'enrolled') reported.set(key, outcome);
  }
  const differing = known.flatMap((record) => {
    const key = recordKeyOf(record);
    const outcome = reported.get(key);
    reported.delete(key);
    const { externalConsumerId, externalCardId, line } = record;
    return agree(record, outcome)
      ? []
      : [
          {
            record: { externalConsumerId, externalCardId, line },
            ledger: record.reported,
            provider: resultOf(outcome),
          },
        ];
  });
  const unmatched = [...reported.values()].map((outcome) => {
    const { externalConsumerId, externalCardId } = outcome;
    return {
      record: { externalConsumerId, externalCardId },
      ledger: { result: 'nothing' } as const,
      provider: resultOf(outcome),
    };
  });
  return [...differing, ...unmatched];
}

/**
 * A record that was abandoned, or whose missing result counts as a refusal, agrees with a provider that did
 * not enroll it.
 */
function agree({ reported, providerCardId }: KnownRecord, outcome: RecordOutcome | undefined): boolean {
  if (reported.result === 'abandoned') return outcome?.result !== 'enrolled';
  if (outcome === undefined) return reported.code === 'RESULT_MISSING';
  if (reported.result !== outcome.result) return false;
  if (reported.result === 'refused') return reported.code === outcome.code;
  return (
    providerCardId === undefined ||
    outcome.providerCardId === undefined ||
    providerCardId === outcome.providerCardId
  );
}

function resultOf(outcome: RecordOutcome | undefined): ReportedResult {
  return outcome === undefined
    ? { result: 'nothing' }
    : { result: outcome.result, ...(outcome.code !== undefined && { code: outcome.code }) };
}
