import type { BatchStatus } from '@enrollkit/contract/credential-directory';
import { describe, expect, test } from 'vitest';
import { parseFaults, type Simulator } from '../src/index.ts';
import { call, consumerOf, enroll, people, receiptOf, type Reply, seal } from './test-client.ts';
import { start } from './start.ts';

const root = '/directories/directory-1';
const pan = '5204731600014784';
const expiry = { panExpirationMonth: '05', panExpirationYear: '2039' };
const billingAddress = { line1: '12 Main Street', city: 'Springfield', countryCode: 'US', zip: '12345' };

type Keys = readonly (readonly [consumer: string, credential: string, pan?: string])[];

async function batch(
  simulator: Simulator,
  keys: Keys,
  { externalBatchId = 'batch-1', directory = root } = {},
): Promise<Reply> {
  const consumers = keys.map(([externalConsumerId, externalCredentialId, primaryAccountNumber = pan]) => ({
    externalConsumerId,
    consumer: consumerOf(`${externalConsumerId}@example.com`),
    credentials: [{ externalCredentialId, primaryAccountNumber, ...expiry, billingAddress }],
  }));
  return call(simulator, {
    method: 'POST',
    path: `${directory}/credentials/batch`,
    body: { externalBatchId, encryptedEnrollmentData: await seal(simulator, { consumers }) },
  });
}

async function enable(simulator: Simulator, [consumer, credential]: readonly [string, string]) {
  return call(simulator, {
    method: 'POST',
    path: `${root}/credentials`,
    body: {
      externalConsumerId: consumer,
      externalCredentialId: credential,
      consumer: consumerOf(`${consumer}@example.com`),
      encryptedCard: await seal(simulator, { primaryAccountNumber: pan, ...expiry }),
    },
  });
}

/** One request, such as `GET /consumers/a`, in the directory of these tests. */
const ask = (simulator: Simulator, line: string, body?: object): Promise<Reply> => {
  const [method = '', path = ''] = line.split(' ');
  return call(simulator, { method, path: root + path, ...(body !== undefined && { body }) });
};

const status = async (simulator: Simulator, batchId: string): Promise<BatchStatus> =>
  (await ask(simulator, `GET /credentials/batch/${batchId}`)).json as BatchStatus;

describe('batches of the directory', () => {
  test('a batch of credentials is answered with 202 and reported credential by credential', async () => {
    const simulator = await start();
    const { batchId } = receiptOf(
      await batch(simulator, [
        ['a', '1'],
        ['b', '2', '5204739990000024'],
      ]),
    );
    expect(await status(simulator, batchId)).toMatchObject({ batchStatus: 'IN_PROGRESS' });
    simulator.clock.advance(1000);
    const done = await status(simulator, batchId);
    expect(done.batchStatus).toBe('COMPLETED_WITH_ERRORS');
    expect(
      done.results?.toSorted((a, b) => a.externalConsumerId.localeCompare(b.externalConsumerId)),
    ).toEqual([
      { externalConsumerId: 'a', externalCredentialId: '1', status: 'SUCCESSFUL' },
      expect.objectContaining({
        externalConsumerId: 'b',
        status: 'FAILED',
        error: expect.objectContaining({
          errordetail: [expect.objectContaining({ reason: 'PAN_INELIGIBLE' })],
        }),
      }),
    ]);
  });

  test('a repeated externalBatchId is a repetition within one directory only', async () => {
    const simulator = await start({ onDuplicate: 'reject' });
    expect((await batch(simulator, [['a', '1']])).status).toBe(202);
    expect((await batch(simulator, [['a', '1']])).status).toBe(409);
    expect((await batch(simulator, [['a', '1']], { directory: '/directories/other' })).status).toBe(202);
    expect(simulator.world()).toMatchObject({ enrolled: 2, enrolledMoreThanOnce: 0 });
  });

  test('a directory that is not known is not found', async () => {
    const simulator = await start({ directories: ['directory-1'] });
    expect((await batch(simulator, [['a', '1']])).status).toBe(202);
    expect(await batch(simulator, [['a', '1']], { directory: '/directories/other' })).toMatchObject({
      status: 404,
      json: { errordetail: [{ source: 'directoryId', sourceType: 'PATH' }] },
    });
  });

  test('faults of results apply to the directory as to the Enroll API', async () => {
    const simulator = await start({
      processingMs: 0,
      faults: parseFaults('duplicate-result*1,backwards*1+1'),
    });
    const { batchId } = receiptOf(await batch(simulator, [['a', '1']]));
    const twice = await status(simulator, batchId);
    expect(twice.results).toEqual([twice.results?.[0], twice.results?.[0]]);
    expect(twice.results?.[0]).toEqual({
      externalConsumerId: 'a',
      externalCredentialId: '1',
      status: 'SUCCESSFUL',
    });
    expect(await status(simulator, batchId)).toMatchObject({ batchStatus: 'IN_PROGRESS' });
  });

  test('the same cardholder in both families counts once in each', async () => {
    const simulator = await start({ processingMs: 0 });
    await enroll(simulator, 'batch-1', people(1));
    await batch(simulator, [['c0', 'c0-card']]);
    expect(simulator.world()).toMatchObject({ enrolled: 2, enrolledMoreThanOnce: 0, batches: 2 });
    expect([...simulator.records()].map(({ directoryId, times }) => ({ directoryId, times }))).toEqual([
      { directoryId: undefined, times: 1 },
      { directoryId: 'directory-1', times: 1 },
    ]);
  });
});

describe('life cycle in the directory', () => {
  test('a credential is read, changed and deleted by the external ids, and its consumer stays', async () => {
    const simulator = await start();
    expect(await enable(simulator, ['a', '1'])).toMatchObject({
      status: 200,
      json: { externalConsumerId: 'a', externalCredentialId: '1', maskedCard: { panLastFour: '4784' } },
    });
    const path = '/consumers/a/credentials/1';
    const address = { billingAddress: { line1: '99 New Road', countryCode: 'NO' } };
    const changed = await ask(simulator, `PUT ${path}`, address);
    expect(changed).toMatchObject({ status: 200 });
    expect(Object.keys(changed.json as object)).toEqual(['srcCorrelationId']);
    expect((await ask(simulator, `GET ${path}`)).json).toMatchObject({
      maskedCard: { maskedBillingAddress: { line1: '9* N** R***', countryCode: 'NO' } },
    });
    expect((await ask(simulator, `DELETE ${path}`)).status).toBe(200);
    expect((await ask(simulator, `DELETE ${path}`)).status).toBe(404);
    expect((await ask(simulator, 'GET /consumers/a')).json).toMatchObject({ credentials: [] });
    expect((await enable(simulator, ['a', '1'])).status).toBe(200);
    expect(simulator.world()).toMatchObject({ enrolledMoreThanOnce: 0, deletedCards: 0, cardUpdates: 1 });
  });

  test('a consumer is changed as a whole and deleted with all credentials', async () => {
    const simulator = await start({ fullAnswers: true });
    await enable(simulator, ['a', '1']);
    await enable(simulator, ['a', '2']);
    const consumer = { ...consumerOf('a@example.com'), lastName: 'Smith' };
    expect((await ask(simulator, 'PUT /consumers/a', { consumer })).json).toMatchObject({
      externalConsumerId: 'a',
      maskedConsumer: { maskedLastName: 'S****' },
      credentials: [{ externalCredentialId: '1' }, { externalCredentialId: '2' }],
    });
    expect((await ask(simulator, 'DELETE /consumers/a')).status).toBe(200);
    expect((await ask(simulator, 'GET /consumers/a')).status).toBe(404);
    expect((await ask(simulator, 'GET /consumers/a/credentials/2')).status).toBe(404);
    expect(simulator.world()).toMatchObject({ deletedCards: 2, deletedConsumers: 1, profileUpdates: 1 });
  });
});
