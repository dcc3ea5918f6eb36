import { chmodSync, writeFileSync } from 'node:fs';
import { openClickToPayClient, ProviderError } from '@enrollkit/client';
import type { EnrollmentData } from '@enrollkit/contract/click-to-pay-enrollment';
import { temporaryFolder } from '@enrollkit/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { startSimulator, type SimulatorOptions } from '../../src/index.ts';
import { programme } from './simulated.ts';

/** A simulator, and a client opened from files as the client's README opens one. */
async function opened(options: SimulatorOptions = {}) {
  const simulator = await startSimulator({ processingMs: 0, ...options });
  const { signingKey, consumerKey, url, keys } = simulator;
  if (!signingKey) throw new Error('the simulator made no key for its client');
  const folder = temporaryFolder();
  writeFileSync(folder.file('key.pem'), signingKey.export({ type: 'pkcs8', format: 'pem' }));
  chmodSync(folder.file('key.pem'), 0o600);
  const client = await openClickToPayClient({
    ...programme,
    baseUrl: url,
    consumerKey,
    signingKey: { file: folder.file('key.pem') },
    keySetUrl: keys.url,
    transport: { deadlineMs: 5_000 },
  });
  onTestFinished(async () => {
    await client.close();
    await simulator.close();
    folder[Symbol.dispose]();
  });
  return { simulator, client };
}

const consumers: EnrollmentData['consumers'] = [
  {
    externalConsumerId: 'consumer-1',
    consumer: {
      consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: 'jane.doe@example.com' },
      mobileNumber: { countryCode: '1', phoneNumber: '5555550100' },
      firstName: 'Jane',
      lastName: 'Doe',
      countryCode: 'US',
      languageCode: 'EN',
    },
    cards: [
      {
        externalCardId: 'card-1',
        primaryAccountNumber: '0000000000000000',
        panExpirationMonth: '12',
        panExpirationYear: '2031',
        billingAddress: { line1: '1 Main Street', countryCode: 'US' },
      },
    ],
  },
];
const body = (externalBatchId: string) => ({ externalBatchId, encryptedEnrollmentData: { consumers } });

test('a client opened from files submits a batch and awaits its end', async () => {
  const { client } = await opened();
  const { data } = await client.POST('/cards/batch', { body: body('batch-1') });
  const { status, items } = await client.waitForBatch(data?.batchId ?? '', { everyMs: 10 });
  expect(status).toBe('COMPLETED_SUCCESSFULLY');
  expect(items).toMatchObject([{ externalCardId: 'card-1', status: 'SUCCESSFUL' }]);
});

test('a lost answer leads the documented retry loop to no second enrollment, though the provider takes every id anew', async () => {
  const { client, simulator } = await opened({
    onDuplicate: 'duplicate',
    faults: [{ fault: 'drop-answer', operation: 'enrollBatch' }],
  });
  const error: unknown = await client
    .enrollBatch({ body: body('batch-1') }, { retries: { attempts: 5, minDelayMs: 1 } })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({ outcome: 'unknown', safeToRetry: false, sent: true });
  expect(simulator.world().batches).toBe(1);
});

test('a key that the provider changes between two batches is not noticed by the caller', async () => {
  const { client, simulator } = await opened();
  await client.enrollBatch({ body: body('batch-1') });
  await simulator.rotateKey('refuse');
  expect(await client.enrollBatch({ body: body('batch-2') })).toMatchObject({ status: 202 });
  expect(simulator.world().batches).toBe(2);
});
