import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import type { PollAnswer, RecordKey, RecordOutcome } from '@enrollkit/enrollment';
import { longestCode, redactText } from '@enrollkit/base';

/** The values that an extensible enum lists. */
export type Listed<T> = T extends string ? (string extends T ? never : T) : never;

/** What a state of a batch means. A state that is not here is not final. */
export const batchStates = {
  IN_PROGRESS: 'pending',
  COMPLETED_SUCCESSFULLY: 'finished',
  COMPLETED_WITH_ERRORS: 'finished',
  FAILED: 'refused',
} as const satisfies Record<Listed<Wire.BatchStatus['status']>, PollAnswer['kind']>;

/** What a state of a card means. A state that is not here is no outcome yet. */
export const itemStates = {
  SUCCESSFUL: 'enrolled',
  FAILED: 'refused',
} as const satisfies Record<Listed<Wire.BatchItem['status']>, RecordOutcome['result']>;

/** Failures of a card that the same data may not meet again later: the provider or the issuer was not able, none said no. */
const passing: readonly string[] = [
  'UNAVAILABLE',
  'NO_RESPONSE_FROM_ISSUER',
  'INTERNAL',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
] satisfies readonly Listed<Wire.AnyReason>[];

/** A batch's state, under names that do not depend on the API family. */
export interface ReportedBatch {
  readonly status: string;
  readonly errorMessage?: string | undefined;
  readonly cards: readonly ReportedCard[];
}

/** A card's state in it. */
export interface ReportedCard
  extends RecordKey,
    Pick<RecordOutcome, 'providerConsumerId' | 'providerCardId'> {
  readonly status: string;
  readonly error?: Wire.ItemError | undefined;
}

/** The state of a batch in domain words. Failed as a whole, but with cards told, it is finished with what was told. */
export function toBatchAnswer({ status, errorMessage, cards }: ReportedBatch): PollAnswer {
  const outcomes = cards.flatMap((card) => toOutcome(card) ?? []);
  const state = stateIn(batchStates, status);
  if (state === 'refused' && outcomes.length === 0) return refused(status, errorMessage);
  const strange = cards.find((card) => stateIn(itemStates, card.status) === undefined);
  const warnings = [
    ...(state === undefined ? [`the batch is in the unknown state ${redactText(status, longestCode)}`] : []),
    ...(state === 'refused' ? ['the batch failed, and cards were told nevertheless'] : []),
    ...(strange ? [`a card is in the unknown state ${redactText(strange.status, longestCode)}`] : []),
  ];
  const kind = state === 'finished' || state === 'refused' ? 'finished' : 'pending';
  return { kind, outcomes, ...(warnings.length > 0 && { warning: warnings.join('; ') }) };
}

function stateIn<State>(states: Readonly<Record<string, State>>, name: string): State | undefined {
  return Object.hasOwn(states, name) ? states[name] : undefined;
}

function refused(status: string, errorMessage: string | undefined): PollAnswer {
  const message = errorMessage === undefined ? 'the batch failed as a whole' : redactText(errorMessage);
  return { kind: 'refused', reason: { httpStatus: 200, code: status, message, origin: 'service' } };
}

function toOutcome({ status, error, ...card }: ReportedCard): RecordOutcome | undefined {
  const result = stateIn(itemStates, status);
  return result && { ...card, result, ...(result === 'refused' && toRefusal(error)) };
}

/** The detail's reason says more than the reason above it. */
function toRefusal(
  error: Wire.ItemError | undefined,
): Pick<RecordOutcome, 'code' | 'message' | 'recoverable'> {
  if (!error) return { code: 'UNSPECIFIED', recoverable: false };
  const detail = error.errordetail?.find(({ reason }) => reason !== null);
  const code = detail?.reason ?? error.reason;
  const message = detail?.message ?? error.message;
  return {
    code: redactText(code, longestCode),
    ...(message !== undefined && { message: redactText(message) }),
    recoverable: passing.includes(code),
  };
}
