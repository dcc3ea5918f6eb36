import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import type { BatchAnswer, RecordOutcome } from '@enrollkit/enrollment';
import { longestCode, scrub } from '../scrub.ts';

type Listed<T> = T extends string ? (string extends T ? never : T) : never;

/** What a state of a batch means. A state that is not here is not final. */
const batchStates = {
  IN_PROGRESS: 'pending',
  COMPLETED_SUCCESSFULLY: 'finished',
  COMPLETED_WITH_ERRORS: 'finished',
  FAILED: 'refused',
} as const satisfies Record<Listed<Wire.BatchStatus['status']>, BatchAnswer['kind']>;

/** What a state of a card means. A state that is not here is no outcome yet. */
const itemStates = {
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

/** The state of a batch in domain words. Failed as a whole, but with cards told, it is finished with what was told. */
export function toBatchAnswer(status: Wire.BatchStatus): BatchAnswer {
  const items = (status.items ?? []).map((item) => ({ item, outcome: toOutcome(item) }));
  const outcomes = items.flatMap(({ outcome }) => (outcome ? [outcome] : []));
  const strange = items.find(({ item }) => !Object.hasOwn(itemStates, item.status));
  const state = stateOf(status.status);
  if (state === 'refused' && outcomes.length === 0) return refused(status);
  const warnings = [
    ...(state === undefined ? [`the batch is in the unknown state ${scrub(status.status, longestCode)}`] : []),
    ...(state === 'refused' ? ['the batch failed, and cards were told nevertheless'] : []),
    ...(strange ? [`a card is in the unknown state ${scrub(strange.item.status, longestCode)}`] : []),
  ];
  const warning = warnings.length > 0 ? { warning: warnings.join('; ') } : {};
  return { kind: state === 'finished' || state === 'refused' ? 'finished' : 'pending', outcomes, ...warning };
}

function stateOf(status: string): (typeof batchStates)[keyof typeof batchStates] | undefined {
  return Object.hasOwn(batchStates, status) ? batchStates[status as keyof typeof batchStates] : undefined;
}

function refused({ errorMessage, status }: Wire.BatchStatus): BatchAnswer {
  const message = errorMessage === undefined ? 'the batch failed as a whole' : scrub(errorMessage);
  return { kind: 'refused', reason: { httpStatus: 200, code: status, message, origin: 'service' } };
}

function toOutcome(item: Wire.BatchItem): RecordOutcome | undefined {
  const { externalConsumerId, externalCardId, status, srcConsumerId, srcDigitalCardId } = item;
  if (!Object.hasOwn(itemStates, status)) return undefined;
  const result = itemStates[status as keyof typeof itemStates];
  return {
    externalConsumerId,
    externalCardId,
    result,
    ...(srcConsumerId !== undefined && { providerConsumerId: srcConsumerId }),
    ...(srcDigitalCardId !== undefined && { providerCardId: srcDigitalCardId }),
    ...(result === 'refused' && toRefusal(item.error)),
  };
}

/** The detail's reason says more than the reason above it. */
function toRefusal(error: Wire.ItemError | undefined): Pick<RecordOutcome, 'code' | 'message' | 'recoverable'> {
  if (!error) return { code: 'UNSPECIFIED', recoverable: false };
  const detail = error.errordetail?.find(({ reason }) => reason !== null);
  const code = detail?.reason ?? error.reason;
  const message = detail?.message ?? error.message;
  return {
    code: scrub(code, longestCode),
    ...(message !== undefined && { message: scrub(message) }),
    recoverable: passing.includes(code),
  };
}
