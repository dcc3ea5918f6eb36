import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { leaksOf } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import * as encryption from '../src/index.ts';
import { craft, gcm128, pair } from './crafting.ts';

const { decryptionKey, encryptionKey, open, openJson, seal, sealAll, sealFor } = encryption;
const pan = '5555555555554444';
const name = 'Žofie Nováková';
const jwk = pair.privateKey.export({ format: 'jwk' });
const cek = randomBytes(16);
const secrets = {
  pan,
  name,
  cek,
  ...Object.fromEntries(
    (['d', 'p', 'q', 'dp', 'dq', 'qi'] as const).map((member) => [
      member,
      Buffer.from(jwk[member] ?? '', 'base64url').subarray(0, 24),
    ]),
  ),
};

const key = encryptionKey(pair.publicKey);
const own = decryptionKey(pair.privateKey);
const plaintext = { card: { primaryAccountNumber: pan }, name };
const token = craft({ header: gcm128, cek, plaintext: Buffer.from(JSON.stringify(plaintext)) });
const parts = token.split('.');

describe('what holds a key shows none of it', () => {
  it('neither the decryption nor the encryption key, nor a promise or list of them', () => {
    for (const one of [own, key, [own, key], { own }, Promise.resolve(own), new Map([['k', own]])])
      expect(leaksOf(one, secrets)).toEqual([]);
  });
  it('and says who it is instead', () => {
    expect(inspect(own)).toMatch(
      /^DecryptionKey \{\s+kid: '[0-9a-f]{64}',\s+pinned: false,\s+alg: 'RSA-OAEP-256',\s+bits: 2048\s+\}$/,
    );
    expect(JSON.parse(JSON.stringify(key))).toMatchObject({
      alg: 'RSA-OAEP-256',
      enc: 'A128GCM',
      bits: 2048,
    });
    expect(Object.getOwnPropertySymbols(own)).toEqual([]);
  });
  it('a running bulk does not show what it seals', async () => {
    const running = sealAll([plaintext, plaintext], key);
    expect(leaksOf(running, secrets)).toEqual([]);
    await running.next();
    expect(leaksOf(running, secrets)).toEqual([]);
    await running.return();
  });
});

describe('no error tells a plaintext, a key or a token', () => {
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const violated = {
    name: 'Card',
    validate: () =>
      ({ valid: false, problems: [{ pointer: '/card', keyword: 'type', message: 'must be text' }] }) as const,
  };
  const cyclic: Record<string, unknown> = { pan };
  cyclic['self'] = cyclic;
  const cases: readonly [string, string, () => Promise<unknown>][] = [
    ['a BigInt beside a PAN', 'plaintext-unsealable', () => seal({ pan, n: 1n }, key)],
    ['a cycle', 'plaintext-unsealable', () => seal(cyclic, key)],
    [
      'a toJSON that throws the data',
      'plaintext-unsealable',
      () =>
        seal(
          {
            toJSON: () => {
              throw new Error(pan, { cause: plaintext });
            },
          },
          key,
        ),
    ],
    ['an error with the data', 'plaintext-unsealable', () => seal(new Error(pan), key)],
    ['a Map of the data', 'plaintext-unsealable', () => seal(new Map([['pan', pan]]), key)],
    ['a string with half a pair', 'plaintext-unsealable', () => seal(`${pan}\uD800`, key)],
    ['a violated contract', 'contract-violation', () => sealFor(violated, plaintext, key)],
    ['a bulk with a bad one', 'plaintext-unsealable', () => sealAll<unknown>([{ pan, n: 1n }], key).next()],
    [
      'a plaintext that is no JSON',
      'plaintext-not-json',
      async () => openJson(await seal(`${pan} ${name}`, key), own),
    ],
    ['a wrong key', 'not-opened', () => open(token, decryptionKey(stranger.privateKey))],
    [
      'an altered tag',
      'not-opened',
      () => open(parts.with(4, randomBytes(16).toString('base64url')).join('.'), own),
    ],
    [
      'an altered key',
      'not-opened',
      () => open(parts.with(1, randomBytes(256).toString('base64url')).join('.'), own),
    ],
    [
      'a tolerated token with an altered tag',
      'not-opened',
      () =>
        open(
          craft({ header: gcm128, cek, iv: randomBytes(16) }).replace(
            /[^.]+$/,
            randomBytes(16).toString('base64url'),
          ),
          own,
          { tolerate: 'mastercard-libraries' },
        ),
    ],
    ['clear text for a token', 'token-malformed', () => open(JSON.stringify(plaintext), own)],
    ['a PAN for a token', 'token-malformed', () => open(pan, own)],
    ['a PAN in the header', 'token-refused', () => open(craft({ header: { alg: pan, enc: pan } }), own)],
    [
      'an unknown kid',
      'kid-refused',
      () => open(craft({ header: { ...gcm128, kid: pan } }), [decryptionKey(pair.privateKey, { kid: 'k' })]),
    ],
    ['a large integer', 'number-unsafe', async () => openJson(await seal(`[1234567890${pan}]`, key), own)],
    [
      'an opener that fails with the data',
      'key-unavailable',
      () =>
        open(
          token,
          decryptionKey({ publicKey: pair.publicKey, unwrap: () => Promise.reject(new Error(pan)) }),
        ),
    ],
    ['a private key to seal with', 'key-unfit', async () => encryptionKey(pair.privateKey)],
    [
      'an option that is the data',
      'option-unfit',
      () => open(token, own, { maxLength: 1e9, tolerate: '' as 'mastercard-libraries' }),
    ],
  ];
  it.each(cases)('%s', async (...[, code, action]) => {
    const error = await action().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(encryption.EncryptionError);
    expect(error).toMatchObject({ code });
    expect(leaksOf(error, { ...secrets, token, 'wrapped key': parts[1] ?? '' })).toEqual([]);
    expect(code !== 'key-unavailable' && Object.hasOwn(error as object, 'cause')).toBe(false);
  });

  it('covers every code there is', () => {
    const codes = [
      'key-unfit',
      'option-unfit',
      'plaintext-unsealable',
      'contract-violation',
      'token-malformed',
      'token-refused',
      'kid-refused',
      'not-opened',
      'plaintext-not-json',
      'number-unsafe',
      'key-unavailable',
    ];
    expect(new Set(cases.map(([, code]) => code))).toEqual(new Set(codes));
  });
});

it('nothing else that the package exports holds state', () => {
  expect(Object.values(encryption).every((one) => typeof one === 'function')).toBe(true);
});
