import type { Submission } from '@enrollkit/enrollment';
import { client, clientInteraction, interaction, programme, provider } from './click-to-pay.ts';
import { address, applicationError, codedError, consumer, draft, gatewayError, noCard } from './examples.ts';
import { FromState, type Interaction } from './interaction.ts';
import { Exactly } from './matchers.ts';

/** What the draft is to be on the wire, once opened. */
const body = {
  ...programme,
  externalBatchId: 'batch-1',
  encryptedEnrollmentData: {
    consumers: [
      {
        externalConsumerId: 'consumer-1',
        consumer,
        complianceSettings: { tnc: { acceptedVersion: '1' } },
        cards: [
          {
            externalCardId: 'card-1',
            primaryAccountNumber: noCard,
            panExpirationMonth: '12',
            panExpirationYear: '2031',
            cardholderFullName: 'Jane Doe',
            billingAddress: { ...address, zip: '10001' },
          },
        ],
      },
    ],
  },
};

async function submit(baseUrl: string, srcClientId: string): Promise<Submission> {
  const enrollment = provider(baseUrl, { srcClientId });
  return enrollment.submit(await enrollment.seal(draft));
}

function submitting(story: Omit<Interaction, 'operationId' | 'call' | 'body'>): void {
  interaction({
    ...story,
    body,
    operationId: 'enrollBatch',
    call: (baseUrl) => submit(baseUrl, programme.srcClientId),
  });
}

submitting({
  description: 'a batch',
  answer: { status: 202, body: { batchId: 'B-1', externalBatchId: new Exactly('batch-1') } },
  becomes: { kind: 'accepted', providerBatchId: 'B-1' },
});
submitting({
  description: 'a batch whose externalBatchId is taken',
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
  description: 'a batch with a signature that is not accepted',
  given: 'signatureRefused',
  answer: { status: 401, body: gatewayError('DECLINED', false) },
  becomes: { kind: 'denied', reason: { origin: 'gateway' } },
});
submitting({
  description: 'a batch of a client that may not',
  given: 'forbidden',
  answer: { status: 403, body: gatewayError('FORBIDDEN', false) },
  becomes: { kind: 'denied', reason: { origin: 'gateway' } },
});
submitting({
  description: 'a batch of a client that may not for now',
  given: 'forbiddenForNow',
  answer: { status: 403, body: gatewayError('FORBIDDEN', true) },
  becomes: { kind: 'busy' },
});
submitting({
  description: 'one batch too many',
  given: 'tooMany',
  answer: { status: 429, headers: { 'Retry-After': '1' }, body: gatewayError('TOO_MANY_REQUESTS', true) },
  becomes: { kind: 'busy', retryAfterMs: 1000 },
});
submitting({
  description: 'a batch while the provider has a fault',
  given: 'broken',
  answer: { status: 500, body: applicationError(500, 'INTERNAL') },
  becomes: { kind: 'unknown' },
});
submitting({
  description: 'a batch while the provider is not available',
  given: 'unavailable',
  answer: { status: 503, body: applicationError(503, 'UNAVAILABLE') },
  becomes: { kind: 'busy', reason: { origin: 'service' } },
});

function polling(story: Omit<Interaction, 'operationId' | 'call'>): void {
  interaction({
    path: { batchId: new FromState('B-1') },
    ...story,
    query: programme,
    operationId: 'getBatchStatus',
    call: (baseUrl) => provider(baseUrl).poll(storyId(story)),
  });
}

const storyId = ({ path }: Pick<Interaction, 'path'>): string =>
  typeof path?.['batchId'] === 'string' ? path['batchId'] : 'B-1';

const card = { externalConsumerId: 'consumer-1', externalCardId: 'card-1' };

polling({
  description: 'a poll of a batch in progress',
  given: 'batchInProgress',
  answer: { status: 200, body: { batchId: 'B-1', status: 'IN_PROGRESS' } },
  becomes: { kind: 'pending' },
});
polling({
  description: 'a poll of a batch that is done',
  given: 'batchDone',
  answer: {
    status: 200,
    body: {
      batchId: 'B-1',
      status: 'COMPLETED_SUCCESSFULLY',
      items: [{ ...card, status: 'SUCCESSFUL', srcConsumerId: 'P-1', srcDigitalCardId: 'D-1' }],
    },
  },
  becomes: {
    kind: 'finished',
    outcomes: [{ ...card, result: 'enrolled', providerConsumerId: 'P-1', providerCardId: 'D-1' }],
  },
});
polling({
  description: 'a poll of a batch whose card was refused',
  given: 'batchWithRefusal',
  answer: {
    status: 200,
    body: {
      batchId: 'B-1',
      status: 'COMPLETED_WITH_ERRORS',
      items: [
        {
          ...card,
          status: 'FAILED',
          error: {
            reason: 'INVALID_STATE',
            message: 'a text for people',
            errordetail: [{ reason: 'INVALID_PAN' }],
          },
        },
      ],
    },
  },
  becomes: { kind: 'finished', outcomes: [{ ...card, result: 'refused', code: 'INVALID_PAN' }] },
});
polling({
  description: 'a poll of a batch that failed as a whole',
  given: 'batchFailed',
  answer: { status: 200, body: { batchId: 'B-1', status: 'FAILED', errorMessage: 'a text for people' } },
  becomes: { kind: 'refused', reason: { code: 'FAILED' } },
});

polling({
  description: 'a poll of a batch nobody knows',
  path: { batchId: 'nobody-knows' },
  answer: { status: 404, body: applicationError(404, 'NOT_FOUND') },
  becomes: { kind: 'missing' },
});
polling({
  description: 'a poll of a batch nobody knows, errors in the older shape',
  given: 'oldErrorShape',
  path: { batchId: 'nobody-knows' },
  answer: { status: 404, body: codedError(404, 'NOT_FOUND') },
  becomes: { kind: 'missing', reason: { code: 'NOT_FOUND' } },
});
polling({
  description: 'one poll too many',
  given: 'tooMany',
  path: { batchId: 'B-1' },
  answer: { status: 429, body: gatewayError('TOO_MANY_REQUESTS', true) },
  becomes: { kind: 'busy' },
});
const strangerId = '99999999-9999-9999-9999-999999999999';

interaction({
  description: 'a batch of a client nobody knows',
  operationId: 'enrollBatch',
  body: { ...body, srcClientId: new Exactly(strangerId) },
  answer: {
    status: 400,
    body: applicationError(400, 'INVALID_STATE', [
      { reason: 'INVALID_VALUE', sourceType: 'BODY', source: new Exactly('srcClientId') },
    ]),
  },
  call: (baseUrl) => submit(baseUrl, strangerId),
  becomes: { kind: 'denied' },
});

clientInteraction({
  description: 'a batch for pre-provisioning',
  operationId: 'enrollBatchForPreProvisioning',
  body,
  answer: { status: 202, body: { batchId: 'B-1', externalBatchId: new Exactly('batch-1') } },
  call: (baseUrl) =>
    client(baseUrl).enrollBatchForPreProvisioning({
      body: { externalBatchId: 'batch-1', encryptedEnrollmentData: body.encryptedEnrollmentData },
    }),
  becomes: { status: 202, body: { batchId: 'B-1' } },
});
clientInteraction({
  description: 'a batch for pre-provisioning while the provider is not available',
  given: 'unavailable',
  operationId: 'enrollBatchForPreProvisioning',
  body,
  answer: { status: 503, body: applicationError(503, 'UNAVAILABLE') },
  call: (baseUrl) =>
    client(baseUrl).enrollBatchForPreProvisioning({
      body: { externalBatchId: 'batch-1', encryptedEnrollmentData: body.encryptedEnrollmentData },
    }),
  becomes: { outcome: 'not-taken', safeToRetry: true },
});
