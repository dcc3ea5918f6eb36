import type { ClickToPayClient, CredentialDirectoryClient } from '@enrollkit/client';
import type { operations } from '@enrollkit/contract/click-to-pay-enrollment';
import type { operations as directoryOperations } from '@enrollkit/contract/credential-directory';

const consumer = {
  consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: 'zoe.doe@example.com' },
  mobileNumber: { countryCode: '49', phoneNumber: '15112345678' },
  firstName: 'Zoe',
  lastName: 'Doe',
  countryCode: 'DE',
  languageCode: 'DE',
} as const;
const billingAddress = { line1: 'Street 1', city: 'Berlin', zip: '10115', countryCode: 'DE' };
const card = (primaryAccountNumber: string) => ({
  primaryAccountNumber,
  panExpirationMonth: '12',
  panExpirationYear: '2031',
});
/** Synthetic numbers that pass Luhn and that no issuer has. */
const [first, second] = ['0000000000000000', '0000000000000018'];
const complianceSettings = {
  tnc: { latestVersionUri: 'https://provider.example/terms' },
  privacy: { latestVersionUri: 'https://provider.example/privacy' },
};

/** Ids that later examples need, from the answers of earlier ones. */
export interface Learnt {
  batchId?: string;
  cardId?: string;
  consumerID?: string;
}

type Examples<Operations, Client> = {
  readonly [Name in keyof Operations]: (client: Client, learnt: Learnt) => Promise<unknown>;
};

/** One example for each operation of the enrollment API, in an order in which each finds what it needs. */
export const clickToPayExamples: Examples<typeof operations, ClickToPayClient> = {
  enrollBatch: async (client, learnt) => {
    const consumers = [
      {
        externalConsumerId: 'consumer-1',
        consumer,
        cards: [{ externalCardId: 'card-1', ...card(first), billingAddress }],
      },
    ];
    const { body } = await client.enrollBatch({
      body: { externalBatchId: 'batch-1', encryptedEnrollmentData: { consumers } },
    });
    learnt.batchId = body.batchId;
  },
  getBatchStatus: (client, { batchId = '' }) => client.getBatchStatus({ path: { batchId } }),
  enrollBatchForPreProvisioning: (client) => {
    const cards = [{ externalCardId: 'card-2', ...card(second), billingAddress }];
    const consumers = [{ externalConsumerId: 'consumer-2', consumer, cards }];
    return client.enrollBatchForPreProvisioning({
      body: { externalBatchId: 'batch-2', encryptedEnrollmentData: { consumers } },
    });
  },
  putCard: async (client, learnt) => {
    const { body } = await client.putCard({
      body: { cardSource: 'ISSUER', consumer, complianceSettings, encryptedCard: card(second) },
    });
    learnt.cardId = body.maskedCard.srcDigitalCardId;
    learnt.consumerID = body.maskedConsumer?.srcConsumerId ?? '';
  },
  getCard: (client, { cardId = '' }) => client.getCard({ path: { cardId } }),
  updateCard: (client, { cardId = '' }) =>
    client.updateCard({
      path: { cardId },
      body: { billingAddress: { ...billingAddress, line1: 'Street 2' } },
    }),
  deleteCard: (client, { cardId = '' }) =>
    client.deleteCard({ path: { cardId }, query: { reason: 'ACCOUNT_CLOSED', requestor: 'ISSUER' } }),
  getProfile: (client, { consumerID = '' }) => client.getProfile({ path: { consumerID } }),
  updateProfile: (client, { consumerID = '' }) =>
    client.updateProfile({ path: { consumerID }, body: { consumer: { ...consumer, lastName: 'Roe' } } }),
  deleteProfile: (client, { consumerID = '' }) => client.deleteProfile({ path: { consumerID } }),
  deleteProfileByQuery: async (client) => {
    // Enrolled once more, so that there is a profile to delete by the other form of the operation.
    const { body } = await client.putCard({
      body: { cardSource: 'ISSUER', consumer, complianceSettings, encryptedCard: card(second) },
    });
    await client.deleteProfileByQuery({ query: { consumerId: body.maskedConsumer?.srcConsumerId ?? '' } });
  },
};

const externalConsumerId = 'consumer-1';
const credential = { externalConsumerId, externalCredentialId: 'card-1' };

/**
 * One example for each operation of the Credential Directory, in an order in which each finds what it needs.
 */
export const directoryExamples: Examples<typeof directoryOperations, CredentialDirectoryClient> = {
  batchCredentialsInDirectory: async (client, learnt) => {
    const credentials = [{ externalCredentialId: 'card-1', ...card(first), billingAddress }];
    const consumers = [{ externalConsumerId, consumer, credentials }];
    const { body } = await client.batchCredentialsInDirectory({
      body: { externalBatchId: 'batch-1', encryptedEnrollmentData: { consumers } },
    });
    learnt.batchId = body.batchId;
  },
  getBatchStatusInDirectory: (client, { batchId = '' }) =>
    client.getBatchStatusInDirectory({ path: { batchId } }),
  enrollCredentialInDirectory: (client) =>
    client.enrollCredentialInDirectory({
      body: { externalConsumerId, externalCredentialId: 'card-2', consumer, encryptedCard: card(second) },
    }),
  getConsumerInDirectory: (client) => client.getConsumerInDirectory({ path: { externalConsumerId } }),
  updateConsumerInDirectory: (client) =>
    client.updateConsumerInDirectory({
      path: { externalConsumerId },
      body: { consumer: { ...consumer, lastName: 'Roe' } },
    }),
  getCredentialInDirectory: (client) => client.getCredentialInDirectory({ path: credential }),
  updateCredentialInDirectory: (client) =>
    client.updateCredentialInDirectory({ path: credential, body: { billingAddress } }),
  deleteCredentialInDirectory: (client) => client.deleteCredentialInDirectory({ path: credential }),
  deleteConsumerInDirectory: (client) => client.deleteConsumerInDirectory({ path: { externalConsumerId } }),
};
