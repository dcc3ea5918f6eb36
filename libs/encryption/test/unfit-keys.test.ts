import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { PrivateKey, readPrivateKey } from '@enrollkit/keys';
import { describe, expect, it } from 'vitest';
import { decryptionKey, encryptionKey } from '../src/index.ts';
import { pair } from './crafting.ts';

const jwk = pair.publicKey.export({ format: 'jwk' });

function publicRsa(change: { readonly n?: Buffer; readonly e?: number | bigint }): KeyObject {
  const e =
    change.e === undefined
      ? jwk.e
      : Buffer.from(change.e.toString(16).padStart(change.e > 2 ** 24 ? 18 : 6, '0'), 'hex').toString(
          'base64url',
        );
  return createPublicKey({
    key: { kty: 'RSA', n: change.n?.toString('base64url') ?? jwk.n ?? '', e: e ?? '' },
    format: 'jwk',
  });
}

const modulus = Buffer.from(jwk.n ?? '', 'base64url');
const even = Buffer.from(modulus);
even[even.length - 1] = (even.at(-1) ?? 0) & 0xfe;

describe('an RSA key that cannot be sealed to is refused as key-unfit, not by OpenSSL', () => {
  it.each([
    ['an exponent of 1', () => publicRsa({ e: 1 }), /exponent 1$/],
    ['an exponent of 3', () => publicRsa({ e: 3 }), /exponent 3$/],
    ['an even exponent', () => publicRsa({ e: 65_538 }), /exponent 65538/],
    ['an exponent beyond 64 bits', () => publicRsa({ e: 2n ** 64n + 1n }), /beyond 64 bits/],
    ['more bits than OpenSSL takes', () => publicRsa({ n: Buffer.alloc(2049, 0xff) }), /16392 bits/],
    ['an even modulus', () => publicRsa({ n: even }), /even modulus/],
    ['1024 bits', () => generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, /1024 bits/],
    ['an EC key', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, /type ec/],
    ['an Ed25519 key', () => generateKeyPairSync('ed25519').publicKey, /type ed25519/],
  ])('%s', (_name, make, words) => {
    const key = make();
    expect(() => encryptionKey(key)).toThrow(
      expect.objectContaining({
        code: 'key-unfit',
        message: expect.stringMatching(words),
        hint: expect.any(String),
      }),
    );
  });

  it('and so is a private key with such a public half', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
    expect(() => decryptionKey(privateKey)).toThrow(expect.objectContaining({ code: 'key-unfit' }));
  });
});

describe('what a JWK says it is for survives taking the public half', () => {
  it('so that a signing key is not sealed to, and one for decryption is', async () => {
    const privateJwk = pair.privateKey.export({ format: 'jwk' });
    const read = (more: object): Promise<PrivateKey> => readPrivateKey({ jwk: { ...privateJwk, ...more } });
    const signing = (await read({ use: 'sig' })).publicKey;
    const decrypting = (await read({ key_ops: ['decrypt'] })).publicKey;
    const signingOps = (await read({ key_ops: ['sign'] })).publicKey;
    expect(() => encryptionKey(signing)).toThrow(/use "sig"/);
    expect(encryptionKey(decrypting).bits).toBe(2048);
    expect(() => encryptionKey(signingOps)).toThrow(/key_ops are verify/);
    expect(
      new PrivateKey(createPrivateKey({ key: privateJwk, format: 'jwk' }), { container: 'jwk' }).publicKey
        .use,
    ).toBe(undefined);
  });
});
