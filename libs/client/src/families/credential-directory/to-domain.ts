import type { BatchResult, BatchStatus } from '@enrollkit/contract/credential-directory';
import type { PollAnswer } from '@enrollkit/enrollment';
import { toPollAnswer, type ReportedCard } from '../shared/to-domain.ts';

/** The state of a batch in domain words, and which batch it is about. */
export function toAnswer({
  batchId,
  externalBatchId,
  batchStatus,
  errorMessage,
  results = [],
}: BatchStatus): {
  readonly batchId: string;
  readonly externalBatchId: string | undefined;
  readonly answer: PollAnswer;
} {
  return {
    batchId,
    externalBatchId,
    answer: toPollAnswer({ status: batchStatus, errorMessage, cards: results.map(toCard) }),
  };
}

function toCard(result: BatchResult): ReportedCard {
  const { externalConsumerId, externalCredentialId, status, error, srcConsumerId, srcDigitalCardId } = result;
  return {
    externalConsumerId,
    externalCardId: externalCredentialId,
    status,
    error,
    providerConsumerId: srcConsumerId,
    providerCardId: srcDigitalCardId,
  };
}
