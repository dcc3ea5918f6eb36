import { describe, expect, test } from 'vitest';
import { bodyHash, verify, type ReceivedRequest } from '../src/index.ts';
import { NOW, body, url, judge, signed, rewritten } from './oauth1-parties.ts';

describe('verify refuses', () => {
  test.each<[string, string, (request: ReceivedRequest) => ReceivedRequest]>([
    ['no header', 'header-missing', (request) => ({ ...request, authorization: undefined })],
    ['a bearer token', 'header-malformed', (request) => ({ ...request, authorization: 'Bearer abc' })],
    [
      'a parameter twice',
      'header-malformed',
      (request) => rewritten(request, (header) => `${header},oauth_version="1.0"`),
    ],
    [
      'a foreign parameter',
      'header-malformed',
      (request) => rewritten(request, (header) => `${header},colour="red"`),
    ],
    [
      'a separator hidden in a value',
      'header-malformed',
      (request) =>
        rewritten(request, (header) => header.replace('oauth_version="1.0"', 'oauth_version="1.0&x=1"')),
    ],
    [
      'a value encoded in part',
      'header-malformed',
      (request) => rewritten(request, (header) => header.replace('client!key', '%63lient!key')),
    ],
    [
      'a signature in uncanonical base64',
      'header-malformed',
      (request) =>
        rewritten(request, (header) =>
          header.replace(/.%3D%3D"/, (end) => `${end[0] === 'B' ? 'C' : 'B'}%3D%3D"`),
        ),
    ],
    [
      'a missing nonce',
      'parameter-missing',
      (request) => rewritten(request, (header) => header.replace(/oauth_nonce="[^"]*",/, '')),
    ],
    [
      'an empty body hash',
      'header-malformed',
      (request) =>
        rewritten(request, (header) => header.replace(/oauth_body_hash="[^"]*"/, 'oauth_body_hash=""')),
    ],
    [
      'a missing body hash',
      'parameter-missing',
      (request) => rewritten(request, (header) => header.replace(/oauth_body_hash="[^"]*",/, '')),
    ],
    [
      'HMAC-SHA1',
      'signature-method-unsupported',
      (request) => rewritten(request, (header) => header.replace('RSA-SHA256', 'HMAC-SHA1')),
    ],
    [
      'version 2.0',
      'version-unsupported',
      (request) => rewritten(request, (header) => header.replace('"1.0"', '"2.0"')),
    ],
    [
      'another consumer',
      'consumer-key-unknown',
      (request) => rewritten(request, (header) => header.replace('client!key', 'client!kez')),
    ],
    ['another body', 'body-hash-mismatch', (request) => ({ ...request, body: Buffer.from('{"a":"e"}') })],
    ['another method', 'signature-mismatch', (request) => ({ ...request, method: 'PUT' })],
    [
      'another host',
      'signature-mismatch',
      (request) => ({
        ...request,
        url: new URL('/src/api/cards/batch?x=1&y=%20', 'https://api.mastercard.com'),
      }),
    ],
    [
      'another path',
      'signature-mismatch',
      (request) => ({ ...request, url: `${url.origin}${url.pathname}/${url.search}` }),
    ],
    ['another query', 'signature-mismatch', (request) => ({ ...request, url: `${url.href}&z` })],
    [
      'another signature method',
      'signature-mismatch',
      (request) => rewritten(request, (header) => header.replace('RSA-SHA256', 'RSA-PSS')),
    ],
    [
      'a protocol parameter in the query',
      'request-unsignable',
      (request) => ({ ...request, url: `${url.href}&oauth_nonce=1` }),
    ],
    [
      'a protocol parameter in disguise in the query',
      'request-unsignable',
      (request) => ({ ...request, url: `${url.href}&o%61uth_nonce=1` }),
    ],
    [
      'a URL with a user name',
      'request-unsignable',
      (request) => ({ ...request, url: 'https://me@sandbox.api.mastercard.com/' }),
    ],
    ['a method that is none', 'request-unsignable', (request) => ({ ...request, method: 'POST&' })],
  ])('%s as %s', async (_, code, change) => {
    const refusal = await verify(change(await signed()), judge);
    expect(refusal).toMatchObject({ ok: false, code, message: expect.stringMatching(/.{10}/) });
  });

  test.each([
    [301, 'ahead of our clock'],
    [-301, 'behind our clock'],
  ])('a timestamp %i s away, %s', async (seconds, words) => {
    const refusal = await verify(await signed({ clock: () => NOW + seconds * 1000 }), judge);
    expect(refusal).toMatchObject({
      ok: false,
      code: 'timestamp-out-of-range',
      message: expect.stringContaining(words),
    });
    expect(
      await verify(await signed({ clock: () => NOW + seconds * 1000 }), { ...judge, skewSeconds: 301 }),
    ).toMatchObject({ ok: true });
  });

  test('a nonce the second time, and only when the signature was right', async () => {
    const seen = new Set<string>();
    const isReplay = ({
      consumerKey: key,
      nonce,
      timestamp,
    }: {
      consumerKey: string;
      nonce: string;
      timestamp: number;
    }): boolean => {
      const id = `${key} ${nonce} ${timestamp}`;
      return seen.has(id) || !seen.add(id);
    };
    const request = await signed();
    expect(await verify({ ...request, method: 'PUT' }, { ...judge, isReplay })).toMatchObject({
      code: 'signature-mismatch',
    });
    expect(await verify(request, { ...judge, isReplay })).toMatchObject({ ok: true });
    expect(await verify(request, { ...judge, isReplay })).toMatchObject({
      ok: false,
      code: 'nonce-replayed',
    });
  });

  test('a method that is not allowed here', async () => {
    expect(await verify(await signed(), { ...judge, methods: ['RSA-PSS'] })).toMatchObject({
      code: 'signature-method-unsupported',
    });
  });

  test('with the base string it computed, for the gateway to quote', async () => {
    const refusal = await verify({ ...(await signed()), method: 'PUT' }, judge);
    expect(refusal.baseString).toMatch(
      /^PUT&https%3A%2F%2Fsandbox\.api\.mastercard\.com%2Fsrc%2Fapi%2Fcards%2Fbatch&oauth_body_hash%3D/,
    );
    expect(refusal.baseString).toContain(encodeURIComponent(bodyHash(body)));
  });
});
