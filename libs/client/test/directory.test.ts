import type {
  BatchEnrollRequest,
  BatchResult,
  BatchStatus,
  Acknowledgement,
} from '@enrollkit/contract/credential-directory';
import { openJson } from '@enrollkit/encryption';
import type { EnrollmentRecord } from '@enrollkit/enrollment';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { CredentialDirectoryClient } from '../src/index.ts';
import type { batchStates, itemStates, Listed } from '../src/families/shared/to-domain.ts';
import { directory, draft, opening, srcCorrelationId } from './enrollment.ts';
import { batchDetail, e1, e3 } from './errors.ts';
import { answering, rawServer } from './raw-server.ts';

const receipt = { batchId: 'B-1', externalBatchId: 'batch-1' };
const path = '/directories/DIR%2F1';

describe('records in the Credential Directory', () => {
  test('are submitted to the directory, credential by credential', async () => {
    const server = await rawServer(answering(202, receipt));
    const { provider } = directory(server.url);
    const [first, second] = draft(2).records as [EnrollmentRecord, EnrollmentRecord];
    const sibling = { ...first, externalCardId: 'card-9' };
    const sealed = await provider.seal({ externalBatchId: 'batch-1', records: [first, sibling, second] });
    expect(await provider.submit(sealed)).toEqual({ kind: 'accepted', providerBatchId: 'B-1' });
    const [arrival] = server.arrivals;
    expect(`${arrival?.method} ${arrival?.url}`).toBe(`POST ${path}/credentials/batch`);
    expect(arrival?.headers).not.toHaveProperty('x-openapi-clientid');
    const { encryptedEnrollmentData, ...clear } = JSON.parse(
      arrival?.body.toString() ?? '',
    ) as BatchEnrollRequest;
    expect(clear).toEqual({ externalBatchId: 'batch-1' });
    expect(await openJson(encryptedEnrollmentData, opening)).toMatchObject({
      consumers: [
        {
          externalConsumerId: 'consumer-1',
          consumer: { consumerIdentity: { identityValue: first.consumer.email } },
          credentials: [
            { externalCredentialId: 'card-1', primaryAccountNumber: first.card.pan },
            { externalCredentialId: 'card-9' },
          ],
        },
        { externalConsumerId: 'consumer-2', credentials: [{ externalCredentialId: 'card-2' }] },
      ],
    });
  });

  test('are reported as cards of the domain', async () => {
    const results = [
      { externalConsumerId: 'c', externalCredentialId: 'k', status: 'SUCCESSFUL' },
      {
        externalConsumerId: 'c',
        externalCredentialId: 'l',
        status: 'FAILED',
        error: { reason: 'INVALID_STATE', errordetail: [{ reason: 'PAN_INELIGIBLE' }] },
      },
    ];
    const server = await rawServer(
      answering(200, { batchId: 'B-1', batchStatus: 'COMPLETED_WITH_ERRORS', results }),
    );
    expect(await directory(server.url).provider.poll('B-1')).toEqual({
      kind: 'finished',
      outcomes: [
        { externalConsumerId: 'c', externalCardId: 'k', result: 'enrolled' },
        {
          externalConsumerId: 'c',
          externalCardId: 'l',
          result: 'refused',
          code: 'PAN_INELIGIBLE',
          recoverable: false,
        },
      ],
    });
    expect(server.arrivals[0]?.url).toBe(`${path}/credentials/batch/B-1`);
  });
});

describe('a batch for the directory', () => {
  test.each([
    [202, receipt, 'accepted'],
    [202, { batchId: 'B-1' }, 'accepted'],
    [202, { batchId: 'B-1', externalBatchId: 'another' }, 'unknown'],
    [202, { externalBatchId: 'batch-1' }, 'unknown'],
    [
      400,
      e1(400, 'INVALID_STATE', [{ reason: 'INVALID_VALUE', source: 'directoryId', sourceType: 'PATH' }]),
      'denied',
    ],
    [400, e1(400, 'INVALID_ARGUMENT'), 'refused'],
    [403, e3('FORBIDDEN'), 'denied'],
    [
      404,
      e1(404, 'NOT_FOUND', [{ reason: 'NOT_FOUND', source: 'directoryId', sourceType: 'PATH' }]),
      'denied',
    ],
    [409, e1(409, 'ALREADY_EXISTS', [batchDetail('ALREADY_EXISTS')]), 'exists'],
    [500, e1(500, 'INTERNAL'), 'unknown'],
  ])('that is answered with %i %j is judged', async (status, body, kind) => {
    const server = await rawServer(answering(status, body));
    const { provider } = directory(server.url);
    expect((await provider.submit(await provider.seal(draft()))).kind).toBe(kind);
  });
});

describe('a poll of the directory', () => {
  test.each([
    [200, { batchId: 'B-1', batchStatus: 'IN_PROGRESS' }, 'pending'],
    [200, { batchId: 'B-1', batchStatus: 'FAILED', errorMessage: 'm' }, 'refused'],
    [200, { batchId: 'B-1', batchStatus: 'SLEEPING' }, 'pending'],
    [200, { batchId: 'B-2', batchStatus: 'IN_PROGRESS' }, 'busy'],
    [404, e1(404, 'NOT_FOUND', [{ reason: 'NOT_FOUND', source: 'batchId', sourceType: 'PATH' }]), 'missing'],
    [
      404,
      e1(404, 'NOT_FOUND', [{ reason: 'NOT_FOUND', source: 'directoryId', sourceType: 'PATH' }]),
      'denied',
    ],
  ])('that is answered with %i %j is judged', async (status, body, kind) => {
    const server = await rawServer(answering(status, body));
    expect((await directory(server.url).provider.poll('B-1')).kind).toBe(kind);
  });
});

describe('a client of the directory', () => {
  test('knows the directory, and takes an answer without a body where the contract has one', async () => {
    const server = await rawServer((response) => void response.writeHead(204).end());
    const answer = await directory(server.url).client.deleteCredentialInDirectory({
      path: { externalConsumerId: 'c', externalCredentialId: 'k' },
    });
    expect(answer).toMatchObject({ status: 204, body: undefined });
    expect(`${server.arrivals[0]?.method} ${server.arrivals[0]?.url}`).toBe(
      `DELETE ${path}/consumers/c/credentials/k?srcCorrelationId=${srcCorrelationId}`,
    );
  });

  test('has the types of the contract', () => {
    type Deleting = CredentialDirectoryClient['deleteCredentialInDirectory'];
    expectTypeOf<Awaited<ReturnType<Deleting>>['body']>().toEqualTypeOf<Acknowledgement | undefined>();
    expectTypeOf<Parameters<Deleting>[0]['path']>().toHaveProperty('externalCredentialId');
    // The directory is known: a path need not be given where it is all there is.
    expectTypeOf<{ body: { externalConsumerId: string } }>().not.toExtend<
      Parameters<CredentialDirectoryClient['getConsumerInDirectory']>[0]
    >();
    expectTypeOf<{
      body: Parameters<CredentialDirectoryClient['batchCredentialsInDirectory']>[0]['body'];
    }>().toExtend<Parameters<CredentialDirectoryClient['batchCredentialsInDirectory']>[0]>();
    // A state that this API adds must get its meaning.
    expectTypeOf<Listed<BatchStatus['batchStatus']>>().toExtend<keyof typeof batchStates>();
    expectTypeOf<Listed<BatchResult['status']>>().toExtend<keyof typeof itemStates>();
  });
});
