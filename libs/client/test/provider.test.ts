import type { components } from '@enrollkit/contract/click-to-pay-enrollment';
import { openJson } from '@enrollkit/encryption';
import type { BatchDraft, EnrollmentRecord } from '@enrollkit/enrollment';
import { verify } from '@enrollkit/signing';
import { describe, expect, test } from 'vitest';
import { ConfigError, clickToPayProvider } from '../src/index.ts';
import {
  config,
  consumerKey,
  draft,
  opening,
  provider,
  serviceId,
  signatureKey,
  srcClientId,
} from './enrollment.ts';
import { answering, rawServer, type Arrival } from './raw-server.ts';

const receipt = { batchId: 'B-1', externalBatchId: 'batch-1' };
async function plaintextOf(bytes: Uint8Array): Promise<unknown> {
  const { encryptedEnrollmentData } = JSON.parse(
    Buffer.from(bytes).toString(),
  ) as components['schemas']['BatchEnrollRequest'];
  return openJson(encryptedEnrollmentData, opening);
}

describe('a batch that is sealed', () => {
  test('has the layout of the contract, each consumer once', async () => {
    const [first, second] = draft(2).records as [EnrollmentRecord, EnrollmentRecord];
    const compliance = {
      privacy: { acceptedVersion: '1' },
      terms: { acceptedVersion: '2', latestVersionUri: 'https://bank.example/terms' },
    };
    const full: EnrollmentRecord = { ...first, consumer: { ...first.consumer, compliance } };
    const sibling: EnrollmentRecord = {
      ...full,
      externalCardId: 'card-9',
      card: { ...second.card, billingAddress: { line1: 'x', city: 'y', countryCode: 'DE' } },
    };
    const { bytes } = await provider('http://127.0.0.1:1').seal({
      externalBatchId: 'batch-1',
      records: [full, sibling, second],
    });
    expect(await plaintextOf(bytes)).toEqual({
      consumers: [
        {
          externalConsumerId: 'consumer-1',
          consumer: {
            consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: full.consumer.email },
            mobileNumber: { countryCode: '1', phoneNumber: full.consumer.mobile.number },
            firstName: full.consumer.firstName,
            lastName: full.consumer.lastName,
            countryCode: 'US',
            languageCode: 'EN',
          },
          complianceSettings: {
            privacy: { acceptedVersion: '1' },
            tnc: { acceptedVersion: '2', latestVersionUri: 'https://bank.example/terms' },
          },
          cards: [
            {
              externalCardId: 'card-1',
              primaryAccountNumber: full.card.pan,
              panExpirationMonth: '12',
              panExpirationYear: '2031',
              cardholderFullName: full.card.cardholderName,
              billingAddress: { line1: '1 Main Street', city: 'New York', zip: '10001', countryCode: 'US' },
            },
            expect.objectContaining({
              externalCardId: 'card-9',
              billingAddress: { line1: 'x', city: 'y', countryCode: 'DE' },
            }),
          ],
        },
        expect.objectContaining({ externalConsumerId: 'consumer-2' }),
      ],
    });
  });

  test('has its ids in clear beside the JWE, and nothing else', async () => {
    const { bytes, kid, externalBatchId } = await provider('http://127.0.0.1:1').seal(draft());
    expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({
      srcClientId,
      serviceId,
      externalBatchId: 'batch-1',
      encryptedEnrollmentData: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\.[\w-]+\.[\w-]+$/),
    });
    expect(externalBatchId).toBe('batch-1');
    expect(kid).toMatch(/^[0-9a-f]{64}$/);
  });

  test('leaves its draft unchanged', async () => {
    const given = draft(3);
    const before = structuredClone(given);
    await provider('http://127.0.0.1:1').seal(given);
    expect(given).toEqual(before);
  });

  test.each<[string, (one: EnrollmentRecord) => EnrollmentRecord, string]>([
    [
      'a PAN that is too short',
      (one) => ({ ...one, card: { ...one.card, pan: '55555555555' } }),
      '/consumers/0/cards/0/primaryAccountNumber',
    ],
    [
      'month 13',
      (one) => ({ ...one, card: { ...one.card, expiryMonth: '13' } }),
      '/consumers/0/cards/0/panExpirationMonth',
    ],
    [
      'an id with a space',
      (one) => ({ ...one, externalConsumerId: 'a b' }),
      '/consumers/0/externalConsumerId',
    ],
    [
      'an empty name',
      (one) => ({ ...one, consumer: { ...one.consumer, firstName: '' } }),
      '/consumers/0/consumer/firstName',
    ],
  ])('is refused for %s, without the value', async (_name, spoil, pointer) => {
    const [record] = draft(1).records as [EnrollmentRecord];
    const spoilt = spoil(record);
    const error: unknown = await provider('http://127.0.0.1:1')
      .seal({ externalBatchId: 'batch-1', records: [spoilt] })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'ContractViolationError', problems: [{ pointer }] });
    expect(JSON.stringify(error) + String(error)).not.toContain(spoilt.card.pan);
  });

  test('is refused when one consumer comes with different data, and when it is empty', async () => {
    const [first] = draft(1).records as [EnrollmentRecord];
    const other = {
      ...first,
      externalCardId: 'card-2',
      consumer: { ...first.consumer, lastName: 'Somebody-Else' },
    };
    const sealing = (records: BatchDraft['records']) =>
      provider('http://127.0.0.1:1').seal({ externalBatchId: 'batch-1', records });
    await expect(sealing([first, other])).rejects.toThrow(
      'consumer consumer-1 stands in one batch with different data',
    );
    await expect(sealing([])).rejects.toMatchObject({ name: 'ContractViolationError' });
  });

  test('is refused for an externalBatchId that the contract does not take, and a client for such a client id', async () => {
    await expect(
      provider('http://127.0.0.1:1').seal({ ...draft(), externalBatchId: 'a b' }),
    ).rejects.toMatchObject({ code: 'request-invalid', problems: [{ pointer: '/externalBatchId' }] });
    expect(() => provider('http://127.0.0.1:1', { srcClientId: 'nobody' })).toThrow(
      expect.objectContaining({
        code: 'client-id-invalid',
        hint: expect.stringContaining('srcClientId'),
      }) as Error,
    );
  });

  test('is refused when the request would be larger than any that makes sense', async () => {
    const { records } = draft(2);
    const many = Array.from(
      { length: 30_000 },
      (_, index) => ({ ...records[0], externalConsumerId: `consumer-${index}` }) as EnrollmentRecord,
    );
    await expect(
      provider('http://127.0.0.1:1').seal({ externalBatchId: 'batch-1', records: many }),
    ).rejects.toMatchObject({
      code: 'request-too-large',
      hint: expect.stringContaining('batchSize') as string,
    });
  });
});

describe('a batch that is submitted', () => {
  test('goes out as the bytes that were sealed, signed anew each time', async () => {
    const server = await rawServer(answering(202, receipt));
    const enrollment = provider(server.url);
    const sealed = await enrollment.seal(draft());
    const stored = { ...sealed, bytes: Uint8Array.from(sealed.bytes) };
    expect(await enrollment.submit(stored)).toEqual({ kind: 'accepted', providerBatchId: 'B-1' });
    await enrollment.submit(stored);
    const [one, two] = server.arrivals as [Arrival, Arrival];
    for (const { method, url, headers, body } of [one, two]) {
      expect({ method, url }).toEqual({ method: 'POST', url: '/cards/batch' });
      expect(body.equals(sealed.bytes)).toBe(true);
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        accept: 'application/json',
        'x-openapi-clientid': 'c'.repeat(48),
      });
      const received = { method, url: server.url + url, authorization: headers.authorization, body };
      expect(
        await verify(received, { publicKeyFor: (name) => (name === consumerKey ? signatureKey : undefined) }),
      ).toMatchObject({ ok: true });
    }
    expect(one.headers.authorization).not.toBe(two.headers.authorization);
  });

  test('goes without the client id header when that is configured', async () => {
    const server = await rawServer(answering(202, receipt));
    const enrollment = provider(server.url, { openApiClientIdHeader: false });
    await enrollment.submit(await enrollment.seal(draft()));
    expect(server.arrivals[0]?.headers).not.toHaveProperty('x-openapi-clientid');
  });

  test('was sealed with the key that is current at that time', async () => {
    let asked = 0;
    const made = config('http://127.0.0.1:1');
    const enrollment = provider('http://127.0.0.1:1', {
      encryptionKey: () => {
        asked += 1;
        return made.encryptionKey();
      },
    });
    await enrollment.seal(draft());
    await enrollment.seal(draft());
    expect(asked).toBe(2);
  });

  test('can be compared with the current key, which is looked up anew for a refused one and may be unknown', async () => {
    const refused: (string | undefined)[] = [];
    const made = config('http://127.0.0.1:1');
    const enrollment = provider('http://127.0.0.1:1', {
      encryptionKey: (withdrawn) => {
        refused.push(withdrawn);
        return withdrawn === 'gone'
          ? Promise.reject(new Error('the key set does not answer'))
          : made.encryptionKey();
      },
    });
    expect(await enrollment.currentKid()).toBe((await enrollment.seal(draft())).kid);
    expect(await enrollment.currentKid('gone')).toBeUndefined();
    expect(refused).toEqual([undefined, undefined, 'gone']);
  });

  test('a request that must not leave any more is held back before its first byte', async () => {
    const server = await rawServer(() => undefined);
    const enrollment = provider(server.url);
    const asked: number[] = [];
    const mayLeave = () => (asked.push(server.arrivals.length), false);
    expect(await enrollment.submit(await enrollment.seal(draft()), { mayLeave })).toEqual({ kind: 'late' });
    expect(asked).toEqual([0]);
    expect(server.arrivals).toEqual([]);
  });

  test('an aborted signal ends the call with an error that says whether it was sent', async () => {
    const stop = new AbortController();
    const server = await rawServer(() => stop.abort(new Error('stop')));
    const enrollment = provider(server.url);
    await expect(
      enrollment.submit(await enrollment.seal(draft()), { signal: stop.signal }),
    ).rejects.toMatchObject({
      code: 'request-aborted',
      sent: true,
      operationId: 'enrollBatch',
      cause: expect.objectContaining({ message: 'stop' }) as Error,
    });
  });
});

describe('session affinity', () => {
  test('sends the flow id of the last answer with the next call', async () => {
    let round = 0;
    const server = await rawServer((response) => {
      round += 1;
      response
        .setHeader('x-src-cx-flow-id', round === 2 ? 'not fit, as it is' : `flow-${round}`)
        .end(JSON.stringify({ batchId: 'B-1', status: 'IN_PROGRESS' }));
    });
    const enrollment = provider(server.url, { sessionAffinity: true });
    for (let call = 0; call < 3; call += 1) await enrollment.poll('B-1');
    expect(server.arrivals.map(({ headers }) => headers['x-src-cx-flow-id'])).toEqual([
      undefined,
      'flow-1',
      'flow-1',
    ]);
  });

  test('is off unless it is configured', async () => {
    const server = await rawServer(
      (response) =>
        void response
          .setHeader('x-src-cx-flow-id', 'flow')
          .end(JSON.stringify({ batchId: 'B-1', status: 'IN_PROGRESS' })),
    );
    const enrollment = provider(server.url);
    for (let call = 0; call < 2; call += 1) await enrollment.poll('B-1');
    expect(server.arrivals[1]?.headers).not.toHaveProperty('x-src-cx-flow-id');
  });
});

test.each([
  'http://api.mastercard.com/src',
  'ftp://127.0.0.1',
  '/src/api',
  'https://user:pw@host/',
  'https://host/?a=1',
  'https://host/#x',
  'http://127.evil.example/',
])('the base URL %s is refused', (baseUrl) => {
  expect(() => clickToPayProvider(config(baseUrl))).toThrow(ConfigError);
});
