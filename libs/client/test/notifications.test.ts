import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readNotification, signedFetch } from '../src/index.ts';
import { answering, rawServer } from './raw-server.ts';

const notification = {
  batchId: 'B-1',
  externalBatchId: 'batch-1',
  enrollmentRecordNotifications: [
    { externalConsumerId: 'c', externalCardId: 'k', status: 'SUCCESSFUL', srcConsumerId: 'P-1' },
    { externalConsumerId: 'c', externalCardId: 'l', status: 'SOMETHING_NEW' },
    {
      externalConsumerId: 'c',
      externalCardId: 'm',
      status: 'FAILED',
      error: { reason: 'INVALID_STATE', errordetail: [{ reason: 'PAN_INELIGIBLE' }] },
    },
  ],
};
const bytes = Buffer.from(JSON.stringify(notification));
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

function jws(
  key: KeyObject,
  { alg = 'RS256', kid = 'verification-1' } = {},
  payload: Uint8Array = bytes,
): Buffer {
  const head = Buffer.from(JSON.stringify({ alg, kid })).toString('base64url');
  const signed = `${head}.${Buffer.from(payload).toString('base64url')}`;
  return Buffer.from(`${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`);
}

const proof = (key: KeyObject) => ({ kind: 'jws', key: () => Promise.resolve(key) }) as const;

describe('a notification of record results', () => {
  test('is read in domain words; a record whose state is not known has no outcome yet', async () => {
    expect(await readNotification(bytes, { kind: 'none' })).toMatchObject({
      batchId: 'B-1',
      externalBatchId: 'batch-1',
      outcomes: [
        { externalCardId: 'k', result: 'enrolled', providerConsumerId: 'P-1' },
        { externalCardId: 'm', result: 'refused', code: 'PAN_INELIGIBLE' },
      ],
    });
  });

  test('that is signed is read when its signature verifies, by the key that it names', async () => {
    const asked: (string | undefined)[] = [];
    const key = (kid: string | undefined) => {
      asked.push(kid);
      return Promise.resolve(publicKey);
    };
    expect(await readNotification(jws(privateKey), { kind: 'jws', key })).toMatchObject({ batchId: 'B-1' });
    expect(asked).toEqual(['verification-1']);
  });

  test.each([
    ['signed by somebody else', () => jws(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)],
    ['not signed', () => bytes],
    ['signed with none', () => jws(privateKey, { alg: 'none' })],
    ['signed with HS256', () => jws(privateKey, { alg: 'HS256' })],
    [
      'changed after it was signed',
      () =>
        Buffer.from(
          String(jws(privateKey)).replace(/\.[\w-]+\./, `.${Buffer.from('{}').toString('base64url')}.`),
        ),
    ],
  ])('that is %s is not read where a signature is asked for', async (_name, body) => {
    await expect(readNotification(body(), proof(publicKey))).rejects.toMatchObject({
      code: 'notification-unproven',
      hint: expect.any(String) as string,
    });
  });

  test.each([
    ['half its JSON', bytes.subarray(0, 20)],
    ['no batchId', Buffer.from('{"externalBatchId":"b","enrollmentRecordNotifications":[]}')],
    ['nothing', Buffer.alloc(0)],
    ['brackets without end', Buffer.from('['.repeat(100_000))],
  ])('with %s is refused without its content', async (_name, body) => {
    await expect(readNotification(body, { kind: 'none' })).rejects.toMatchObject({
      code: 'notification-unreadable',
    });
  });

  test('of the provider’s other algorithms verifies too', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const head = Buffer.from(JSON.stringify({ alg: 'ES256' })).toString('base64url');
    const signed = `${head}.${bytes.toString('base64url')}`;
    const signature = sign('sha256', Buffer.from(signed), {
      key: pair.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    const token = Buffer.from(`${signed}.${signature.toString('base64url')}`);
    const key = createPublicKey(pair.privateKey);
    expect(await readNotification(token, proof(key))).toMatchObject({ batchId: 'B-1' });
  });
});

describe('signedFetch', () => {
  test('signs exactly the bytes that it sends, keeps headers, and refuses redirects', async () => {
    const server = await rawServer(answering(200, '{}'));
    const seen: unknown[] = [];
    const send = signedFetch({
      authenticate: ({ method, url, body }) => {
        seen.push([method, url.pathname, Buffer.from(body ?? []).toString()]);
        return Promise.resolve({ authorization: 'OAuth proof' });
      },
    });
    const response = await send(`${server.url}/some/api?x=1`, {
      method: 'POST',
      body: '{"a":"é"}',
      headers: { 'x-mine': '1' },
    });
    expect(response.status).toBe(200);
    expect(seen).toEqual([['POST', '/some/api', '{"a":"é"}']]);
    expect(server.arrivals[0]).toMatchObject({
      url: '/some/api?x=1',
      headers: { authorization: 'OAuth proof', 'x-mine': '1' },
    });
    expect(String(server.arrivals[0]?.body)).toBe('{"a":"é"}');
    const elsewhere = await rawServer(answering(302, '', { location: server.url }));
    await expect(send(elsewhere.url)).rejects.toThrow('fetch failed');
    expect(server.arrivals).toHaveLength(1);
  });
});
