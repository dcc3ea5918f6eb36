import { createClickToPayClient, createCredentialDirectoryClient } from '@enrollkit/client';
import { operations } from '@enrollkit/contract/click-to-pay-enrollment';
import { operations as directoryOperations } from '@enrollkit/contract/credential-directory';
import { expect, onTestFinished, test } from 'vitest';
import { clickToPayExamples, directoryExamples, type Learnt } from './operations.example.ts';
import { simulated } from './simulated.ts';

/** The examples in which a profile is deleted come last. */
const last = ['deleteProfile', 'deleteProfileByQuery', 'deleteCard'];

test('the example of each operation of Click to Pay runs against the simulator, and asks for that operation', async () => {
  const asked: string[] = [];
  const { settings } = await simulated({ onRequest: (id) => asked.push(id) });
  const client = createClickToPayClient(settings);
  onTestFinished(() => client.close());
  const learnt: Learnt = {};
  const names = Object.keys(operations) as (keyof typeof operations)[];
  const order = Object.keys(clickToPayExamples).filter((name) => !last.includes(name)) as typeof names;
  for (const name of [...order, 'deleteCard', 'deleteProfile', 'deleteProfileByQuery'] as const)
    await clickToPayExamples[name](client, learnt);
  expect(new Set(asked)).toEqual(new Set(names));
});

test('the example of each operation of the directory runs against the simulator, and asks for that operation', async () => {
  const asked: string[] = [];
  const { settings } = await simulated({ onRequest: (id) => asked.push(id) });
  const client = createCredentialDirectoryClient({ ...settings, directoryId: 'bank-1' });
  onTestFinished(() => client.close());
  const learnt: Learnt = {};
  for (const example of Object.values(directoryExamples)) await example(client, learnt);
  expect(new Set(asked)).toEqual(new Set(Object.keys(directoryOperations)));
});
