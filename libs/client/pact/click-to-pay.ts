import { operations } from '@enrollkit/contract/click-to-pay-enrollment';
import { onTestFinished } from 'vitest';
import { clickToPayEnrollment, createClient, type ClickToPayClient, type ClickToPayConfig } from '../src/index.ts';
import { config, srcClientId } from '../test/enrollment.ts';
import type { Provider } from '@enrollkit/enrollment';
import { interactionOf } from './interaction.ts';
import { PlainContract } from './plain-schema.ts';

const contract = await PlainContract.load('click-to-pay-enrollment');

/** One interaction of our client with the enrollment API, as a test. */
export const interaction = interactionOf({ consumer: 'enrollkit-client', provider: 'click-to-pay-enrollment', contract, operations });

/** The ids of the programme, where a request names them. */
export const programme = { srcClientId, serviceId: 'SRC' };

/** The pipeline's view of the API. */
export function provider(baseUrl: string, more: Partial<ClickToPayConfig> = {}): Provider {
  const made = clickToPayEnrollment(config(baseUrl, { ...programme, ...more }));
  onTestFinished(() => made.close());
  return made;
}

/** The API as it is. */
export function client(baseUrl: string): ClickToPayClient {
  const made = createClient(config(baseUrl, programme));
  onTestFinished(() => made.close());
  return made;
}

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
  digitalCardData: { status: 'ACTIVE', descriptorName: 'Example Bank', artUri: 'https://bank.example/art.png' },
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
export const applicationError = (status: number, reason: string, errordetail?: readonly object[]) => ({ status, reason, message: 'a text for people', ...(errordetail && { errordetail }) });

/** E2. */
export const codedError = (code: number, status: string) => ({ code, status, message: 'a text for people' });

/** E3. */
export const gatewayError = (ReasonCode: string, Recoverable: boolean) => ({
  Errors: { Error: [{ Source: 'Gateway', ReasonCode, Description: 'a text for people', Recoverable, Details: null }] },
});
