import type { ChangeResult } from '@enrollkit/enrollment';
import type { ChangeRow } from '@enrollkit/ledger';
import { DeniedError } from '../errors.ts';
import { timely } from '../send/attempt.ts';
import { backoff } from '../send/backoff.ts';
import { notSent } from '../send/submit.ts';
import type { ChangeContext, ChangeRequest } from './request.ts';

/** An answer to what has left. */
type Answer = Exclude<ChangeResult, { kind: 'late' }>;

type Recorders = {
  readonly [K in Answer['kind']]: (
    change: ChangeRow,
    answer: Extract<Answer, { kind: K }>,
    context: ChangeContext,
  ) => Promise<void>;
};

/**
 * Makes one attempt to send a change: record the intent, send, record what became of it. This is the only
 * place where a single request is sent.
 *
 * Throws `DeniedError`, which ends the run, and what the ledger throws.
 */
export async function attemptChange(
  change: ChangeRow,
  { send }: Extract<ChangeRequest, { kind: 'send' }>,
  context: ChangeContext,
): Promise<void> {
  const { ledger, breaker, clock } = context;
  // A process that was stopped from here on may have been overtaken by one that has sent something newer.
  const mayLeave = timely(clock);
  await ledger.recordChangeIntent(change.id);
  const answer = (await breaker.run('change', () => send({ mayLeave }))) ?? { kind: 'down' };
  if (answer.kind === 'down' || answer.kind === 'late')
    return ledger.postponeChange(change.id, {
      state: 'waiting',
      notBefore: new Date(clock.now() + breaker.pauseMs('change')),
      reason: notSent(
        answer.kind === 'late' ? 'The process was held up after the intent' : 'The provider is down',
      ),
    });
  const record = recorders[answer.kind] as (
    change: ChangeRow,
    answer: Answer,
    context: ChangeContext,
  ) => Promise<void>;
  return record(change, answer, context);
}

const recorders: Recorders = {
  done: (change, _answer, context) => endAs(change, { state: 'done' }, context),

  // What is deleted and not there is as it should be: an earlier attempt arrived, or the cardholder was
  // quicker.
  missing: (change, { reason }, context) =>
    endAs(change, { state: change.kind.startsWith('delete') ? 'done' : 'refused', reason }, context),

  refused: (change, { reason }, context) => endAs(change, { state: 'refused', reason }, context),

  busy: async (change, { reason, retryAfterMs }, context) => {
    const waitMs = backoff(change.attempts + 1, retryAfterMs, context.random);
    await postpone(change, { state: 'waiting', reason, waitMs }, context);
    if (retryAfterMs !== undefined || reason.httpStatus === 429) await context.limiter.pauseFor(waitMs);
  },

  denied: async (change, { reason }, context) => {
    await postpone(change, { state: 'waiting', reason, waitMs: 0 }, context);
    throw new DeniedError(reason);
  },

  unknown: (change, { reason }, context) =>
    postpone(
      change,
      { state: 'unknown', reason, waitMs: backoff(change.attempts + 1, undefined, context.random) },
      context,
    ),
};

/** Ends a change in the ledger and says so. */
export async function endAs(
  change: ChangeRow,
  end: Parameters<ChangeContext['ledger']['endChange']>[1],
  { ledger, notify }: Pick<ChangeContext, 'ledger' | 'notify'>,
): Promise<void> {
  await ledger.endChange(change.id, end);
  notify({ kind: 'change-ended', change, ...end });
}

async function postpone(
  change: ChangeRow,
  {
    state,
    reason,
    waitMs,
  }: Omit<Parameters<ChangeContext['ledger']['postponeChange']>[1], 'notBefore'> & {
    readonly waitMs: number;
  },
  { ledger, clock, notify }: ChangeContext,
): Promise<void> {
  await ledger.postponeChange(change.id, { state, reason, notBefore: new Date(clock.now() + waitMs) });
  notify({ kind: 'change-postponed', change, state, reason, waitMs });
}
