import { defined, longestCode, redactText } from '@enrollkit/base';
import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import {
  refusalCode,
  resendClassOf,
  type PollAnswer,
  type RecordKey,
  type RecordOutcome,
} from '@enrollkit/enrollment';

/** The values that an extensible enum lists. */
export type Listed<T> = T extends string ? (string extends T ? never : T) : never;

/** What a state of a batch means. A state that is not here is not final. */
export const batchStates = {
  IN_PROGRESS: 'pending',
  COMPLETED_SUCCESSFULLY: 'finished',
  COMPLETED_WITH_ERRORS: 'finished',
  FAILED: 'refused',
} as const satisfies Record<Listed<Wire.BatchStatus['status']>, PollAnswer['kind']>;

/** Whether a state of a batch is final. One that is not known is not. */
export function isFinal(status: string): boolean {
  const state = stateIn(batchStates, status);
  return state === 'finished' || state === 'refused';
}

/** What a state of a card means. A state that is not here is no outcome yet. */
export const itemStates = {
  SUCCESSFUL: 'enrolled',
  FAILED: 'refused',
} as const satisfies Record<Listed<Wire.BatchItem['status']>, RecordOutcome['result']>;

/** A batch's state, under names that do not depend on the API family. */
export interface ReportedBatch {
  readonly status: string;
  readonly errorMessage?: string | undefined;
  readonly cards: readonly ReportedCard[];
}

/** A card's state in it. */
export interface ReportedCard extends RecordKey {
  readonly providerConsumerId?: string | undefined;
  readonly providerCardId?: string | undefined;
  readonly status: string;
  readonly error?: Wire.ItemError | undefined;
}

/**
 * The state of a batch in domain words. A batch that failed as a whole but reports cards is finished with
 * what it reports.
 */
export function toPollAnswer({ status, errorMessage, cards }: ReportedBatch): PollAnswer {
  const outcomes = cards.flatMap((card) => toOutcome(card) ?? []);
  const state = stateIn(batchStates, status);
  if (state === 'refused' && outcomes.length === 0) return refused(status, errorMessage);
  const strange = cards.find((card) => stateIn(itemStates, card.status) === undefined);
  const warnings = [
    ...(state === undefined ? [`the batch is in the unknown state ${redactText(status, longestCode)}`] : []),
    ...(state === 'refused' ? ['the batch failed, and results of cards were reported nevertheless'] : []),
    ...(strange ? [`a card is in the unknown state ${redactText(strange.status, longestCode)}`] : []),
  ];
  const kind = state === 'finished' || state === 'refused' ? 'finished' : 'pending';
  return defined<Reported>({
    kind,
    outcomes,
    warning: warnings.length > 0 ? warnings.join('; ') : undefined,
  });
}

type Reported = Extract<PollAnswer, { readonly outcomes: unknown }>;

function stateIn<State>(states: Readonly<Record<string, State>>, name: string): State | undefined {
  return Object.hasOwn(states, name) ? states[name] : undefined;
}

function refused(status: string, errorMessage: string | undefined): PollAnswer {
  const message = errorMessage === undefined ? 'the batch failed as a whole' : redactText(errorMessage);
  return { kind: 'refused', reason: { httpStatus: 200, code: status, message, origin: 'service' } };
}

function toOutcome(card: ReportedCard): RecordOutcome | undefined {
  const { externalConsumerId, externalCardId, providerConsumerId, providerCardId, status, error } = card;
  const result = stateIn(itemStates, status);
  if (result === undefined) return undefined;
  const outcome = { externalConsumerId, externalCardId, providerConsumerId, providerCardId, result };
  return defined<RecordOutcome>(result === 'enrolled' ? outcome : { ...outcome, ...toRefusal(error) });
}

type Refusal = Pick<RecordOutcome, 'code' | 'message' | 'recoverable'>;

/** The detail's reason says more than the reason above it. */
function toRefusal(error: Wire.ItemError | undefined): Refusal {
  if (!error) return { code: 'UNSPECIFIED', recoverable: false };
  const detail = error.errordetail?.find(({ reason }) => reason !== null);
  const code = refusalCode(detail?.reason ?? error.reason);
  const message = detail?.message ?? error.message;
  return defined<Refusal>({
    code: redactText(code, longestCode),
    message: message === undefined ? undefined : redactText(message),
    recoverable: resendClassOf(code) === 'again',
  });
}
