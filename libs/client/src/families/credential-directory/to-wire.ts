import type { EnrollmentData } from '@enrollkit/contract/credential-directory';
import type { BatchDraft } from '@enrollkit/enrollment';
import { byConsumer, toCard, toCompliance, toPerson } from '../shared/to-wire.ts';

/** The data of a batch as the contract has it: each consumer once, with all credentials of the batch that are theirs. */
export function toEnrollmentData(draft: Pick<BatchDraft, 'records'>): EnrollmentData {
  const consumers = byConsumer(draft).map(({ externalConsumerId, consumer, records }) => ({
    externalConsumerId,
    consumer: toPerson(consumer),
    ...toCompliance(consumer.compliance),
    credentials: records.map(({ externalCardId, card }) => ({
      externalCredentialId: externalCardId,
      ...toCard(card),
    })),
  }));
  return { consumers };
}
