import type { ClickToPayClient } from '@enrollkit/client';
import type { Consumer, EnrollmentCard } from '@enrollkit/contract/click-to-pay-enrollment';
import type { FaultName, ManualClock, Simulator } from '../../src/index.ts';

/** A simulator's world, as the states need it. */
export interface Stage {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  /** From 202 to the results, in milliseconds. */
  readonly processingMs: number;
  readonly client: ClickToPayClient;
  /** From here on requests go to the simulator whose errors have the older shape. */
  useOldErrorShape(): void;
}

/** Ids the state gives to the interaction. */
type Ids = Readonly<Record<string, string>>;

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

/** Brings each state about that the pacts of the client name, under the words that stand in them. */
export const simulatorStates: Readonly<Record<string, (stage: Stage) => Promise<Ids>>> = {
  'errors come in the older shape': async (stage) => {
    stage.useOldErrorShape();
    return {};
  },
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

function fault(name: FaultName) {
  return async ({ simulator }: Stage): Promise<Ids> => {
    simulator.setFaults([{ fault: name }]);
    return {};
  };
}

interface BatchWish {
  readonly externalBatchId?: string;
  readonly pan?: string;
  readonly done?: boolean;
}

async function batch(
  { client, clock, processingMs }: Stage,
  { externalBatchId = 'some-batch', pan = goodPan, done = false }: BatchWish = {},
): Promise<Ids> {
  const card: EnrollmentCard = {
    externalCardId: 'some-card',
    primaryAccountNumber: pan,
    ...expiry,
    billingAddress: { line1: 'Somewhere 1', countryCode: 'US' },
  };
  const consumers = [{ externalConsumerId: 'some-consumer', consumer, cards: [card] }];
  const { body } = await client.enrollBatch({
    body: { externalBatchId, encryptedEnrollmentData: { consumers } },
  });
  if (done) clock.advance(processingMs);
  return { batchId: body.batchId };
}
