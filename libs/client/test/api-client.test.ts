import { generateKeyPairSync } from 'node:crypto';
import type { EnrollmentData } from '@enrollkit/contract/click-to-pay-enrollment';
import { decryptionKey, encryptionKey, openJson } from '@enrollkit/encryption';
import { describe, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest';
import { ProviderError, providerErrorOf, type ErrorNotice, type ResponseNotice } from '../src/index.ts';
import { client, opening, serviceId, srcClientId, srcCorrelationId } from './enrollment.ts';
import { e1 } from './errors.ts';
import { answering, inTurn, rawServer, type Behaviour } from './raw-server.ts';

const receipt = { batchId: 'B-1', externalBatchId: 'batch-1' };
const consumers = [
  {
    externalConsumerId: 'c',
    consumer: {
      consumerIdentity: { identityType: 'EMAIL_ADDRESS' as const, identityValue: 'a@example.com' },
      mobileNumber: { countryCode: '1', phoneNumber: '5555550100' },
      firstName: 'A',
      lastName: 'B',
      countryCode: 'US',
      languageCode: 'EN',
    },
    cards: [
      {
        externalCardId: 'k',
        primaryAccountNumber: '5555550000000000',
        panExpirationMonth: '12',
        panExpirationYear: '2031',
        billingAddress: {},
      },
    ],
  },
];
const body = { externalBatchId: 'batch-1', encryptedEnrollmentData: { consumers } };

const cut: Behaviour = (_response, _arrival, socket) => void socket.destroy();

describe('an openapi-fetch client', () => {
  test('seals and signs a body that is given in clear, and fills in what is configured', async () => {
    const server = await rawServer(answering(202, receipt));
    const { data, error, response } = await client(server.url).POST('/cards/batch', { body });
    expect({ data, error, status: response.status }).toEqual({
      data: receipt,
      error: undefined,
      status: 202,
    });
    const [arrival] = server.arrivals;
    const sent = JSON.parse(String(arrival?.body)) as Record<string, never>;
    expect(sent).toMatchObject({ srcClientId, serviceId, srcCorrelationId, externalBatchId: 'batch-1' });
    expect(await openJson<EnrollmentData>(sent['encryptedEnrollmentData'] as never, opening)).toEqual({
      consumers,
    });
    expect(arrival?.headers.authorization).toMatch(/^OAuth /);
  });

  test('sends a body as it is where it is sealed already', async () => {
    const server = await rawServer(answering(202, receipt));
    const made = client(server.url);
    await made.POST('/cards/batch', { body });
    const token = (JSON.parse(String(server.arrivals[0]?.body)) as { encryptedEnrollmentData: never })
      .encryptedEnrollmentData;
    await made.POST('/cards/batch', { body: { ...body, encryptedEnrollmentData: token } });
    expect(JSON.parse(String(server.arrivals[1]?.body))).toMatchObject({ encryptedEnrollmentData: token });
  });

  test('gives a refusal of the provider as error, judged', async () => {
    const server = await rawServer(
      answering(400, e1(400, 'INVALID_ARGUMENT', [{ reason: 'CANNOT_BE_NULL', source: 'consumers' }]), {
        'x-mc-correlation-id': '0.c63e1202.1779961183.8c33327b',
      }),
    );
    const { data, error, response } = await client(server.url).POST('/cards/batch', { body });
    expect(data).toBeUndefined();
    expect(error).toMatchObject({ reason: 'INVALID_ARGUMENT', errordetail: [{ reason: 'CANNOT_BE_NULL' }] });
    expect(providerErrorOf(response)).toMatchObject({
      code: 'provider-refused',
      outcome: 'refused',
      safeToRetry: false,
      operationId: 'enrollBatch',
      url: `${server.url}/cards/batch`,
      srcCorrelationId,
      correlationId: '0.c63e1202.1779961183.8c33327b',
      hint: expect.stringMatching(/\.$/) as string,
    });
  });

  test.each([
    ['an empty 500', answering(500, ''), 'EMPTY_ANSWER'],
    ['a truncated 202', answering(202, '{"batchId":"B'), 'UNREADABLE_ANSWER'],
    ['a lost connection', cut, 'CONNECTION_LOST'],
  ])('throws for %s, with the outcome unknown', async (_name, behaviour, reason) => {
    const server = await rawServer(behaviour);
    const error: unknown = await client(server.url)
      .POST('/cards/batch', { body })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ reason, outcome: 'unknown', safeToRetry: false });
  });

  test('runs its middleware, and reads paths and queries as the contract has them', async () => {
    const server = await rawServer(answering(200, { batchId: 'B/1', status: 'IN_PROGRESS' }));
    const made = client(server.url);
    const seen: string[] = [];
    made.use({
      onRequest: ({ schemaPath, request }) => {
        seen.push(schemaPath);
        request.headers.set('x-trace', 'abc');
      },
    });
    const { data } = await made.GET('/cards/batch/{batchId}', { params: { path: { batchId: 'B/1' } } });
    expect(data?.status).toBe('IN_PROGRESS');
    expect(seen).toEqual(['/cards/batch/{batchId}']);
    expect(server.arrivals[0]).toMatchObject({ headers: { 'x-trace': 'abc' } });
    expect(server.arrivals[0]?.url).toMatch(/^\/cards\/batch\/B%2F1\?srcClientId=/);
  });

  test('does not take what the contract does not have', () => {
    const made = {} as ReturnType<typeof client>;
    const calls = [
      // @ts-expect-error no such path
      () => made.GET('/card'),
      // @ts-expect-error the wrong plaintext
      () => made.POST('/cards/batch', { body: { externalBatchId: 'b', encryptedEnrollmentData: {} } }),
      // @ts-expect-error any string is no JWE
      () => made.POST('/cards/batch', { body: { externalBatchId: 'b', encryptedEnrollmentData: 'eyJ' } }),
    ];
    expect(calls).toHaveLength(3);
    expectTypeOf<NonNullable<Awaited<ReturnType<typeof made.waitForBatch>>['status']>>().toExtend<string>();
  });
});

describe('a call', () => {
  test('is repeated only where that is safe, with the same bytes and the same id', async () => {
    const server = await rawServer(
      inTurn(answering(503, e1(503, 'UNAVAILABLE'), { 'retry-after': '0' }), answering(202, receipt)),
    );
    const made = client(server.url);
    const answer = await made.enrollBatch({ body }, { retries: { attempts: 3, minDelayMs: 1 } });
    expect(answer).toMatchObject({ status: 202, body: receipt });
    const [first, second] = server.arrivals;
    expect(String(second?.body)).toBe(String(first?.body));
    expect(second?.headers.authorization).not.toBe(first?.headers.authorization);
  });

  test('is not repeated when its answer is lost: it may have arrived', async () => {
    const server = await rawServer(cut);
    const made = client(server.url);
    await expect(
      made.enrollBatch({ body }, { retries: { attempts: 5, minDelayMs: 1 } }),
    ).rejects.toMatchObject({
      outcome: 'unknown',
      safeToRetry: false,
    });
    expect(server.arrivals).toHaveLength(1);
  });

  test('to change something is repeated when its answer is lost: a second one changes nothing more', async () => {
    const server = await rawServer(inTurn(cut, answering(200, { srcCorrelationId })));
    const made = client(server.url);
    const retries = { attempts: 2, minDelayMs: 1 };
    expect(await made.deleteCard({ path: { cardId: 'D-1' } }, { retries })).toMatchObject({ status: 200 });
    expect(server.arrivals).toHaveLength(2);
  });

  test('is sealed once more with the new key when the provider has withdrawn the old one', async () => {
    const pairs = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const [old, fresh] = pairs.map(({ publicKey }, index) =>
      encryptionKey(publicKey, { kid: `key-${index}` }),
    );
    const asked: (string | undefined)[] = [];
    const server = await rawServer(
      inTurn(answering(400, e1(400, 'INVALID_STATE', [{ reason: 'CORRUPT_DATA' }])), answering(202, receipt)),
    );
    const made = client(server.url, {
      encryptionKey: (withdrawn) => {
        asked.push(withdrawn);
        return Promise.resolve((withdrawn === 'key-0' ? fresh : old) as NonNullable<typeof old>);
      },
    });
    expect(await made.enrollBatch({ body })).toMatchObject({ status: 202 });
    expect(asked).toEqual([undefined, 'key-0']);
    const sent = JSON.parse(String(server.arrivals[1]?.body)) as { encryptedEnrollmentData: never };
    const key = decryptionKey((pairs[1] as (typeof pairs)[0]).privateKey, { kid: 'key-1' });
    expect(await openJson(sent.encryptedEnrollmentData, key)).toEqual({ consumers });
  });

  test('ends at its time-out although the source of keys hangs, and says that nothing was sent', async () => {
    const server = await rawServer(answering(202, receipt));
    const made = client(server.url, { encryptionKey: () => new Promise(() => {}) });
    await expect(made.enrollBatch({ body }, { timeoutMs: 50 })).rejects.toMatchObject({
      reason: 'TIMEOUT',
      sent: false,
      outcome: 'not-taken',
    });
    expect(server.arrivals).toHaveLength(0);
  });

  test('that its caller aborts ends with an error that says whether it was sent', async () => {
    const server = await rawServer(answering(202, receipt));
    const made = client(server.url, { encryptionKey: () => new Promise(() => {}) });
    const stop = new AbortController();
    const call = made.enrollBatch({ body }, { signal: stop.signal });
    stop.abort(new Error('stop'));
    await expect(call).rejects.toMatchObject({ code: 'request-aborted', sent: false });
  });

  test('names the application to the provider, and tells hooks what happened, without a body', async () => {
    const server = await rawServer(inTurn(answering(202, receipt), answering(503, e1(503, 'UNAVAILABLE'))));
    const notices: unknown[] = [];
    const made = client(server.url, {
      appInfo: 'hub/2.1\r\nx: y',
      onRequest: (place) => void notices.push(place.operationId),
      onResponse: ({ status }: ResponseNotice) => void notices.push(status),
      onError: ({ error }: ErrorNotice) =>
        void notices.push(error instanceof ProviderError ? error.outcome : undefined),
    });
    await made.enrollBatch({ body });
    await made.enrollBatch({ body }).catch(() => {});
    expect(notices).toEqual(['enrollBatch', 202, 'enrollBatch', 'not-taken']);
    expect(server.arrivals[0]?.headers['user-agent']).toMatch(
      /^enrollkit\/\d+\.\d+\.\d+ node\/[\d.]+ hub\/2\.1x y$/,
    );
  });

  test('has the outcome it has, whatever a hook throws', async () => {
    const server = await rawServer(inTurn(answering(202, receipt), answering(503, e1(503, 'UNAVAILABLE'))));
    const warned: Error[] = [];
    const listen = (warning: Error) => void warned.push(warning);
    process.on('warning', listen);
    onTestFinished(() => void process.off('warning', listen));
    const throwing = () => {
      throw new TypeError('5555550000000000');
    };
    const made = client(server.url, { onRequest: throwing, onResponse: throwing, onError: throwing });
    expect(await made.enrollBatch({ body })).toMatchObject({ status: 202 });
    await expect(made.enrollBatch({ body })).rejects.toMatchObject({ outcome: 'not-taken' });
    await vi.waitFor(() => expect(warned).toHaveLength(4));
    expect(warned.map(String).join()).toContain('a hook of the client threw TypeError');
    expect(warned.map(String).join()).not.toContain('5555');
  });
});
