import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { explainMismatch, oauth1, requestBaseString, type Mismatch } from '../src/index.ts';

const oauth = {
  oauth_body_hash: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  oauth_consumer_key: 'client!key',
  oauth_nonce: 'abc',
  oauth_signature_method: 'RSA-SHA256',
  oauth_timestamp: '1790000000',
  oauth_version: '1.0',
};
const request = { method: 'POST', url: 'https://sandbox.api.mastercard.com/src/cards/batch?page=1&size=10' };
const ourBase = requestBaseString(request, oauth);
const quoting = (base: string): string =>
  `OAuth signatures did not match. Acceptable signature base string: ${base}`;
const explain = (
  change: Partial<typeof request>,
  changedOauth: Record<string, string> = oauth,
): Mismatch | undefined =>
  explainMismatch(ourBase, quoting(requestBaseString({ ...request, ...change }, changedOauth)));

describe('what the gateway computed differently is named', () => {
  test.each<[string, Mismatch | undefined, Partial<Mismatch>]>([
    ['method', explain({ method: 'GET' }), { field: 'method', ours: 'POST', theirs: 'GET' }],
    [
      'scheme',
      explain({ url: request.url.replace('https', 'http') }),
      { field: 'scheme', ours: 'https', theirs: 'http' },
    ],
    [
      'host',
      explain({ url: request.url.replace('sandbox.', '') }),
      { field: 'host', ours: 'sandbox.api.mastercard.com', theirs: 'api.mastercard.com' },
    ],
    [
      'path',
      explain({ url: request.url.replace('batch', 'batch/') }),
      { field: 'path', ours: '/src/cards/batch', theirs: '/src/cards/batch/' },
    ],
    [
      'query value',
      explain({ url: request.url.replace('10', '20') }),
      { field: 'size', ours: '10', theirs: '20' },
    ],
    [
      'body hash',
      explain({}, { ...oauth, oauth_body_hash: 'x/+=' }),
      { field: 'oauth_body_hash', ours: oauth.oauth_body_hash, theirs: 'x/+=' },
    ],
    [
      'consumer key',
      explain({}, { ...oauth, oauth_consumer_key: 'other!key' }),
      { field: 'oauth_consumer_key', ours: '[hidden]', theirs: '[hidden]' },
    ],
    ['timestamp', explain({}, { ...oauth, oauth_timestamp: '1790000001' }), { field: 'oauth_timestamp' }],
  ])('%s', (_, mismatch, expected) => {
    expect(mismatch).toMatchObject({ kind: 'different', ...expected });
    expect(mismatch?.message).toContain(mismatch?.hint);
  });

  test('a parameter they lack, and one we lack', () => {
    const less = explain({ url: request.url.replace('page=1&', '') });
    expect(less).toMatchObject({ field: 'page', ours: '1' });
    expect(less).not.toHaveProperty('theirs');
    expect(less?.message).toContain('"page" is "1" here and absent there');
    const more = explain({ url: `${request.url}&zone=eu` });
    expect(more).toMatchObject({ field: 'zone', theirs: 'eu' });
    expect(more).not.toHaveProperty('ours');
  });

  test('one value in two spellings is a matter of encoding', () => {
    const encoded = explainMismatch(
      requestBaseString({ ...request, url: 'https://x.example/?q=a:b' }, oauth),
      quoting(requestBaseString({ ...request, url: 'https://x.example/?q=a%3Ab' }, oauth)),
    );
    expect(encoded).toMatchObject({
      field: 'q',
      ours: 'a:b',
      theirs: 'a:b',
      hint: expect.stringContaining('written differently'),
    });
    expect(encoded?.message).toContain('"a:b" here and "a%3Ab" there');
  });

  test('the gateway that computed a strict base string is told from one that had another body', () => {
    const mismatch = explainMismatch(ourBase, quoting(requestBaseString(request, oauth, 'rfc5849')));
    expect(mismatch).toMatchObject({
      field: 'oauth_body_hash',
      hint: expect.stringContaining('written differently'),
    });
  });

  test('the same base string puts the key at fault', () => {
    expect(explainMismatch(ourBase, quoting(ourBase))).toMatchObject({
      kind: 'same',
      hint: expect.stringContaining('does not belong to this consumer key'),
    });
  });

  test.each([
    'The provided oauth_body_hash does not match the SHA256 hash of the request payload. Calculated: 8gvc07I=, Received: 01Nc+M7J=',
    'Bad Request - The provided oauth_body_hash does not match the RSA-SHA256 hash of the request payload. Calculated: 8gvc07I=, Received: 01Nc%2BM7J%3D',
  ])('a body hash refusal is understood: %s', (description) => {
    expect(explainMismatch(ourBase, description)).toMatchObject({
      field: 'oauth_body_hash',
      ours: '01Nc+M7J=',
      theirs: '8gvc07I=',
    });
  });

  test.each([
    '',
    'OAuth Signature parameter failed verification',
    'Acceptable signature base string: GET&...',
    '&&&',
    'x'.repeat(200_000),
  ])('silence about nothing: %s', (description) => {
    expect(explainMismatch(ourBase, description)).toBeUndefined();
  });

  test('text from the network cannot steer a terminal, and is cut', () => {
    const mismatch = explain({ url: `${request.url}&a=%1b%5b2J%e2%80%ae${'z'.repeat(500)}` });
    expect(mismatch?.message).toMatch(/^[\x20-\x7e…]{1,600}$/);
  });
});

test('an authenticator explains a refusal of what it signed', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const url = new URL(request.url);
  const signer = oauth1({
    consumerKey: 'client!key',
    key: privateKey,
    nonce: () => 'abc',
    clock: () => 1_790_000_000_000,
  });
  const { authorization = '' } = await signer.authenticate({ method: 'POST', url, body: new Uint8Array() });
  expect(signer.explain?.({ method: 'POST', url, authorization }, quoting(ourBase))).toMatchObject({
    kind: 'same',
  });
  expect(
    signer.explain?.({ method: 'POST', url, authorization }, quoting(ourBase.replace('POST', 'GET'))),
  ).toMatchObject({ field: 'method' });
});
