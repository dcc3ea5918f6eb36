import { generateKeyPairSync } from 'node:crypto';
import { readPrivateKey } from '@enrollkit/keys';
import { describe, expect, it } from 'vitest';
import { decryptionKey, encryptionKey, open, openJson, seal } from '../src/index.ts';
import { codeOf, craft, gcm128, pair } from './crafting.ts';
import { own } from './opening.ts';

describe('the kid', () => {
  const named = craft({ header: { ...gcm128, kid: 'a' } });
  const nameless = craft({ header: gcm128 });
  const pinned = (kid: string) => decryptionKey(pair.privateKey, { kid });

  it('does not matter to a key that does not pin it', async () => {
    expect(await codeOf(open(named, own))).toBe('opened');
    expect(await codeOf(open(nameless, own))).toBe('opened');
  });
  it('must be the pinned one, and must be there', async () => {
    expect(await codeOf(open(named, pinned('a')))).toBe('opened');
    expect(await codeOf(open(named, pinned('b')))).toBe('kid-refused');
    expect(await codeOf(open(nameless, pinned('a')))).toBe('kid-refused');
  });
  it('chooses among several keys', async () => {
    const other = decryptionKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, {
      kid: 'other',
    });
    expect(await codeOf(open(named, [other, pinned('a')]))).toBe('opened');
    expect(await codeOf(open(named, [other]))).toBe('kid-refused');
    expect(await codeOf(open(nameless, [other, pinned('a')]))).toBe('kid-refused');
    expect(await codeOf(open(named, []))).toBe('kid-refused');
  });
  it('that none of several keys has lets each key try that does not pin its own', async () => {
    const otherKeys = Array.from({ length: 3 }, () =>
      decryptionKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
    );
    const byName = craft({ header: { ...gcm128, kid: 'payload_enc_cert' } });
    for (const token of [byName, nameless]) {
      expect(await codeOf(open(token, [...otherKeys, own]))).toBe('opened');
      expect(await codeOf(open(token, otherKeys))).toBe('not-opened');
      expect(await codeOf(open(token, [pinned('a'), own]))).toBe('opened');
      expect(await codeOf(open(token, [pinned('a')]))).toBe('kid-refused');
    }
  });
  it("of a sealed token is the public key's, which the private half finds by itself", async () => {
    const other = decryptionKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
    expect(await openJson(await seal({ a: 1 }, encryptionKey(pair.publicKey)), [other, own])).toEqual({
      a: 1,
    });
  });
});

describe('openJson', () => {
  it('gives the value, and says when it is none', async () => {
    const key = encryptionKey(pair.publicKey);
    expect(await openJson(await seal({ a: [1] }, key), own)).toEqual({ a: [1] });
    expect(await codeOf(openJson(await seal('5555555555554444,', key), own))).toBe('plaintext-not-json');
    expect(await codeOf(openJson(await seal(Uint8Array.of(0x22, 0xff, 0x22), key), own))).toBe(
      'plaintext-not-json',
    );
  });
});

describe('decryptionKey refuses', () => {
  it.each([
    ['a public key', () => decryptionKey(pair.publicKey), /private key/],
    [
      'an EC key',
      () => decryptionKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
      /a key of type ec/,
    ],
    ['another algorithm', () => decryptionKey(pair.privateKey, { alg: 'RSA1_5' as 'RSA-OAEP' }), /RSA-OAEP/],
  ])('%s', (...[, make, words]) => expect(make).toThrow(words));

  it('a JWK that is meant for something else', async () => {
    const jwk = pair.privateKey.export({ format: 'jwk' });
    const read = (more: object) => readPrivateKey({ jwk: { ...jwk, ...more } });
    const [good, signing, other, verifying] = await Promise.all([
      read({ use: 'enc', key_ops: ['decrypt'], kid: 'k' }),
      read({ use: 'sig' }),
      read({ alg: 'RSA-OAEP' }),
      read({ key_ops: ['sign'] }),
    ]);
    expect(decryptionKey(good).toJSON()).toMatchObject({ kid: 'k', pinned: false });
    expect(() => decryptionKey(signing)).toThrow(/use "sig"/);
    expect(() => decryptionKey(other)).toThrow(/alg "RSA-OAEP"; RSA-OAEP-256 is needed/);
    expect(decryptionKey(other, { alg: 'RSA-OAEP' }).alg).toBe('RSA-OAEP');
    expect(() => decryptionKey(verifying)).toThrow(/key_ops are sign/);
  });
});
