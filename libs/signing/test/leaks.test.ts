import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as signing from '../src/index.ts';
import * as oauth2Entry from '../src/oauth2/index.ts';
import { serveAuthorization } from './serve-authorization.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const url = new URL('https://sandbox.api.mastercard.com/cards');
const body = Buffer.from('{"pan":"5555444433332222"}');

/** Every way a value can end up in a log. */
function shownBy(value: unknown): string {
  const shown = [
    inspect(value, { depth: Infinity, showHidden: true, getters: true }),
    inspect(value),
    String(value),
    JSON.stringify(value) ?? '',
  ];
  if (value instanceof Error)
    shown.push(value.stack ?? '', JSON.stringify({ ...value }), shownBy(value.cause));
  return shown.join('\n');
}

/** Pieces of a private key that no text may contain. */
function secretsOf(key: KeyObject): string[] {
  const { d = '', p = '', q = '', dp = '' } = key.export({ format: 'jwk' });
  const pem = String(key.export({ type: 'pkcs8', format: 'pem' }))
    .split('\n')
    .slice(1, -2);
  return [d, p, q, dp, ...pem].filter((part) => part.length > 16).map((part) => part.slice(0, 24));
}

async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error;
  }
}

const secrets = [
  ...secretsOf(rsa.privateKey),
  ...secretsOf(ec.privateKey),
  '5555444433332222',
  'PRIVATE KEY',
];
const rsaPem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' });
const jwk = rsa.privateKey.export({ format: 'jwk' });
const consumerKey = 'Cl13ntId0123!k3yId4567';
const oauth1Of = (change: object): signing.Authenticator =>
  signing.oauth1({ consumerKey, key: rsa.privateKey, ...change });
const oauth2Of = (change: object): signing.Authenticator =>
  oauth2Entry.oauth2({
    clientId: 'c',
    kid: 'k',
    key: rsa.privateKey,
    issuer: 'https://x.example',
    scopes: ['s'],
    dpopKey: ec.privateKey,
    ...change,
  });

describe('no key, token or payload is ever shown', () => {
  test.each<[string, () => unknown]>([
    ['an OAuth 1.0a authenticator', () => oauth1Of({})],
    ['an OAuth 2.0 authenticator', () => oauth2Of({})],
    ['a token cache', () => new oauth2Entry.TokenCache()],
    ['a refused PEM text', () => thrownBy(() => oauth1Of({ key: rsaPem }))],
    ['a refused JWK', () => thrownBy(() => oauth1Of({ key: jwk }))],
    ['a refused PEM in a consumer key', () => thrownBy(() => oauth1Of({ consumerKey: rsaPem }))],
    ['a refused EC key', () => thrownBy(() => oauth1Of({ key: ec.privateKey }))],
    ['a refused PEM text for OAuth 2.0', () => thrownBy(() => oauth2Of({ key: rsaPem }))],
    ['a refused PEM text for DPoP', () => thrownBy(() => oauth2Of({ dpopKey: rsaPem }))],
    [
      'a private key where a public one belongs',
      () =>
        thrownBy(() =>
          signing.verifySignature('RSA-SHA256', rsa.privateKey, { data: body, signature: body }),
        ),
    ],
    [
      'a request that cannot be signed',
      () => thrownBy(() => oauth1Of({}).authenticate({ method: 'NO METHOD', url, body })),
    ],
    ['a body that did not arrive', async () => refusal(Buffer.from('{}'))],
    ['a body that arrived', async () => refusal(body)],
  ])('%s', async (_, make) => {
    const shown = shownBy(await make());
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    expect(shown.length).toBeGreaterThan(20);
  });

  test('a token that was fetched', async () => {
    const { issuer, close } = await serveAuthorization({
      clients: { c: { kid: 'k', publicKey: rsa.publicKey, scopes: ['s'] } },
    });
    const tokens = new oauth2Entry.TokenCache();
    const authenticator = oauth2Of({ issuer, tokens });
    const { authorization = '' } = await authenticator.authenticate({
      method: 'GET',
      url: new URL(issuer),
      body,
    });
    await close();
    const unavailable = await thrownBy(() =>
      oauth2Of({ issuer }).authenticate({ method: 'GET', url: new URL(issuer), body }),
    );
    const shown = [authenticator, tokens, unavailable].map(shownBy).join('\n');
    expect(unavailable).toBeInstanceOf(signing.TokenError);
    expect(authorization).toMatch(/^DPoP .{30}/);
    expect([...secrets, authorization.slice(5)].filter((secret) => shown.includes(secret))).toEqual([]);
  });

  test('a broken key is refused with its cause, and without its bytes', async () => {
    const broken = { ...jwk, d: jwk.d?.split('').toReversed().join('') };
    const outcome = await thrownBy(() =>
      oauth1Of({ key: createPrivateKey({ key: broken as never, format: 'jwk' }) }).authenticate({
        method: 'GET',
        url,
        body,
      }),
    );
    const shown = shownBy(outcome);
    expect(
      [broken.d ?? '', ...secrets].filter((secret) => secret.length > 0 && shown.includes(secret)),
    ).toEqual([]);
  });

  test('the consumer key is shown by no authenticator, error or explanation', async () => {
    const authenticator = oauth1Of({});
    const sent = await authenticator.authenticate({ method: 'GET', url, body: undefined });
    const authorization = sent['authorization'] ?? '';
    const base = `GET&${encodeURIComponent(url.href)}&oauth_consumer_key%3Dsome-other%21key`;
    const values = [
      authenticator,
      authenticator.explain?.({ method: 'GET', url, authorization }, `base string: ${base}`),
      await thrownBy(() => oauth1Of({ consumerKey: consumerKey.replace('!', '') })),
      await thrownBy(() => oauth1Of({ consumerKey: `${consumerKey}&` })),
      await thrownBy(() => authenticator.authenticate({ method: 'GET', url: new URL('ftp://x'), body })),
    ];
    const shown = values.map(shownBy).join('\n');
    expect(['Cl13ntId0123', 'k3yId4567'].filter((secret) => shown.includes(secret))).toEqual([]);
    expect(authorization).toContain('Cl13ntId0123');
  });
});

async function refusal(arrived: Uint8Array): Promise<unknown> {
  const { authorization } = await oauth1Of({}).authenticate({ method: 'PUT', url, body });
  return signing.verify(
    { method: 'POST', url, authorization, body: arrived },
    { publicKeyFor: () => rsa.publicKey },
  );
}
