import { clickToPayProvider, createClickToPayClient, type ClickToPayConfig } from '@enrollkit/client';
import type { PollAnswer, Provider, Submission } from '@enrollkit/enrollment';
import { SeededRandom } from '@enrollkit/base';
import { testPan, waitFor } from '@enrollkit/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { faults, reservedPans, type FaultName } from '../../src/index.ts';
import { draft, simulated } from './simulated.ts';

function enrolling(settings: ClickToPayConfig): Provider {
  const provider = clickToPayProvider({
    ...settings,
    transport: { deadlineMs: 500, maxAnswerBytes: 1 << 20 },
  });
  onTestFinished(() => provider.close());
  return provider;
}

const finished = (provider: Provider, batchId: string) =>
  waitFor<PollAnswer>('the batch to be finished', async () => {
    const answer = await provider.poll(batchId);
    return answer.kind === 'pending' ? (undefined as never) : answer;
  });

test('a batch of the client is accepted, processed and reported card by card', async () => {
  const { simulator, settings } = await simulated();
  const provider = enrolling(settings);
  const records = draft(20).records.map((record, index) =>
    index % 10 === 0
      ? { ...record, card: { ...record.card, pan: reservedPans[index % 4]?.pan ?? '' } }
      : record,
  );
  const submission = await provider.submit(await provider.seal({ externalBatchId: 'batch-1', records }));
  expect(submission.kind).toBe('accepted');
  const answer = await finished(
    provider,
    'providerBatchId' in submission ? (submission.providerBatchId ?? '') : '',
  );
  expect(answer.kind).toBe('finished');
  const outcomes = 'outcomes' in answer ? answer.outcomes : [];
  expect(outcomes).toHaveLength(20);
  expect(
    outcomes
      .filter(({ result }) => result === 'refused')
      .map(({ externalCardId }) => externalCardId)
      .toSorted(),
  ).toEqual(['card-1', 'card-11']);
  expect(simulator.world()).toMatchObject({ enrolled: 18, enrolledMoreThanOnce: 0, refused: 2 });
});

describe('the client reports what happened at the provider', () => {
  // Whatever else it says means that nothing was taken; only `unknown` leaves it open. Under every fault
  // there is, save the 409 by which the provider itself claims to have the batch.
  const taken: readonly Submission['kind'][] = ['accepted', 'exists'];
  const onTheWay = (Object.keys(faults) as FaultName[]).filter(
    (name) => name !== '409' && !['status', 'keys'].includes(faults[name].at),
  );

  test.each(onTheWay)('the outcome that the client reports is true under the fault %s', async (fault) => {
    const { simulator, settings } = await simulated({ faults: [{ fault, operation: 'enrollBatch' }] });
    const provider = enrolling(settings);
    const { kind } = await provider.submit(await provider.seal(draft(2)));
    const batches = simulator.world().batches;
    expect({ kind, batches, says: kind === 'unknown' || taken.includes(kind) === batches > 0 }).toMatchObject(
      { says: true },
    );
  });

  test.each(['idempotent', 'reject', 'duplicate'] as const)(
    'a repeated batch id ends as the policy %s of the provider says',
    async (onDuplicate) => {
      const { simulator, settings } = await simulated({ onDuplicate });
      const provider = enrolling(settings);
      const sealed = await provider.seal(draft(2));
      const first = await provider.submit(sealed);
      const second = await provider.submit(sealed);
      expect(first.kind).toBe('accepted');
      expect(second.kind).toBe(onDuplicate === 'reject' ? 'exists' : 'accepted');
      expect(simulator.world().batches).toBe(onDuplicate === 'duplicate' ? 2 : 1);
    },
  );

  test('a batch sealed with an old key is not taken, and one sealed with the new key is', async () => {
    const { simulator, settings } = await simulated();
    const provider = enrolling(settings);
    const sealed = await provider.seal(draft(2));
    await simulator.rotateKey('refuse');
    expect(['unknown', 'refused', ...taken]).not.toContain((await provider.submit(sealed)).kind);
    expect(simulator.world().batches).toBe(0);
    expect(await provider.submit(await provider.seal(draft(2)))).toMatchObject({ kind: 'accepted' });
  });

  test('a batch that the provider does not know is missing', async () => {
    const { settings } = await simulated();
    expect(await enrolling(settings).poll('00000000-0000-4000-8000-000000000000')).toMatchObject({
      kind: 'missing',
    });
  });
});

test.each(['E1', 'E2'] as const)(
  'the refusal of a whole batch is understood in shape %s',
  async (errorShape) => {
    const { settings } = await simulated({ errorShape, maxBatchCards: 1 });
    const provider = enrolling(settings);
    expect(await provider.submit(await provider.seal(draft(2)))).toMatchObject({
      kind: 'refused',
      reason: { origin: 'service', httpStatus: 400 },
    });
  },
);

test('a card is enrolled, read, changed and deleted, and its profile after it', async () => {
  const { simulator, settings } = await simulated();
  const made = createClickToPayClient(settings);
  onTestFinished(() => made.close());
  const consumer = {
    consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: 'jane.doe@example.com' },
    mobileNumber: { countryCode: '1', phoneNumber: '5555550100' },
    firstName: 'Jane',
    lastName: 'Doe',
    countryCode: 'US',
    languageCode: 'EN',
  } as const;
  const complianceSettings = { tnc: { latestVersionUri: 'https://provider.example/terms' } };
  const pan = testPan(new SeededRandom(3));
  const encryptedCard = { primaryAccountNumber: pan, panExpirationMonth: '12', panExpirationYear: '2031' };
  const enrolled = await made.putCard({
    body: { consumer, cardSource: 'ISSUER', complianceSettings, encryptedCard },
  });
  const cardId = enrolled.body.maskedCard.srcDigitalCardId;
  const consumerID = enrolled.body.maskedConsumer?.srcConsumerId ?? '';
  expect((await made.getCard({ path: { cardId } })).body.maskedCard).toMatchObject({
    panLastFour: pan.slice(-4),
  });
  await made.updateCard({
    path: { cardId },
    body: { billingAddress: { line1: 'Other Street 1', countryCode: 'US' } },
  });
  await made.updateProfile({ path: { consumerID }, body: { consumer: { ...consumer, lastName: 'Roe' } } });
  expect((await made.getProfile({ path: { consumerID } })).body.maskedCards).toHaveLength(1);
  await made.deleteCard({ path: { cardId }, query: { reason: 'ACCOUNT_CLOSED', requestor: 'ISSUER' } });
  await made.deleteProfile({ path: { consumerID } });
  await expect(made.getProfile({ path: { consumerID } })).rejects.toMatchObject({
    httpStatus: 404,
    reason: 'NOT_FOUND',
    origin: 'service',
  });
  expect(simulator.world()).toMatchObject({ deletedCards: 1 });
});
