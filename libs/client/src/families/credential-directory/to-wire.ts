import type * as Wire from '@enrollkit/contract/credential-directory';
import type { BatchDraft } from '@enrollkit/enrollment';
import type { Alike } from '../shared/alike.ts';
import {
  byConsumer,
  toCard,
  toPerson,
  type ConsumerRecords,
  type WireCard,
  type WirePerson,
} from '../shared/to-wire.ts';

// The mappings are shared as long as this contract has the same members as that of Click to Pay.
true satisfies Alike<Wire.Consumer, WirePerson['consumer']>;
true satisfies Alike<Wire.ComplianceSettings, NonNullable<WirePerson['complianceSettings']>>;
true satisfies Alike<Omit<Wire.EnrollmentCredential, 'externalCredentialId'>, WireCard>;

/**
 * The data of a batch as the contract has it: each consumer once, with all credentials of the batch that are
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
    credentials: records.map(
      ({ externalCardId, card }): Wire.EnrollmentCredential => ({
        externalCredentialId: externalCardId,
        ...toCard(card),
      }),
    ),
  };
}
