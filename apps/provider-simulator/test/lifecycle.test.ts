import { type Card, type CardEnrollResponse, operations } from '@enrollkit/contract/click-to-pay-enrollment';
import { describe, expect, test } from 'vitest';
import type { Simulator } from '../src/index.ts';
import {
  ask,
  call,
  consumerOf,
  del,
  enroll,
  get,
  programme,
  receiptOf,
  type Reply,
  seal,
  statusOf,
} from './test-client.ts';
import { start } from './start.ts';

const pan = '5204731600014784';

async function putCard(
  simulator: Simulator,
  change: Partial<Card> = {},
  email = 'jane.doe@example.com',
): Promise<Reply> {
  const card = { primaryAccountNumber: pan, panExpirationMonth: '05', panExpirationYear: '2039', ...change };
  const body = {
    ...programme,
    cardSource: 'ISSUER',
    complianceSettings: { tnc: { latestVersionUri: 'https://provider.example/terms' } },
    consumer: consumerOf(email),
    encryptedCard: await seal(simulator, card),
  };
  return call(simulator, { method: 'POST', path: '/cards', body });
}

const enrolled = ({ json }: Reply): CardEnrollResponse => json as CardEnrollResponse;

describe('synchronous enrollment', () => {
  test('a card enrolled at once is shown masked', async () => {
    const simulator = await start();
    const answer = await putCard(simulator);
    expect(answer).toMatchObject({
      status: 200,
      json: {
        maskedCard: {
          panBin: '520473',
          panLastFour: '4784',
          panExpirationMonth: '05',
          panExpirationYear: '2039',
          digitalCardData: { status: 'ACTIVE' },
        },
        maskedConsumer: {
          maskedFirstName: 'J***',
          maskedConsumerIdentity: { maskedIdentityValue: 'j*****e@example.com' },
          status: 'ACTIVE',
        },
      },
    });
    expect(operations.putCard.responses['200'].validate(answer.json)).toMatchObject({
      valid: true,
      notices: [],
    });
    expect(answer.text).not.toContain(pan);
  });

  test.each([
    { primaryAccountNumber: '5204739990000016', status: 400, reason: 'INVALID_STATE', detail: 'INVALID_PAN' },
    {
      primaryAccountNumber: '5204739990000024',
      status: 400,
      reason: 'INVALID_STATE',
      detail: 'PAN_INELIGIBLE',
    },
    {
      primaryAccountNumber: '5204739990000032',
      status: 400,
      reason: 'INVALID_STATE',
      detail: 'TOKENIZATION_INELIGIBLE',
    },
    {
      primaryAccountNumber: '5204739990000040',
      status: 400,
      reason: 'INVALID_STATE',
      detail: 'ISSUER_DECLINED',
    },
    {
      primaryAccountNumber: '5204739990000057',
      status: 503,
      reason: 'UNAVAILABLE',
      detail: 'NO_RESPONSE_FROM_ISSUER',
    },
  ])(
    'a card enrolled at once with $primaryAccountNumber is refused with $status $reason / $detail',
    async ({ primaryAccountNumber, status, reason, detail }) => {
      const simulator = await start();
      const answer = await putCard(simulator, { primaryAccountNumber });
      expect(answer).toMatchObject({
        status,
        json: { reason, errordetail: [{ reason: detail, source: 'Card' }] },
      });
      expect(simulator.world()).toMatchObject({ enrolled: 0, refused: 1 });
    },
  );

  test('a card enrolled at once that has expired is refused as the provider words it', async () => {
    const simulator = await start();
    expect(await putCard(simulator, { panExpirationYear: '2020' })).toMatchObject({
      status: 400,
      json: {
        reason: 'INVALID_ARGUMENT',
        errordetail: [{ reason: 'INVALID_VALUE', source: 'Request body' }],
      },
    });
  });

  test('a card by reference is refused, since this directory takes numbers only', async () => {
    const simulator = await start();
    const body = {
      ...programme,
      cardSource: 'ISSUER',
      complianceSettings: { tnc: { latestVersionUri: 'https://provider.example/terms' } },
      consumer: consumerOf('a@example.com'),
      enrolmentReferenceData: { enrolmentReferenceId: 'r', enrolmentReferenceType: 'PUSH_ACCOUNT_RECEIPT' },
    };
    expect(await call(simulator, { method: 'POST', path: '/cards', body })).toMatchObject({
      status: 400,
      json: { reason: 'INVALID_STATE', errordetail: [{ reason: 'NOT_SUPPORTED' }] },
    });
  });

  test('a card enrolled at once joins the profile with the same e-mail address and mobile number', async () => {
    const simulator = await start();
    const first = enrolled(await putCard(simulator));
    const second = enrolled(
      await putCard(simulator, { primaryAccountNumber: '5186001700009726' }, 'Jane.Doe@example.com'),
    );
    const other = enrolled(await putCard(simulator, {}, 'john@example.com'));
    expect(second.maskedConsumer?.srcConsumerId).toBe(first.maskedConsumer?.srcConsumerId);
    expect(other.maskedConsumer?.srcConsumerId).not.toBe(first.maskedConsumer?.srcConsumerId);
    const profile = await get(simulator, `/profiles/${first.maskedConsumer?.srcConsumerId}`);
    expect(profile).toMatchObject({ status: 200, json: { maskedCards: { length: 2 } } });
    expect(operations.getProfile.responses['200'].validate(profile.json)).toMatchObject({
      valid: true,
      notices: [],
    });
  });
});

describe('cards', () => {
  test('a card of the directory is not there before its batch is processed', async () => {
    const simulator = await start({ processingMs: 1000 });
    const { batchId } = receiptOf(await enroll(simulator, 'batch-1', [{ consumer: 'a', card: 'a' }]));
    simulator.clock.advance(1000);
    const { srcDigitalCardId } = statusOf(await ask(simulator, batchId)).items?.[0] ?? {};
    expect(await get(simulator, `/cards/${srcDigitalCardId}`)).toMatchObject({
      status: 200,
      json: { maskedCard: { srcDigitalCardId } },
    });

    const early = await start({ processingMs: 1000 });
    await enroll(early, 'batch-1', [{ consumer: 'a', card: 'a' }]);
    expect((await get(early, `/cards/${srcDigitalCardId}`)).status).toBe(404);
  });

  test('a card of the directory can be given another billing address', async () => {
    const simulator = await start({ fullAnswers: true });
    const id = enrolled(await putCard(simulator)).maskedCard.srcDigitalCardId;
    const body = { ...programme, billingAddress: { line1: '99 New Road', city: 'Oslo', countryCode: 'NO' } };
    const answer = await call(simulator, { method: 'PUT', path: `/cards/${id}`, body });
    expect(answer).toMatchObject({
      status: 200,
      json: { maskedCard: { maskedBillingAddress: { line1: '9* N** R***', countryCode: 'NO' } } },
    });
    expect((await get(simulator, `/cards/${id}`)).json).toMatchObject({
      maskedCard: { maskedBillingAddress: { city: 'O***' } },
    });
  });

  test('a card of the directory can be deleted, and enrolled again under the same id', async () => {
    const simulator = await start();
    const { maskedCard, maskedConsumer } = enrolled(await putCard(simulator));
    const answer = await del(
      simulator,
      `/cards/${maskedCard.srcDigitalCardId}`,
      '&reason=ACCOUNT_CLOSED&requestor=ISSUER',
    );
    expect(answer).toMatchObject({ status: 200, json: { srcCorrelationId: expect.any(String) } });
    expect((await get(simulator, `/cards/${maskedCard.srcDigitalCardId}`)).status).toBe(404);
    expect((await del(simulator, `/cards/${maskedCard.srcDigitalCardId}`)).status).toBe(404);
    expect(await get(simulator, `/profiles/${maskedConsumer?.srcConsumerId}`)).toMatchObject({
      status: 200,
      json: { maskedCards: [] },
    });
    expect(simulator.world()).toMatchObject({ deletedCards: 1 });
    expect(enrolled(await putCard(simulator)).maskedCard.srcDigitalCardId).toBe(maskedCard.srcDigitalCardId);
    expect(simulator.world()).toMatchObject({ deletedCards: 0 });
  });

  test('a deletion with a reason that does not exist is refused', async () => {
    const simulator = await start();
    expect(await del(simulator, '/cards/x', '&reason=BORED')).toMatchObject({
      status: 400,
      json: { reason: 'INVALID_ARGUMENT', errordetail: [{ source: 'reason', sourceType: 'QUERY' }] },
    });
  });
});

describe('profiles', () => {
  test('a profile can be changed', async () => {
    const simulator = await start({ fullAnswers: true });
    const id = enrolled(await putCard(simulator)).maskedConsumer?.srcConsumerId;
    const body = { ...programme, consumer: { ...consumerOf('jane.doe@example.com'), lastName: 'Smith' } };
    expect((await call(simulator, { method: 'PUT', path: `/profiles/${id}`, body })).json).toMatchObject({
      maskedConsumer: { maskedLastName: 'S****' },
    });
    expect((await get(simulator, `/profiles/${id}`)).json).toMatchObject({
      maskedConsumer: { maskedLastName: 'S****' },
    });
  });

  test.each([
    { form: 'DELETE /profiles/ID', path: (id: string) => `/profiles/${id}`, more: () => '' },
    {
      form: 'DELETE /profiles?consumerId=ID',
      path: () => '/profiles',
      more: (id: string) => `&consumerId=${id}`,
    },
  ])('a profile can be deleted by $form, with its cards', async ({ path, more }) => {
    const simulator = await start();
    const { maskedCard, maskedConsumer } = enrolled(await putCard(simulator));
    const id = maskedConsumer?.srcConsumerId ?? '';
    expect((await del(simulator, path(id), more(id))).status).toBe(200);
    expect((await get(simulator, `/profiles/${id}`)).status).toBe(404);
    expect((await get(simulator, `/cards/${maskedCard.srcDigitalCardId}`)).status).toBe(404);
    const back = enrolled(await putCard(simulator));
    expect(back.maskedConsumer?.srcConsumerId).toBe(id);
    expect((await get(simulator, `/cards/${maskedCard.srcDigitalCardId}`)).status).toBe(200);
  });

  test('a profile that does not exist is not found', async () => {
    const simulator = await start();
    expect(await get(simulator, '/profiles/nobody')).toMatchObject({
      status: 404,
      json: { reason: 'NOT_FOUND' },
    });
    const { maskedCard } = enrolled(await putCard(simulator));
    expect((await get(simulator, `/profiles/${maskedCard.srcDigitalCardId}`)).status).toBe(404);
  });
});
