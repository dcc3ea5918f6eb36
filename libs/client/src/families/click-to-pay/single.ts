import { defined } from '@enrollkit/base';
import {
  operations,
  type CardEnrollRequest,
  type CardEnrollResponse,
  type CardResponse,
  type ProfileResponse,
} from '@enrollkit/contract/click-to-pay-enrollment';
import type {
  CardAddress,
  Compliance,
  ConsumerAddress,
  DeletionReason,
  EnrollmentRecord,
  SingleOperations,
} from '@enrollkit/enrollment';
import type { CallInput } from '../shared/core.ts';
import { toProviderCard, toProviderProfile } from '../shared/masked.ts';
import type { PlainView } from '@enrollkit/contract';
import { change, enroll, read, type SingleContext, type SingleEnrollment } from '../shared/single.ts';
import { toAddress, toCard, toCompliance, toPerson } from '../shared/to-wire.ts';
import type { Programme } from './config.ts';

type CardBody = Extract<CardEnrollRequest, { readonly encryptedCard: unknown }>;

/**
 * What is sent to enroll one card; undefined where the consents that must go with a card number are not
 * known.
 */
function toEnrollInput(record: EnrollmentRecord, consents: Compliance | undefined): CallInput | undefined {
  const { externalConsumerId: _consumerId, externalCardId: _cardId, consumer, card, ...rest } = record;
  rest satisfies Record<string, never>;
  const { consumer: person, complianceSettings = consents && toCompliance(consents) } = toPerson(consumer);
  if (complianceSettings === undefined) return undefined;
  const body = defined<Omit<PlainView<CardBody>, Programme>>({
    cardSource: 'ISSUER',
    consumer: person,
    complianceSettings,
    encryptedCard: toCard(card),
  });
  return { body };
}

const ofConsumer = ({ providerConsumerId }: ConsumerAddress): CallInput | undefined =>
  providerConsumerId === undefined ? undefined : { path: { consumerID: providerConsumerId } };

const ofCard = ({ providerCardId }: CardAddress): CallInput | undefined =>
  providerCardId === undefined ? undefined : { path: { cardId: providerCardId } };

const reasons = {
  'account-closed': 'ACCOUNT_CLOSED',
  'suspected-fraud': 'SUSPECTED_FRAUD',
  other: 'OTHER',
} as const satisfies Record<DeletionReason['because'], string>;

const requestors = { issuer: 'ISSUER', cardholder: 'CARDHOLDER' } as const satisfies Record<
  DeletionReason['by'],
  string
>;

/** With the consents of records that carry none. */
export interface ClickToPaySingleContext extends SingleContext {
  readonly consents: Compliance | undefined;
}

/** How one card is enrolled; `consents` are for records that carry none. */
export function singleEnrollment(consents: Compliance | undefined): SingleEnrollment {
  return {
    operation: operations.putCard,
    toInput: (record) => toEnrollInput(record, consents),
    toEnrolled: (body) => {
      const { maskedCard, maskedConsumer } = body as CardEnrollResponse;
      return { card: toProviderCard(maskedCard), providerConsumerId: maskedConsumer?.srcConsumerId };
    },
  };
}

/** The enrollment API, one cardholder at a time. It knows consumers and cards by its own ids only. */
export function singleOperations(context: ClickToPaySingleContext): SingleOperations {
  return {
    cardsAreNamedBy: 'provider-id',
    enrollOne: (record, signal) => enroll(context, { ...singleEnrollment(context.consents), record }, signal),
    getProfile: (address, signal) =>
      read(
        context,
        {
          operation: operations.getProfile,
          input: ofConsumer(address),
          toFound: (body) => {
            const { maskedConsumer, maskedCards = [] } = body as ProfileResponse;
            return toProviderProfile(
              maskedConsumer,
              maskedCards.map((card) => toProviderCard(card)),
            );
          },
        },
        signal,
      ),
    updateProfile: (address, consumer, options) => {
      const target = ofConsumer(address);
      const input = target && { ...target, body: { consumer: toPerson(consumer).consumer } };
      return change(context, { operation: operations.updateProfile, input }, options);
    },
    deleteProfile: (address, options) =>
      change(context, { operation: operations.deleteProfile, input: ofConsumer(address) }, options),
    getCard: (address, signal) =>
      read(
        context,
        {
          operation: operations.getCard,
          input: ofCard(address),
          toFound: (body) => toProviderCard((body as CardResponse).maskedCard),
        },
        signal,
      ),
    updateCard: (address, billingAddress, options) => {
      const target = ofCard(address);
      const input = target && { ...target, body: { billingAddress: toAddress(billingAddress) } };
      return change(context, { operation: operations.updateCard, input }, options);
    },
    deleteCard: (address, { because, by }, options) => {
      const target = ofCard(address);
      const input = target && { ...target, query: { reason: reasons[because], requestor: requestors[by] } };
      return change(context, { operation: operations.deleteCard, input }, options);
    },
  };
}
