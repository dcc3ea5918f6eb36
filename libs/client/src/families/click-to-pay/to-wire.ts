import { defined } from '@enrollkit/base';
import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import type { BatchDraft } from '@enrollkit/enrollment';
import { byConsumer, toCard, toPerson } from '../shared/to-wire.ts';

/**
 * The data of a batch as the contract has it: each consumer once, with all cards of the batch that are
 * theirs.
 */
export function toEnrollmentData(draft: Pick<BatchDraft, 'records'>): Wire.EnrollmentData {
  const consumers = byConsumer(draft).map(({ externalConsumerId, consumer, records }) =>
    defined<Wire.EnrollmentConsumer>({
      externalConsumerId,
      ...toPerson(consumer),
      cards: records.map(({ externalCardId, card }) =>
        defined<Wire.EnrollmentCard>({ externalCardId, ...toCard(card) }),
      ),
    }),
  );
  return { consumers };
}
