import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import type { BatchDraft } from '@enrollkit/enrollment';
import { byConsumer, toCard, toPerson, type ConsumerRecords } from '../shared/to-wire.ts';

/**
 * The data of a batch as the contract has it: each consumer once, with all cards of the batch that are
 * theirs.
 */
export function toEnrollmentData(draft: Pick<BatchDraft, 'records'>): Wire.EnrollmentData {
  return { consumers: byConsumer(draft).map(toEnrollmentConsumer) };
}

/** One consumer of a batch, as the contract has it. */
export function toEnrollmentConsumer({
  externalConsumerId,
  consumer,
  records,
}: ConsumerRecords): Wire.EnrollmentConsumer {
  return {
    externalConsumerId,
    ...toPerson(consumer),
    cards: records.map(
      ({ externalCardId, card }): Wire.EnrollmentCard => ({ externalCardId, ...toCard(card) }),
    ),
  };
}
