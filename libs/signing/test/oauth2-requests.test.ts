import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oauth2, type OAuth2Options } from '../src/oauth2/index.ts';
import { thumbprint } from '../src/oauth2/jws.ts';
import { serveAuthorization } from './serve-authorization.ts';
import { clients, startServer, rsaOptions, request } from './oauth2-parties.ts';

describe('what learn says', () => {
  let issuer = '';
  let close = async (): Promise<void> => {};
  beforeAll(async () => ({ issuer, close } = await serveAuthorization({ clients })));
  afterAll(() => close());
  const nonceWanted = { 'www-authenticate': 'DPoP error="use_dpop_nonce"' };

  test.each<{
    what: string;
    again: boolean;
    status: number;
    headers?: Record<string, string>;
    body?: string;
  }>([
    {
      what: 'a nonce demand in the challenge',
      again: true,
      status: 401,
      headers: { 'dpop-nonce': 'n1', ...nonceWanted },
    },
    {
      what: 'a nonce demand in the body',
      again: true,
      status: 401,
      headers: { 'dpop-nonce': 'n2' },
      body: '{"error":"use_dpop_nonce"}',
    },
    { what: 'a nonce demand without a nonce', again: false, status: 401, headers: nonceWanted },
    {
      what: 'a nonce that cannot stand in a proof',
      again: false,
      status: 401,
      headers: { 'dpop-nonce': 'a b', ...nonceWanted },
    },
    {
      what: 'a success that brings a new nonce',
      again: false,
      status: 200,
      headers: { 'dpop-nonce': 'n3' },
      body: '{"error":"use_dpop_nonce"}',
    },
    {
      what: 'a token no longer taken',
      again: true,
      status: 401,
      headers: { 'www-authenticate': 'DPoP error="invalid_token"' },
    },
    {
      what: 'a refusal for another reason',
      again: false,
      status: 401,
      body: '{"error":"insufficient_scope"}',
    },
  ])('$what: $again', ({ again, status, headers = {}, body }) => {
    const answer = {
      url: new URL('/cards', issuer),
      sent: { authorization: 'DPoP x' },
      status,
      headers: new Headers(headers),
      body,
    };
    expect(oauth2(rsaOptions(issuer)).learn?.(answer)).toBe(again);
  });
});

describe('options', () => {
  test.each<[string, Partial<OAuth2Options>, string]>([
    ['an empty client id', { clientId: '' }, 'clientId'],
    ['a scope with a space', { scopes: ['a b'] }, 'scopes'],
    [
      'a token endpoint without TLS',
      { tokenEndpoint: 'http://api.mastercard.com/oauth/token' },
      'tokenEndpoint',
    ],
    ['an issuer that is no URL', { issuer: 'mastercard' }, 'tokenEndpoint'],
    ['a timeout that is no number', { timeoutMs: Number.NaN }, 'timeoutMs'],
    ['a margin below zero', { expiryMarginSeconds: -1 }, 'expiryMarginSeconds'],
    ['a skew without end', { clockSkewSeconds: Number.POSITIVE_INFINITY }, 'clockSkewSeconds'],
  ])('%s is refused by name', (_, change, name) => {
    expect(() => oauth2({ ...rsaOptions('https://api.mastercard.com'), ...change })).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(name) }),
    );
  });

  test('a token never travels without TLS', async () => {
    const authenticator = oauth2(rsaOptions('https://api.mastercard.com'));
    await expect(authenticator.authenticate(request('http://api.mastercard.com'))).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  test('the thumbprint is that of RFC 7638 section 3.1', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    expect(thumbprint({ e: 'AQAB', kty: 'RSA', n })).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });
});

describe('the method in a proof', () => {
  test.each([
    ['get', 'GET'],
    ['Post', 'POST'],
    ['PATCH', 'PATCH'],
  ])('%s is the one that fetch sends', async (method, sent) => {
    const { issuer } = await startServer();
    const { dpop = '' } = await oauth2(rsaOptions(issuer)).authenticate({ ...request(issuer), method });
    const claims = JSON.parse(Buffer.from(dpop.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ htm: sent });
  });

  test('is refused in lower case where fetch would send it so', async () => {
    const { issuer } = await startServer();
    for (const method of ['patch', 'query', 'a b', ''])
      await expect(
        oauth2(rsaOptions(issuer)).authenticate({ ...request(issuer), method }),
      ).rejects.toMatchObject({ code: 'invalid-request', hint: expect.stringContaining('upper case') });
  });
});
