import type { ClickToPayClient, CredentialDirectoryClient } from '@enrollkit/client';
import type { Consumer, EnrollmentCard } from '@enrollkit/contract/click-to-pay-enrollment';
import type { FaultName, ManualClock, Simulator } from '../../src/index.ts';

/** A simulator's world, as the states need it. */
export interface Stage<Client> {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  /** From 202 to the results, in milliseconds. */
  readonly processingMs: number;
  readonly client: Client;
  /** From here on requests go to the simulator whose errors have the older shape. */
  useOldErrorShape(): void;
}

/** Ids the state gives to the interaction. */
export type Ids = Readonly<Record<string, string>>;

/** How each state that a pact names is brought about, under the words that stand in the pact. */
export type States<Client> = Readonly<Record<string, (stage: Stage<Client>) => Promise<Ids>>>;

const consumer: Consumer = {
  consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: 'somebody@example.com' },
  mobileNumber: { countryCode: '1', phoneNumber: '5555550199' },
  firstName: 'Some',
  lastName: 'Body',
  countryCode: 'US',
  languageCode: 'EN',
};
const expiry = { panExpirationMonth: '12', panExpirationYear: '2031' };
/** The addresses that push provisioning by PAN must carry. */
const complianceSettings = {
  tnc: { latestVersionUri: 'https://provider.example/terms' },
  privacy: { latestVersionUri: 'https://provider.example/privacy' },
};
const goodPan = '0000000000000000';
const badPan = '0000000000000001';
const billingAddress = { line1: 'Somewhere 1', countryCode: 'US' };

type Common = Pick<Stage<unknown>, 'simulator' | 'useOldErrorShape'>;

const oldErrorShape = async (stage: Common): Promise<Ids> => {
  stage.useOldErrorShape();
  return {};
};

const fault =
  (name: FaultName) =>
  async ({ simulator }: Common): Promise<Ids> => {
    simulator.setFaults([{ fault: name }]);
    return {};
  };

/** The states of the pact with Click to Pay. */
export const clickToPayStates: States<ClickToPayClient> = {
  'errors come in the older shape': oldErrorShape,
  'the provider does not accept the request': fault('400'),
  'the gateway does not accept the signature': fault('401'),
  'the gateway does not let the client in': fault('403'),
  'the gateway does not let the client in for now': fault('403-recoverable'),
  'there were too many requests': fault('429-seconds'),
  'the provider has a fault': fault('500'),
  'the provider is not available for now': fault('503'),
  'a batch with this externalBatchId is there': (stage) => batch(stage, { externalBatchId: 'batch-1' }),
  'a batch is in progress': (stage) => batch(stage),
  'a batch is done, its card enrolled': (stage) => batch(stage, { done: true }),
  'a batch is done, its card refused': (stage) => batch(stage, { done: true, pan: badPan }),
  'a batch failed as a whole': (stage) => {
    stage.simulator.setFaults([{ fault: 'fail-batch' }]);
    return batch(stage, { done: true });
  },
  'a card is enrolled': async ({ client }) => {
    const { body } = await client.putCard({
      body: {
        consumer,
        cardSource: 'ISSUER',
        complianceSettings,
        encryptedCard: { primaryAccountNumber: goodPan, ...expiry },
      },
    });
    const profile = body.maskedConsumer?.srcConsumerId ?? '';
    return { cardId: body.maskedCard.srcDigitalCardId, consumerID: profile, consumerId: profile };
  },
};

/** The states of the pact with the Credential Directory. */
export const directoryStates: States<CredentialDirectoryClient> = {
  'errors come in the older shape': async (stage) => {
    await oldErrorShape(stage);
    return { batchId: 'unknown' };
  },
  'the provider does not accept the request': fault('400'),
  'the gateway does not accept the signature': fault('401'),
  'the provider takes a card once only, and has it': fault('409'),
  'the gateway does not let the client in': fault('403'),
  'there were too many requests': fault('429-seconds'),
  'the provider has a fault': fault('500'),
  'the provider is not available for now': fault('503'),
  'a batch with this externalBatchId is there': (stage) =>
    directoryBatch(stage, { externalBatchId: 'batch-1' }),
  'a batch is in progress': (stage) => directoryBatch(stage),
  'a batch is done, its card enrolled': (stage) => directoryBatch(stage, { done: true }),
  'a batch is done, its card refused': (stage) => directoryBatch(stage, { done: true, pan: badPan }),
  'a card is enrolled': async ({ client }) => {
    const ids = { externalConsumerId: 'consumer-1', externalCredentialId: 'card-1' };
    await client.enrollCredentialInDirectory({
      body: { ...ids, consumer, encryptedCard: { primaryAccountNumber: goodPan, ...expiry } },
    });
    return ids;
  },
};

interface BatchSetup {
  readonly externalBatchId?: string;
  readonly pan?: string;
  readonly done?: boolean;
}

async function batch(
  { client, clock, processingMs }: Stage<ClickToPayClient>,
  { externalBatchId = 'some-batch', pan = goodPan, done = false }: BatchSetup = {},
): Promise<Ids> {
  const card: EnrollmentCard = {
    externalCardId: 'some-card',
    primaryAccountNumber: pan,
    ...expiry,
    billingAddress,
  };
  const consumers = [{ externalConsumerId: 'some-consumer', consumer, cards: [card] }];
  const { body } = await client.enrollBatch({
    body: { externalBatchId, encryptedEnrollmentData: { consumers } },
  });
  if (done) clock.advance(processingMs);
  return { batchId: body.batchId };
}

async function directoryBatch(
  { client, clock, processingMs }: Stage<CredentialDirectoryClient>,
  { externalBatchId = 'some-batch', pan = goodPan, done = false }: BatchSetup = {},
): Promise<Ids> {
  const credential = {
    externalCredentialId: 'some-card',
    primaryAccountNumber: pan,
    ...expiry,
    billingAddress,
  };
  const consumers = [{ externalConsumerId: 'some-consumer', consumer, credentials: [credential] }];
  const { body } = await client.batchCredentialsInDirectory({
    body: { externalBatchId, encryptedEnrollmentData: { consumers } },
  });
  if (done) clock.advance(processingMs);
  return { batchId: body.batchId };
}
