import type { Submission } from '@enrollkit/enrollment';
import { client, clientInteraction, directoryId, interaction, provider } from './directory.ts';
import {
  address,
  applicationError,
  codedError,
  consumer,
  correlation,
  draft,
  gatewayError,
  maskedCard,
  maskedConsumer,
  noCard,
} from './examples.ts';
import { FromState, type Interaction } from './interaction.ts';
import { Exactly } from './matchers.ts';

const expiry = { panExpirationMonth: '12', panExpirationYear: '2031', cardholderFullName: 'Jane Doe' };
const credential = {
  externalCredentialId: 'card-1',
  primaryAccountNumber: noCard,
  ...expiry,
  billingAddress: { ...address, zip: '10001' },
};

/** What the draft is to be on the wire, once opened. */
const body = {
  externalBatchId: 'batch-1',
  encryptedEnrollmentData: {
    consumers: [
      {
        externalConsumerId: 'consumer-1',
        consumer,
        complianceSettings: { tnc: { acceptedVersion: '1' } },
        credentials: [credential],
      },
    ],
  },
};

async function submit(baseUrl: string): Promise<Submission> {
  const enrollment = provider(baseUrl);
  return enrollment.submit(await enrollment.seal(draft));
}

function submitting(story: Omit<Interaction, 'operationId' | 'call' | 'body'>): void {
  interaction({
    ...story,
    path: { directoryId },
    body,
    operationId: 'batchCredentialsInDirectory',
    call: submit,
  });
}

submitting({
  description: 'a batch of credentials',
  answer: { status: 202, body: { batchId: 'B-1' } },
  becomes: { kind: 'accepted', providerBatchId: 'B-1' },
});
submitting({
  description: 'a batch of credentials whose externalBatchId is taken',
  given: 'idTaken',
  answer: {
    status: 409,
    body: applicationError(409, 'ALREADY_EXISTS', [
      { reason: 'ALREADY_EXISTS', sourceType: 'BODY', source: new Exactly('externalBatchId') },
    ]),
  },
  becomes: { kind: 'exists' },
});
submitting({
  description: 'a batch of credentials of a client that may not',
  given: 'forbidden',
  answer: { status: 403, body: gatewayError('FORBIDDEN', false) },
  becomes: { kind: 'denied', reason: { origin: 'gateway' } },
});
submitting({
  description: 'a batch of credentials while the provider is not available',
  given: 'unavailable',
  answer: { status: 503, body: applicationError(503, 'UNAVAILABLE') },
  becomes: { kind: 'busy' },
});

function polling(story: Omit<Interaction, 'operationId' | 'call' | 'path'>): void {
  const path = { directoryId, batchId: new FromState('B-1') };
  interaction({
    ...story,
    path,
    operationId: 'getBatchStatusInDirectory',
    call: (baseUrl) => provider(baseUrl).poll('B-1'),
  });
}

const key = { externalConsumerId: 'consumer-1', externalCardId: 'card-1' };
const result = { externalConsumerId: 'consumer-1', externalCredentialId: 'card-1' };

polling({
  description: 'a poll of a batch of credentials in progress',
  given: 'batchInProgress',
  answer: { status: 200, body: { batchId: 'B-1', batchStatus: 'IN_PROGRESS' } },
  becomes: { kind: 'pending' },
});
polling({
  description: 'a poll of a batch of credentials that is done',
  given: 'batchDone',
  answer: {
    status: 200,
    body: {
      batchId: 'B-1',
      batchStatus: 'COMPLETED_SUCCESSFULLY',
      results: [{ ...result, status: 'SUCCESSFUL' }],
    },
  },
  becomes: { kind: 'finished', outcomes: [{ ...key, result: 'enrolled' }] },
});
polling({
  description: 'a poll of a batch of credentials whose credential was refused',
  given: 'batchWithRefusal',
  answer: {
    status: 200,
    body: {
      batchId: 'B-1',
      batchStatus: 'COMPLETED_WITH_ERRORS',
      results: [
        {
          ...result,
          status: 'FAILED',
          error: { reason: 'INVALID_STATE', errordetail: [{ reason: 'INVALID_PAN' }] },
        },
      ],
    },
  },
  becomes: { kind: 'finished', outcomes: [{ ...key, result: 'refused', code: 'INVALID_PAN' }] },
});
polling({
  description: 'a poll of a batch of credentials, errors in the older shape',
  given: 'oldErrorShape',
  answer: { status: 404, body: codedError(404, 'NOT_FOUND') },
  becomes: { kind: 'missing' },
});

const ofConsumer = { externalConsumerId: 'consumer-1' };
const ofCredential = { ...ofConsumer, externalCredentialId: 'card-1' };
const encryptedCard = { primaryAccountNumber: noCard, ...expiry };

clientInteraction({
  description: 'a credential to be enabled at once',
  operationId: 'enrollCredentialInDirectory',
  path: { directoryId },
  body: { ...ofCredential, consumer, encryptedCard },
  answer: { status: 200, body: ofCredential },
  call: (baseUrl) =>
    client(baseUrl).enrollCredentialInDirectory({ body: { ...ofCredential, consumer, encryptedCard } }),
  becomes: { status: 200, body: ofCredential },
});

/** The calls of a life afterwards: what is asked, and what is answered where it is known. */
const lives: readonly Omit<Interaction, 'becomes'>[] = [
  {
    description: 'a consumer to be read',
    operationId: 'getConsumerInDirectory',
    path: ofConsumer,
    answer: { status: 200, body: { ...ofConsumer, maskedConsumer } },
    call: (baseUrl) => client(baseUrl).getConsumerInDirectory({ path: ofConsumer }),
  },
  {
    description: 'other data of a consumer',
    operationId: 'updateConsumerInDirectory',
    path: ofConsumer,
    body: { consumer },
    answer: { status: 200, body: correlation },
    call: (baseUrl) => client(baseUrl).updateConsumerInDirectory({ path: ofConsumer, body: { consumer } }),
  },
  {
    description: 'a consumer to be taken out',
    operationId: 'deleteConsumerInDirectory',
    path: ofConsumer,
    answer: { status: 200, body: correlation },
    call: (baseUrl) => client(baseUrl).deleteConsumerInDirectory({ path: ofConsumer }),
  },
  {
    description: 'a credential to be read',
    operationId: 'getCredentialInDirectory',
    path: ofCredential,
    answer: { status: 200, body: { ...ofCredential, maskedCard } },
    call: (baseUrl) => client(baseUrl).getCredentialInDirectory({ path: ofCredential }),
  },
  {
    description: 'another billing address of a credential',
    operationId: 'updateCredentialInDirectory',
    path: ofCredential,
    body: { billingAddress: address },
    answer: { status: 200, body: correlation },
    call: (baseUrl) =>
      client(baseUrl).updateCredentialInDirectory({ path: ofCredential, body: { billingAddress: address } }),
  },
  {
    description: 'a credential to be taken out',
    operationId: 'deleteCredentialInDirectory',
    path: ofCredential,
    answer: { status: 200, body: correlation },
    call: (baseUrl) => client(baseUrl).deleteCredentialInDirectory({ path: ofCredential }),
  },
];

for (const { path, ...life } of lives) {
  const inDirectory = { ...life, path: { directoryId, ...path } };
  clientInteraction({ ...inDirectory, given: 'card', becomes: { status: 200 } });
  clientInteraction({
    ...inDirectory,
    description: `${life.description} that nobody knows`,
    answer: { status: 404, body: applicationError(404, 'NOT_FOUND') },
    becomes: { httpStatus: 404, reason: 'NOT_FOUND', origin: 'service' },
  });
}
