import { defined } from '@enrollkit/base';
import {
  operations,
  type ConsumerResponse,
  type CredentialEnrollRequest,
  type CredentialResponse,
  type MaskedCard,
  type MaskedConsumer,
} from '@enrollkit/contract/credential-directory';
import type * as Shared from '@enrollkit/contract/click-to-pay-enrollment';
import type { CardAddress, ConsumerAddress, EnrollmentRecord, SingleOperations } from '@enrollkit/enrollment';
import type { Alike } from '../shared/alike.ts';
import type { CallInput } from '../shared/core.ts';
import { toProviderCard, toProviderProfile } from '../shared/masked.ts';
import type { PlainView } from '@enrollkit/contract';
import { change, enroll, read, type SingleContext, type SingleEnrollment } from '../shared/single.ts';
import { toAddress, toCard, toPerson } from '../shared/to-wire.ts';

// The mappings are shared as long as this contract has the same members as that of Click to Pay.
true satisfies Alike<MaskedCard, Shared.MaskedCard>;
true satisfies Alike<MaskedConsumer, Shared.MaskedConsumer>;

function toEnrollInput({
  externalConsumerId,
  externalCardId,
  consumer,
  card,
  ...rest
}: EnrollmentRecord): CallInput {
  rest satisfies Record<string, never>;
  const body = defined<PlainView<CredentialEnrollRequest>>({
    externalConsumerId,
    externalCredentialId: externalCardId,
    ...toPerson(consumer),
    encryptedCard: toCard(card),
  });
  return { body };
}

const ofConsumer = ({ externalConsumerId }: ConsumerAddress): CallInput => ({ path: { externalConsumerId } });

const ofCard = ({ externalConsumerId, externalCardId }: CardAddress): CallInput => ({
  path: { externalConsumerId, externalCredentialId: externalCardId },
});

const toCredential = ({ maskedCard, externalCredentialId }: CredentialResponse) =>
  toProviderCard(maskedCard, externalCredentialId);

/** How one credential is enabled. */
export const singleEnrollment: SingleEnrollment = {
  operation: operations.enrollCredentialInDirectory,
  toInput: toEnrollInput,
  toEnrolled: (body) => {
    const credential = body as CredentialResponse;
    return { card: toCredential(credential), providerConsumerId: credential.maskedConsumer?.srcConsumerId };
  },
};

/** The Credential Directory, one consumer at a time. It knows consumers and credentials by our ids. */
export function singleOperations(context: SingleContext): SingleOperations {
  return {
    cardsAreNamedBy: 'external-id',
    enrollOne: (record, signal) => enroll(context, { ...singleEnrollment, record }, signal),
    getProfile: (address, signal) =>
      read(
        context,
        {
          operation: operations.getConsumerInDirectory,
          input: ofConsumer(address),
          toFound: (body) => {
            const { maskedConsumer, credentials = [] } = body as ConsumerResponse;
            return toProviderProfile(maskedConsumer, credentials.map(toCredential));
          },
        },
        signal,
      ),
    updateProfile: (address, consumer, options) => {
      const input = { ...ofConsumer(address), body: { consumer: toPerson(consumer).consumer } };
      return change(context, { operation: operations.updateConsumerInDirectory, input }, options);
    },
    deleteProfile: (address, options) =>
      change(
        context,
        { operation: operations.deleteConsumerInDirectory, input: ofConsumer(address) },
        options,
      ),
    getCard: (address, signal) =>
      read(
        context,
        {
          operation: operations.getCredentialInDirectory,
          input: ofCard(address),
          toFound: (body) => toCredential(body as CredentialResponse),
        },
        signal,
      ),
    updateCard: (address, billingAddress, options) => {
      const input = { ...ofCard(address), body: { billingAddress: toAddress(billingAddress) } };
      return change(context, { operation: operations.updateCredentialInDirectory, input }, options);
    },
    // This API has no place for the reason.
    deleteCard: (address, _reason, options) =>
      change(context, { operation: operations.deleteCredentialInDirectory, input: ofCard(address) }, options),
  };
}
