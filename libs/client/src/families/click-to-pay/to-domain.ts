import type { BatchItem, BatchStatus } from '@enrollkit/contract/click-to-pay-enrollment';
import type { PollAnswer } from '@enrollkit/enrollment';
import { toPollAnswer, type ReportedCard } from '../shared/to-domain.ts';

/** The state of a batch in domain words, and which batch it is about. */
export function toAnswer({ batchId, externalBatchId, status, errorMessage, items = [] }: BatchStatus): {
  readonly batchId: string;
  readonly externalBatchId: string | undefined;
  readonly answer: PollAnswer;
} {
  return {
    batchId,
    externalBatchId,
    answer: toPollAnswer({ status, errorMessage, cards: items.map(toCard) }),
  };
}

function toCard(item: BatchItem): ReportedCard {
  const { externalConsumerId, externalCardId, status, error, srcConsumerId, srcDigitalCardId } = item;
  return {
    externalConsumerId,
    externalCardId,
    status,
    error,
    providerConsumerId: srcConsumerId,
    providerCardId: srcDigitalCardId,
  };
}
