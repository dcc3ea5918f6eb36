import type { BatchDraft } from '@enrollkit/enrollment';

/** Passes Luhn and can be no card: no issuer has this prefix. */
export const noCard = '0000000000000000';

/** Does not even pass Luhn. */
export const noPan = '0000000000000001';

/** A cardholder, as a request has them. */
export const consumer = {
  consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: 'jane.doe@example.com' },
  mobileNumber: { countryCode: '1', phoneNumber: '5555550100' },
  firstName: 'Jane',
  lastName: 'Doe',
  countryCode: 'US',
  languageCode: 'EN',
} as const;

/** A card, as an answer has it. */
export const maskedCard = {
  srcDigitalCardId: 'D-1',
  panBin: '000000',
  panLastFour: '0000',
  digitalCardData: {
    status: 'ACTIVE',
    descriptorName: 'Example Bank',
    artUri: 'https://bank.example/art.png',
  },
  dateOfCardCreated: '2026-10-01T09:30:00.000Z',
};

/** A cardholder, as an answer has them. */
export const maskedConsumer = {
  srcConsumerId: 'P-1',
  maskedConsumerIdentity: { identityType: 'EMAIL_ADDRESS', maskedIdentityValue: 'j***@e***' },
  dateConsumerAdded: '2026-10-01T09:30:00.000Z',
};

/** What ties calls together. */
export const correlation = { srcCorrelationId: '4f339be7.93b322d9-410e-4c18-b786-67953c02e46d' };

/** E1. */
export const applicationError = (status: number, reason: string, errordetail?: readonly object[]) => ({
  status,
  reason,
  message: 'a text for people',
  ...(errordetail && { errordetail }),
});

/** E2. */
export const codedError = (code: number, status: string) => ({ code, status, message: 'a text for people' });

/** E3. */
export const gatewayError = (ReasonCode: string, Recoverable: boolean) => ({
  Errors: {
    Error: [{ Source: 'Gateway', ReasonCode, Description: 'a text for people', Recoverable, Details: null }],
  },
});

/** A postal address, in what both sides call alike. */
export const address = { line1: '1 Main Street', city: 'New York', countryCode: 'US' };
/** A batch in the domain's words. */
export const draft: BatchDraft = {
  externalBatchId: 'batch-1',
  records: [
    {
      externalConsumerId: 'consumer-1',
      externalCardId: 'card-1',
      consumer: {
        firstName: 'Jane',
        lastName: 'Doe',
        email: 'jane.doe@example.com',
        mobile: { countryCode: '1', number: '5555550100' },
        countryCode: 'US',
        languageCode: 'en',
        compliance: { terms: { acceptedVersion: '1' } },
      },
      card: {
        pan: noCard,
        expiryMonth: '12',
        expiryYear: '2031',
        cardholderName: 'Jane Doe',
        billingAddress: { ...address, postalCode: '10001' },
      },
    },
  ],
};
