import { generateKeyPairSync, type webcrypto } from 'node:crypto';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  KeyError,
  type KeyRule,
  type KeySet,
  type KeySetOptions,
  keySet,
  type PublicKey,
  readPublicKey,
} from '../src/index.ts';

type Jwk = webcrypto.JsonWebKey & { readonly kid?: string };

const DAY_MS = 24 * 3_600_000;
const purpose: KeyRule = { purpose: 'fpan-encryption' };
const kid = '20250101000000-sandbox-fpan-encryption-x';
const newJwk = (more: object = {}): Jwk => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
  kid,
  ...more,
});
const [ours, theirs] = [newJwk(), newJwk()];
const keyOf = (jwk: Jwk): Promise<PublicKey> => readPublicKey({ jwk });

/** A set whose address answers what `served` holds at the time; `undefined` is no answer. */
function opened(
  served: { current: readonly Jwk[] | undefined },
  options: Partial<KeySetOptions> = {},
): KeySet {
  return keySet({
    url: 'https://keys.example/set',
    retryAfterMs: 0,
    fetch: () =>
      served.current === undefined
        ? Promise.reject(new Error('no answer'))
        : Promise.resolve(new Response(JSON.stringify({ keys: served.current }))),
    ...options,
  });
}

function folderOfTest(): ReturnType<typeof temporaryFolder> {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder;
}

describe('pins', () => {
  it('take a key by thumbprint or by hash in hex or base64, and no other key of the same kid', async () => {
    const key = await keyOf(ours);
    const base64 = Buffer.from(key.publicKeySha256, 'hex').toString('base64');
    for (const pin of [key.thumbprint, key.publicKeySha256, key.publicKeySha256.toUpperCase(), base64]) {
      const served = { current: [ours] };
      const set = opened(served, { pins: [pin], maxAgeMs: 0 });
      expect((await set.newest(purpose)).thumbprint).toBe(key.thumbprint);
      served.current = [theirs];
      for (const choose of [() => set.newest(purpose), () => set.key(kid)])
        await expect(choose()).rejects.toMatchObject({
          code: 'key-not-pinned',
          message: expect.stringContaining((await keyOf(theirs)).thumbprint),
          hint: expect.stringMatching(/telephone.*enrollkit keys adopt [\w-]{43}$/),
        });
    }
  });

  it('tell two keys of one kid apart, which without them is an error', async () => {
    const both = { current: [theirs, ours] };
    await expect(opened(both).key(kid)).rejects.toMatchObject({ code: 'several-keys' });
    const { thumbprint } = await keyOf(ours);
    expect((await opened(both, { pins: [thumbprint] }).key(kid)).thumbprint).toBe(thumbprint);
  });

  it('may be several, for a rotation', async () => {
    const kidOfNext = '20260101000000-sandbox-fpan-encryption-x';
    const next = newJwk({ kid: kidOfNext });
    const pins = [(await keyOf(ours)).thumbprint, (await keyOf(next)).thumbprint];
    expect((await opened({ current: [ours, next] }, { pins }).newest(purpose)).kid).toBe(kidOfNext);
  });

  it('that are no SHA-256, and limits that are no time, are refused as options', () => {
    for (const options of [
      { pins: ['abc'] },
      { pins: [''] },
      { maxStaleMs: Number.NaN },
      { maxAgeMs: -1 },
      { timeoutMs: Number.POSITIVE_INFINITY },
    ])
      expect(() => opened({ current: [] }, options)).toThrow(
        expect.objectContaining({ code: 'option-unfit' }),
      );
  });

  it('follow RFC 7638, section 3.1', async () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const key = await keyOf({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' });
    expect(key.thumbprint).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });
});

describe('only keys that can be sealed to compete to be the newest', () => {
  const rsa = (bits: number, exponent = 65_537): Jwk =>
    generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: exponent }).publicKey.export({
      format: 'jwk',
    });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const newer = '20260101000000-sandbox-fpan-encryption-x';

  it.each<[string, object]>([
    ['for signatures', newJwk({ kid: newer, use: 'sig' })],
    ['whose operations are others', newJwk({ kid: newer, key_ops: ['verify'] })],
    ['for another algorithm', newJwk({ kid: newer, alg: 'RS256' })],
    ['of 1024 bits', { ...rsa(1024), kid: newer }],
    ['with an exponent of 3', { ...rsa(2048, 3), kid: newer }],
    ['on an elliptic curve', { ...ec, kid: newer }],
    [
      'that is private',
      {
        ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
        kid: newer,
      },
    ],
    ['that does not decode', { kty: 'RSA', n: '!', e: 'AQAB', kid: newer }],
    ['that is no key at all', { kid: newer }],
    ['dated on a day that does not exist', newJwk({ kid: '20261332250000-sandbox-fpan-encryption-x' })],
    ['dated in the future', newJwk({ kid: '29990101000000-sandbox-fpan-encryption-x' })],
  ])('a newer key %s stops nothing', async (_name, other) => {
    for (const current of [
      [ours, other as Jwk],
      [other as Jwk, ours],
    ])
      expect((await opened({ current }).newest(purpose)).kid).toBe(kid);
  });

  it('and when none can be, each is named with the reason', async () => {
    const current = [newJwk({ use: 'sig' }), { ...rsa(1024), kid: newer }];
    await expect(opened({ current }).newest(purpose)).rejects.toMatchObject({
      code: 'purpose-unknown',
      found: expect.stringMatching(/for use "sig".*1024 bits/),
    });
  });
});

describe('a set that its address does not confirm', () => {
  it('is used for 30 days and then refused, with the reason', async () => {
    const served: { current: readonly Jwk[] | undefined } = { current: [ours] };
    let now = Date.parse('2026-01-01T00:00:00Z');
    const set = opened(served, { now: () => now });
    await set.keys();
    served.current = undefined;
    now += 30 * DAY_MS;
    expect(await set.keys()).toHaveLength(1);
    now += 60_000;
    await expect(set.keys()).rejects.toMatchObject({
      code: 'set-too-old',
      found: expect.stringContaining('last confirmed 30 days ago'),
      cause: { code: 'set-unreachable' },
    });
    served.current = [ours];
    expect(await set.keys()).toHaveLength(1);
  });
});

describe('a cache file', () => {
  const where = 'https://keys.example/set';
  const written = (confirmedAt: unknown): string =>
    JSON.stringify({ where, body: JSON.stringify({ keys: [theirs] }), confirmedAt });

  it.each<[string, unknown]>([
    ['in the future', Date.now() + DAY_MS],
    ['never', null],
    ['before time began', -1],
    ['at no number', 'yesterday'],
  ])('that was confirmed %s counts as none', async (_name, confirmedAt) => {
    const cacheFile = folderOfTest().file('cache');
    writeFileSync(cacheFile, written(confirmedAt), { mode: 0o600 });
    const set = opened({ current: [ours] }, { cacheFile });
    expect((await set.newest(purpose)).thumbprint).toBe((await keyOf(ours)).thumbprint);
    expect(readFileSync(cacheFile, 'utf8')).toContain(String(ours.n));
  });

  it('that is older than the limit is refused while the address does not answer', async () => {
    const cacheFile = folderOfTest().file('cache');
    writeFileSync(cacheFile, written(Date.now() - 31 * DAY_MS), { mode: 0o600 });
    await expect(opened({ current: undefined }, { cacheFile }).keys()).rejects.toMatchObject({
      code: 'set-too-old',
    });
  });

  it.skipIf(process.getuid?.() !== 0)('of another owner is refused', async () => {
    const cacheFile = folderOfTest().file('cache');
    writeFileSync(cacheFile, written(Date.now()), { mode: 0o600 });
    chownSync(cacheFile, 12_345, 12_345);
    await expect(opened({ current: [ours] }, { cacheFile }).keys()).rejects.toMatchObject({
      code: 'cache-untrusted',
      found: expect.stringContaining('the owner 12345'),
    });
  });
});

describe('the global fetch', () => {
  it('is not used while the environment switches the check of certificates off', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => void delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    await expect(keySet({ url: 'https://127.0.0.1:1/set' }).keys()).rejects.toMatchObject({
      code: 'url-refused',
      found: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED'),
    });
  });
});

describe('an address', () => {
  it.each([
    'http://keys.example/set',
    'ftp://127.0.0.1/',
    'not a url',
    'https://user:secret@keys.example/',
    'http://127.0.0.1.evil.example/',
  ])('%s is refused', (bad) => {
    expect(() => keySet({ url: bad })).toThrow(KeyError);
    expect(() => keySet({ url: bad })).not.toThrow(/secret/);
  });
  it('or a file is needed, not both', () => {
    expect(() => keySet({})).toThrow(/exactly one/);
    expect(() => keySet({ url: 'https://keys.example/', file: 'x' })).toThrow(/exactly one/);
  });
});
