import type { ProviderError } from '../src/index.ts';
import { client, clientInteraction, programme } from './click-to-pay.ts';
import {
  client as directoryClient,
  clientInteraction as directoryInteraction,
  directoryId,
} from './directory.ts';
import { address, applicationError, consumer, gatewayError, noCard } from './examples.ts';
import type { Interaction } from './interaction.ts';
import type { State } from './states.ts';

/** What every operation must be able to meet, one of each class. */
interface Failure {
  /** Follows the name of the operation in the description. */
  readonly when: string;
  readonly given: State;
  readonly answer: Interaction['answer'];
  /** Of a request to enroll, to change, and to read. */
  readonly outcome: Readonly<Record<'submit' | 'change' | 'read', ProviderError['outcome']>>;
}

const always = (outcome: ProviderError['outcome']) => ({ submit: outcome, change: outcome, read: outcome });

const failures: readonly Failure[] = [
  {
    when: 'that the provider does not accept',
    given: 'requestRefused',
    answer: { status: 400, body: applicationError(400, 'INVALID_ARGUMENT') },
    // A question that is wrong is one of wrong ids: a person must look at the configuration.
    outcome: { submit: 'refused', change: 'refused', read: 'denied' },
  },
  {
    when: 'with a signature that is not accepted',
    given: 'signatureRefused',
    answer: { status: 401, body: gatewayError('DECLINED', false) },
    outcome: always('denied'),
  },
  {
    when: 'of a client that the gateway does not let in',
    given: 'forbidden',
    answer: { status: 403, body: gatewayError('FORBIDDEN', false) },
    outcome: always('denied'),
  },
  {
    when: 'after too many requests',
    given: 'tooMany',
    answer: { status: 429, headers: { 'Retry-After': '1' }, body: gatewayError('TOO_MANY_REQUESTS', true) },
    outcome: always('not-taken'),
  },
  {
    when: 'while the provider has a fault',
    given: 'broken',
    answer: { status: 500, body: applicationError(500, 'INTERNAL') },
    outcome: { submit: 'unknown', change: 'unknown', read: 'not-taken' },
  },
  {
    when: 'while the provider is not available',
    given: 'unavailable',
    answer: { status: 503, body: applicationError(503, 'UNAVAILABLE') },
    outcome: always('not-taken'),
  },
];

interface Story extends Pick<Interaction, 'operationId' | 'path' | 'query' | 'body' | 'call'> {
  readonly action: 'submit' | 'change' | 'read';
}

function failing(interaction: (story: Interaction) => void, { action, ...story }: Story): void {
  for (const { when, given, answer, outcome } of failures)
    interaction({
      ...story,
      description: `${story.operationId} ${when}`,
      given,
      answer,
      becomes: {
        outcome: outcome[action],
        safeToRetry:
          outcome[action] === 'not-taken' || (action === 'change' && outcome[action] === 'unknown'),
      },
    });
}

const card = { primaryAccountNumber: noCard, panExpirationMonth: '12', panExpirationYear: '2031' };
const complianceSettings = { tnc: { latestVersionUri: 'https://provider.example/terms' } };
const billingAddress = { ...address, zip: '10001' };

const enrolling = { consumer, cardSource: 'ISSUER', complianceSettings, encryptedCard: card } as const;
const cardId = { cardId: 'D-1' };
const consumerID = { consumerID: 'P-1' };

const clickToPay: readonly Story[] = [
  {
    operationId: 'enrollBatch',
    action: 'submit',
    body: { ...programme, ...batchOf('cards', 'externalCardId') },
    call: (url) => client(url).enrollBatch({ body: batchOf('cards', 'externalCardId') as never }),
  },
  {
    operationId: 'enrollBatchForPreProvisioning',
    action: 'submit',
    body: { ...programme, ...batchOf('cards', 'externalCardId') },
    call: (url) =>
      client(url).enrollBatchForPreProvisioning({ body: batchOf('cards', 'externalCardId') as never }),
  },
  {
    operationId: 'getBatchStatus',
    action: 'read',
    path: { batchId: 'B-1' },
    query: programme,
    call: (url) => client(url).getBatchStatus({ path: { batchId: 'B-1' } }),
  },
  {
    operationId: 'putCard',
    action: 'submit',
    body: { ...programme, ...enrolling },
    call: (url) => client(url).putCard({ body: enrolling }),
  },
  {
    operationId: 'getCard',
    action: 'read',
    path: cardId,
    query: programme,
    call: (url) => client(url).getCard({ path: cardId }),
  },
  {
    operationId: 'updateCard',
    action: 'change',
    path: cardId,
    body: { ...programme, billingAddress },
    call: (url) => client(url).updateCard({ path: cardId, body: { billingAddress } }),
  },
  {
    operationId: 'deleteCard',
    action: 'change',
    path: cardId,
    query: programme,
    call: (url) => client(url).deleteCard({ path: cardId }),
  },
  {
    operationId: 'getProfile',
    action: 'read',
    path: consumerID,
    query: programme,
    call: (url) => client(url).getProfile({ path: consumerID }),
  },
  {
    operationId: 'updateProfile',
    action: 'change',
    path: consumerID,
    body: { ...programme, consumer },
    call: (url) => client(url).updateProfile({ path: consumerID, body: { consumer } }),
  },
  {
    operationId: 'deleteProfile',
    action: 'change',
    path: consumerID,
    query: programme,
    call: (url) => client(url).deleteProfile({ path: consumerID }),
  },
  {
    operationId: 'deleteProfileByQuery',
    action: 'change',
    query: { consumerId: 'P-1', ...programme },
    call: (url) => client(url).deleteProfileByQuery({ query: { consumerId: 'P-1' } }),
  },
];
for (const story of clickToPay) failing(clientInteraction, story);

clientInteraction({
  operationId: 'enrollBatchForPreProvisioning',
  description: 'enrollBatchForPreProvisioning with an externalBatchId that is taken',
  given: 'idTaken',
  body: { ...programme, ...batchOf('cards', 'externalCardId') },
  answer: { status: 409, body: applicationError(409, 'ALREADY_EXISTS') },
  call: (url) =>
    client(url).enrollBatchForPreProvisioning({ body: batchOf('cards', 'externalCardId') as never }),
  becomes: { httpStatus: 409, safeToRetry: false },
});

const ofConsumer = { externalConsumerId: 'consumer-1' };
const ofCredential = { ...ofConsumer, externalCredentialId: 'card-1' };
const enabling = { ...ofCredential, consumer, encryptedCard: card };

const directory: readonly Story[] = [
  {
    operationId: 'batchCredentialsInDirectory',
    action: 'submit',
    body: batchOf('credentials', 'externalCredentialId'),
    call: (url) =>
      directoryClient(url).batchCredentialsInDirectory({
        body: batchOf('credentials', 'externalCredentialId') as never,
      }),
  },
  {
    operationId: 'getBatchStatusInDirectory',
    action: 'read',
    path: { batchId: 'B-1' },
    call: (url) => directoryClient(url).getBatchStatusInDirectory({ path: { batchId: 'B-1' } }),
  },
  {
    operationId: 'enrollCredentialInDirectory',
    action: 'submit',
    body: enabling,
    call: (url) => directoryClient(url).enrollCredentialInDirectory({ body: enabling }),
  },
  {
    operationId: 'getConsumerInDirectory',
    action: 'read',
    path: ofConsumer,
    call: (url) => directoryClient(url).getConsumerInDirectory({ path: ofConsumer }),
  },
  {
    operationId: 'updateConsumerInDirectory',
    action: 'change',
    path: ofConsumer,
    body: { consumer },
    call: (url) => directoryClient(url).updateConsumerInDirectory({ path: ofConsumer, body: { consumer } }),
  },
  {
    operationId: 'deleteConsumerInDirectory',
    action: 'change',
    path: ofConsumer,
    call: (url) => directoryClient(url).deleteConsumerInDirectory({ path: ofConsumer }),
  },
  {
    operationId: 'getCredentialInDirectory',
    action: 'read',
    path: ofCredential,
    call: (url) => directoryClient(url).getCredentialInDirectory({ path: ofCredential }),
  },
  {
    operationId: 'updateCredentialInDirectory',
    action: 'change',
    path: ofCredential,
    body: { billingAddress },
    call: (url) =>
      directoryClient(url).updateCredentialInDirectory({ path: ofCredential, body: { billingAddress } }),
  },
  {
    operationId: 'deleteCredentialInDirectory',
    action: 'change',
    path: ofCredential,
    call: (url) => directoryClient(url).deleteCredentialInDirectory({ path: ofCredential }),
  },
];
for (const { path, ...story } of directory)
  failing(directoryInteraction, { ...story, path: { directoryId, ...path } });

const unknownDirectory = { directoryId: 'nobody-knows' };
const isNotFound = { status: 404, body: applicationError(404, 'NOT_FOUND') };

for (const [operationId, body] of [
  ['batchCredentialsInDirectory', batchOf('credentials', 'externalCredentialId')],
  ['enrollCredentialInDirectory', enabling],
] as const)
  directoryInteraction({
    operationId,
    description: `${operationId} of a directory that nobody knows`,
    path: unknownDirectory,
    body,
    answer: isNotFound,
    call: (url) => directoryClient(url)[operationId]({ path: unknownDirectory, body: body as never }),
    becomes: { httpStatus: 404, origin: 'service', safeToRetry: false },
  });
directoryInteraction({
  operationId: 'enrollCredentialInDirectory',
  description: 'enrollCredentialInDirectory of a card that the provider takes once only',
  given: 'cardTaken',
  path: { directoryId },
  body: enabling,
  answer: { status: 409, body: applicationError(409, 'ALREADY_EXISTS') },
  call: (url) => directoryClient(url).enrollCredentialInDirectory({ body: enabling }),
  becomes: { httpStatus: 409, safeToRetry: false },
});

/** A batch of one card, under the names of the family. */
function batchOf(list: 'cards' | 'credentials', id: 'externalCardId' | 'externalCredentialId') {
  const cards = [{ [id]: 'card-1', ...card, billingAddress }];
  const consumers = [{ externalConsumerId: 'consumer-1', consumer, [list]: cards }];
  return { externalBatchId: 'batch-1', encryptedEnrollmentData: { consumers } };
}
