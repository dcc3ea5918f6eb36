import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { leaksOf, temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import * as keys from '../src/index.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name));
const password = 'p4ssw0rd-zäh';
const fixed = createPrivateKey(fixture('bag-attributes.pem'));
const fresh = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** The private numbers of both keys, whole and in part, and the passwords. */
const secrets: Record<string, Uint8Array | string> = { password, 'other password': 'wrong-5ecret' };
for (const [name, key] of [
  ['fixed', fixed],
  ['fresh', fresh],
] as const) {
  const jwk = key.export({ format: 'jwk' });
  for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const)
    secrets[`${name} ${member}`] = Buffer.from(jwk[member] ?? '', 'base64url').subarray(0, 24);
}

const jwk = { ...fresh.export({ format: 'jwk' }), kid: 'k' };
const pem = fixture('bag-attributes.pem').toString();

describe('the walker', () => {
  it('finds what is shown, so that it can be trusted when it finds nothing', () => {
    expect(leaksOf({ pem: fresh.export({ format: 'jwk' }).d }, secrets)).toContain('fresh d');
    expect(leaksOf(Buffer.from(jwk.d ?? '', 'base64url'), secrets)).toContain('fresh d');
    expect(leaksOf(new Error('no', { cause: new Error(password) }), secrets)).toContain('password');
    expect(leaksOf({ inner: [{ deep: { deeper: { deepest: password } } }] }, secrets)).toContain('password');
  });
});

describe('what holds a key shows none of it', () => {
  it.each([
    ['a key from a P12', () => keys.readPrivateKey({ bytes: fixture('pbes2.p12') }, { password })],
    ['a key from PEM', () => keys.readPrivateKey({ text: pem })],
    [
      'a key from an encrypted PEM',
      () => keys.readPrivateKey({ bytes: fixture('encrypted-pkcs8.pem') }, { password }),
    ],
    ['a key from a JWK', () => keys.readPrivateKey({ jwk })],
    ['a KeyObject', () => keys.readPrivateKey(fresh)],
    ['several in a list', async () => [{ keys: [await keys.readPrivateKey({ jwk })] }]],
    ['its public half', async () => (await keys.readPrivateKey({ jwk })).publicKey],
  ])('%s', async (_name, make) => {
    expect(leaksOf(await make(), secrets)).toEqual([]);
  });

  it('shows who it is instead', async () => {
    const key = await keys.readPrivateKey({ bytes: fixture('pbes2.p12') }, { password });
    expect(JSON.parse(JSON.stringify(key))).toMatchObject({ half: 'private', alias: 'first', bits: 2048 });
    expect(inspect(key)).toMatch(/^PrivateKey \{/);
  });

  it('a key set with a private key in it by mistake', async () => {
    using folder = temporaryFolder();
    writeFileSync(
      folder.file('set'),
      JSON.stringify({ keys: [jwk, { ...fixed.export({ format: 'jwk' }), d: undefined, kid: 'public' }] }),
    );
    const set = keys.keySet({ file: folder.file('set') });
    await set.keys();
    expect(leaksOf(set, secrets)).toEqual([]);
    expect(leaksOf(set.status, secrets)).toEqual([]);
  });
});

describe('no error tells a key or a password', () => {
  const damagedJson = JSON.stringify(jwk).slice(0, -1);
  const half = pem.slice(0, pem.length - 400);
  const cases: readonly [string, () => Promise<unknown>][] = [
    [
      'a wrong P12 password',
      () => keys.readPrivateKey({ bytes: fixture('pbes2.p12') }, { password: 'wrong-5ecret' }),
    ],
    [
      'a wrong P12 password without a MAC',
      () => keys.readPrivateKey({ bytes: fixture('no-mac.p12') }, { password: 'wrong-5ecret' }),
    ],
    [
      'a wrong PEM password',
      () => keys.readPrivateKey({ bytes: fixture('encrypted-pkcs8.pem') }, { password: 'wrong-5ecret' }),
    ],
    [
      'an unknown alias',
      () => keys.readPrivateKey({ bytes: fixture('pbes2.p12') }, { password, alias: 'x' }),
    ],
    ['an RC2 key', () => keys.readPrivateKey({ bytes: fixture('rc2-key.p12') }, { password })],
    [
      'a truncated P12',
      () => keys.readPrivateKey({ bytes: fixture('pbes2.p12').subarray(0, 2000) }, { password }),
    ],
    ['a private JWK cut short', () => keys.readPrivateKey({ text: damagedJson })],
    ['a private JWK without qi', () => keys.readPrivateKey({ jwk: { ...jwk, qi: undefined } })],
    ['a private JWK with noise for n', () => keys.readPrivateKey({ jwk: { ...jwk, n: 'AA' } })],
    ['a PEM cut short', () => keys.readPrivateKey({ text: half })],
    [
      'a PEM with a letter lost',
      () => keys.readPrivateKey({ text: pem.replace(/(BEGIN PRIVATE KEY-----\n.{10})./, '$1') }),
    ],
    [
      'a PEM without its marker lines',
      () => keys.readPrivateKey({ text: (/BEGIN PRIVATE KEY-----([^-]+)/.exec(pem)?.[1] ?? '').trim() }),
    ],
    [
      'two private keys',
      () => keys.readPrivateKey({ text: pem + String(fresh.export({ type: 'pkcs8', format: 'pem' })) }),
    ],
    ['a private key for a public one', () => keys.readPublicKey({ text: pem })],
    ['a private JWK for a public one', () => keys.readPublicKey({ jwk })],
    ['a private KeyObject for a public one', () => keys.readPublicKey(fresh)],
    ['a JWK set and no kid', () => keys.readPrivateKey({ text: JSON.stringify({ keys: [jwk, jwk] }) })],
  ];
  it.each(cases)('%s', async (_name, action) => {
    const error = await action().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(keys.KeyError);
    expect(leaksOf(error, secrets)).toEqual([]);
    expect(leaksOf({ wrapped: [error] }, secrets)).toEqual([]);
  });

  it('covers every error code there is but those of files and sets', async () => {
    const codes = new Set(
      await Promise.all(
        cases.map(([, action]) =>
          action().catch((error: unknown) => (error instanceof keys.KeyError ? error.code : 'untyped')),
        ),
      ),
    );
    expect([...codes].sort()).toEqual([
      'algorithm-unsupported',
      'alias-unknown',
      'damaged',
      'format-unknown',
      'password-wrong',
      'several-keys',
      'wrong-kind',
    ]);
  });
});

it('nothing else that the package exports holds state', () => {
  expect(Object.values(keys).every((one) => typeof one === 'function')).toBe(true);
  expect(Object.values(keys).flatMap((one) => leaksOf(one, secrets))).toEqual([]);
});
