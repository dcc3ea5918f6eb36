import type { BatchItem, BatchStatus } from '@enrollkit/contract/click-to-pay-enrollment';
import type { PollAnswer } from '@enrollkit/enrollment';
import { toBatchAnswer, type ReportedCard } from '../shared/to-domain.ts';

/** The state of a batch in domain words, and which batch it is about. */
export function toAnswer({ batchId, externalBatchId, status, errorMessage, items = [] }: BatchStatus): {
  readonly batchId: string;
  readonly externalBatchId: string | undefined;
  readonly answer: PollAnswer;
} {
  return {
    batchId,
    externalBatchId,
    answer: toBatchAnswer({ status, errorMessage, cards: items.map(toCard) }),
  };
}

function toCard({
  externalConsumerId,
  externalCardId,
  status,
  error,
  srcConsumerId,
  srcDigitalCardId,
}: BatchItem): ReportedCard {
  return {
    externalConsumerId,
    externalCardId,
    status,
    error,
    ...(srcConsumerId !== undefined && { providerConsumerId: srcConsumerId }),
    ...(srcDigitalCardId !== undefined && { providerCardId: srcDigitalCardId }),
  };
}
