import type { Jwe, PlainView } from '@enrollkit/contract';
import { openJson } from '@enrollkit/encryption';
import type { components } from '@enrollkit/contract/click-to-pay-enrollment';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { ProviderError, RequestViolationError, type ClickToPayClient } from '../src/index.ts';
import { client, opening, serviceId, srcClientId, srcCorrelationId } from './enrollment.ts';
import { e1, e3 } from './errors.ts';
import { answering, rawServer, type Arrival } from './raw-server.ts';

type Schemas = components['schemas'];

const consumer: Schemas['Consumer'] = {
  consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: 'jane.doe@example.com' },
  mobileNumber: { countryCode: '1', phoneNumber: '5555550100' },
  firstName: 'Jane',
  lastName: 'Doe',
  countryCode: 'US',
  languageCode: 'EN',
};
const card: Schemas['Card'] = {
  primaryAccountNumber: '5555550000000004',
  panExpirationMonth: '12',
  panExpirationYear: '2031',
};
const maskedCard = {
  srcDigitalCardId: 'D-1',
  panBin: '555555',
  panLastFour: '0004',
  digitalCardData: { status: 'ACTIVE', descriptorName: 'Bank', artUri: 'https://bank.example/art.png' },
  dateOfCardCreated: '2026-10-01T09:30:00.000Z',
};
const maskedConsumer = {
  maskedConsumerIdentity: { identityType: 'EMAIL_ADDRESS', maskedIdentityValue: 'j***@e***' },
  dateConsumerAdded: '2026-10-01T09:30:00.000Z',
};
const correlation = { srcCorrelationId: '4f339be7.93b322d9-410e-4c18-b786-67953c02e46d' };
const bodyOf = (arrival: Arrival | undefined) =>
  JSON.parse(arrival?.body.toString() || '{}') as Record<string, unknown>;

const complianceSettings = { tnc: { latestVersionUri: 'https://provider.example/terms' } };

describe('enrolling one card', () => {
  test('seals the card and leaves the rest in clear', async () => {
    const server = await rawServer(answering(200, { ...correlation, maskedCard, maskedConsumer }));
    const answer = await client(server.url).putCard({
      body: { consumer, cardSource: 'ISSUER', complianceSettings, encryptedCard: card },
    });
    expect(answer).toMatchObject({
      status: 200,
      correlationId: correlation.srcCorrelationId,
      body: { maskedCard: { panLastFour: '0004' } },
    });
    const { encryptedCard, ...clear } = bodyOf(server.arrivals[0]);
    expect(clear).toEqual({
      srcClientId,
      serviceId,
      srcCorrelationId,
      consumer,
      complianceSettings,
      cardSource: 'ISSUER',
    });
    expect(await openJson(encryptedCard as NonNullable<typeof encryptedCard> & never, opening)).toEqual(card);
  });

  test('takes a receipt in place of a card', async () => {
    const server = await rawServer(answering(200, { ...correlation, maskedCard }));
    const enrolmentReferenceData = {
      enrolmentReferenceId: 'R',
      enrolmentReferenceType: 'PUSH_ACCOUNT_RECEIPT',
    } as const;
    await client(server.url).putCard({ body: { consumer, cardSource: 'ISSUER', enrolmentReferenceData } });
    expect(bodyOf(server.arrivals[0])).toEqual({
      srcClientId,
      serviceId,
      srcCorrelationId,
      consumer,
      cardSource: 'ISSUER',
      enrolmentReferenceData,
    });
  });

  test('sends nothing without a card and without a receipt', async () => {
    const server = await rawServer(answering(200, {}));
    // @ts-expect-error one of the two is needed
    await expect(client(server.url).putCard({ body: { consumer, cardSource: 'ISSUER' } })).rejects.toThrow(
      RequestViolationError,
    );
    expect(server.arrivals).toHaveLength(0);
  });
});

describe('reading, updating and deleting', () => {
  const query = `srcClientId=${srcClientId}&serviceId=SECURE%23NAME%2301&srcCorrelationId=${srcCorrelationId}`;
  const calls: readonly [string, (made: ClickToPayClient) => Promise<unknown>, string, object, object?][] = [
    [
      'getCard',
      (made) => made.getCard({ path: { cardId: 'D-1' } }),
      `GET /cards/D-1?${query}`,
      { maskedCard },
    ],
    [
      'deleteCard',
      (made) => made.deleteCard({ path: { cardId: 'D-1' }, query: { reason: 'ACCOUNT_CLOSED' } }),
      `DELETE /cards/D-1?${query}&reason=ACCOUNT_CLOSED`,
      correlation,
    ],
    [
      'updateCard',
      (made) => made.updateCard({ path: { cardId: 'D-1' }, body: { billingAddress: { line1: 'x' } } }),
      'PUT /cards/D-1',
      { maskedCard },
      { billingAddress: { line1: 'x' } },
    ],
    [
      'getProfile',
      (made) => made.getProfile({ path: { consumerID: 'P-1' } }),
      `GET /profiles/P-1?${query}`,
      { maskedConsumer },
    ],
    [
      'updateProfile',
      (made) => made.updateProfile({ path: { consumerID: 'P-1' }, body: { consumer } }),
      'PUT /profiles/P-1',
      { maskedConsumer },
      { consumer },
    ],
    [
      'deleteProfile',
      (made) => made.deleteProfile({ path: { consumerID: 'P-1' } }),
      `DELETE /profiles/P-1?${query}`,
      correlation,
    ],
    [
      'deleteProfileByQuery',
      (made) => made.deleteProfileByQuery({ query: { consumerId: 'P-1' } }),
      `DELETE /profiles?consumerId=P-1&${query}`,
      correlation,
    ],
  ];

  test.each(calls)(
    '%s sends what the contract has, and returns the answer',
    async (...[, call, line, body, sent]) => {
      const server = await rawServer(answering(200, body));
      expect(await call(client(server.url))).toMatchObject({ status: 200, body });
      const [arrival] = server.arrivals;
      expect(`${arrival?.method} ${arrival?.url}`).toBe(line);
      expect(bodyOf(arrival)).toEqual(sent ? { srcClientId, serviceId, srcCorrelationId, ...sent } : {});
    },
  );
});

describe('an answer', () => {
  test('keeps what the contract does not know', async () => {
    const server = await rawServer(
      answering(200, { maskedCard: { ...maskedCard, newField: [1, { a: null }] } }),
    );
    const { body } = await client(server.url).getCard({ path: { cardId: 'D-1' } });
    expect(body).toEqual({ maskedCard: { ...maskedCard, newField: [1, { a: null }] } });
  });

  test('that lacks what the contract promises is an error, without its content', async () => {
    const server = await rawServer(answering(200, { maskedCard: { srcDigitalCardId: 4111111111111111 } }));
    const error = await client(server.url)
      .getCard({ path: { cardId: 'D-1' } })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'ProviderError',
      reason: 'CONTRACT_BROKEN',
      httpStatus: 200,
      origin: 'transport',
    });
    expect((error as Error).message).toContain('/maskedCard/panBin is required');
    expect((error as Error).message).not.toContain('4111');
  });

  test('of the gateway about the signature says where the two sides differ', async () => {
    const server = await rawServer((response, { headers }, socket) => {
      const nonce = /oauth_nonce="(\w+)"/.exec(headers.authorization ?? '')?.[1];
      const base = `POST&http%3A%2F%2Fproxy.example%2Fcards&oauth_nonce%3D${nonce}`;
      answering(401, e3('INVALID_SIGNATURE', false, `Invalid signature. Base string: ${base}`))(
        response,
        { headers } as Arrival,
        socket,
      );
    });
    const error = await client(server.url)
      .getCard({ path: { cardId: 'D-1' } })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ reason: 'INVALID_SIGNATURE', origin: 'gateway', recoverable: false });
    expect((error as Error).message).toMatch(/"method" is "GET" here and "POST" there/);
  });

  test('of the service that refuses carries its details', async () => {
    const detail = {
      reason: 'CANNOT_BE_NULL',
      source: 'srcClientId',
      sourceType: 'BODY',
      message: 'must not be null',
    };
    const server = await rawServer(
      answering(400, { ...e1(400, 'INVALID_ARGUMENT', [detail]), ...correlation }),
    );
    const error = await client(server.url)
      .getProfile({ path: { consumerID: 'P' } })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({
      httpStatus: 400,
      reason: 'INVALID_ARGUMENT',
      origin: 'service',
      details: [detail],
      recoverable: false,
      correlationId: correlation.srcCorrelationId,
    });
  });
});

describe('the types of a client', () => {
  const made = {} as ClickToPayClient;

  test('ask for a body in clear or sealed, without the ids that the client knows', () => {
    type Input = Parameters<ClickToPayClient['enrollBatch']>[0];
    expectTypeOf<Input['body']['encryptedEnrollmentData']>().toEqualTypeOf<
      Schemas['EnrollmentData'] | Jwe<Schemas['EnrollmentData']>
    >();
    expectTypeOf<Input['body']>().toHaveProperty('srcClientId').toEqualTypeOf<string | undefined>();
    expectTypeOf<Input['body']['externalBatchId']>().toEqualTypeOf<string>();
    expectTypeOf<
      PlainView<{
        readonly list: readonly Schemas['BatchEnrollRequest'][];
      }>['list'][number]['encryptedEnrollmentData']
    >().toEqualTypeOf<Schemas['EnrollmentData'] | Jwe<Schemas['EnrollmentData']>>();
  });

  test('do not compile for what does not fit', () => {
    const calls = [
      // @ts-expect-error a JWE, or any string, is not what is asked for
      () => made.enrollBatch({ body: { externalBatchId: 'b', encryptedEnrollmentData: 'eyJ' } }),
      // @ts-expect-error the wrong plaintext
      () => made.enrollBatch({ body: { externalBatchId: 'b', encryptedEnrollmentData: card } }),
      // @ts-expect-error no externalBatchId
      () => made.enrollBatch({ body: { encryptedEnrollmentData: { consumers: [] } } }),
      // @ts-expect-error no body
      () => made.enrollBatch({}),
      // @ts-expect-error no batchId
      () => made.getBatchStatus({ path: {} }),
      // @ts-expect-error another name
      () => made.getBatchStatus({ path: { batchID: 'B' } }),
      // @ts-expect-error no such reason
      () => made.deleteCard({ path: { cardId: 'D' }, query: { reason: 'BECAUSE' } }),
      // @ts-expect-error a GET has no body
      () => made.getCard({ path: { cardId: 'D' }, body: {} }),
    ];
    expect(calls).toHaveLength(8);
  });

  test('give answers as the contract has them', () => {
    expectTypeOf<Awaited<ReturnType<ClickToPayClient['enrollBatch']>>['body']>().toEqualTypeOf<
      Schemas['BatchReceipt']
    >();
    expectTypeOf<Awaited<ReturnType<ClickToPayClient['getBatchStatus']>>['body']>().toEqualTypeOf<
      Schemas['BatchStatus']
    >();
    expectTypeOf<Awaited<ReturnType<ClickToPayClient['deleteCard']>>['body']>().toEqualTypeOf<
      Schemas['Acknowledgement']
    >();
  });
});
