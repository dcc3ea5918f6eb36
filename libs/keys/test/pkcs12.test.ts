import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPrivateKey } from '../src/index.ts';
import { openPkcs12 } from '../src/pkcs12/open-pkcs12.ts';
import { bcPkcs12, encryptedPkcs8 } from './bouncy-castle.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const utf16 = (text: string): Uint8Array => Buffer.from(`${text}\0`, 'utf16le').swap16();

describe('the rounds of key derivation that a file asks for', () => {
  it('are counted over the whole file before any is spent', async () => {
    const greedy = bcPkcs12(privateKey, { password: utf16('pw'), claimedRounds: 4_000_000_000 });
    await expect(readPrivateKey({ bytes: greedy }, { password: 'pw' })).rejects.toMatchObject({
      code: 'algorithm-unsupported',
      found: expect.stringMatching(/4000000\d{3} iterations \(at most 2000000/),
    });
    const modest = bcPkcs12(privateKey, { password: utf16('pw') });
    expect(openPkcs12(modest, { password: 'pw', alias: 'key' }, 199)).toBeUndefined();
  });

  it('are spent on another thread when they are many: the event loop turns meanwhile', async () => {
    const slow = bcPkcs12(privateKey, { password: utf16('pw'), claimedRounds: 400_000 });
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    // The MAC was made with fewer rounds, so the password does not fit.
    await expect(readPrivateKey({ bytes: slow }, { password: 'pw' })).rejects.toMatchObject({
      code: 'password-wrong',
    });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });
});

describe('a key in a part that is encrypted as a whole', () => {
  it('is not tried by OpenSSL, which would take it without a word and for as many rounds as it says', async () => {
    const trap = bcPkcs12(privateKey, { password: utf16('pw'), hidden: { claimedRounds: 4_000_000_000 } });
    await expect(readPrivateKey({ bytes: trap }, { password: 'pw' })).rejects.toMatchObject({
      code: 'several-keys',
      found: '2 private keys: "key", "hidden"',
    });
    await expect(readPrivateKey({ bytes: trap }, { password: 'pw', alias: 'hidden' })).rejects.toMatchObject({
      code: 'algorithm-unsupported',
    });
  });

  it('has its rounds spent on another thread when they are many', async () => {
    const hidden = { claimedRounds: 400_000, only: true };
    const slow = bcPkcs12(privateKey, { password: utf16('pw'), hidden });
    expect(openPkcs12(slow, { password: 'pw', alias: undefined }, 20_000)).toBeUndefined();
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await expect(readPrivateKey({ bytes: slow }, { password: 'pw' })).rejects.toMatchObject({
      code: 'password-wrong',
    });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });
});

describe('an encrypted PKCS#8 key', () => {
  const pem = (der: Uint8Array, label = 'ENCRYPTED PRIVATE KEY'): string =>
    `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;

  it('opens in DER, in PEM, and in PEM under the label of another form', async () => {
    const der = encryptedPkcs8(privateKey, utf16('pw'));
    for (const source of [{ bytes: der }, { text: pem(der) }, { text: pem(der, 'PRIVATE KEY') }]) {
      const read = await readPrivateKey(source, { password: 'pw' });
      expect(read.key.equals(privateKey)).toBe(true);
    }
  });

  it('is not begun when it asks for billions of rounds, under whatever label', async () => {
    const der = encryptedPkcs8(privateKey, utf16('pw'), 2_000_000_000);
    for (const source of [{ bytes: der }, { text: pem(der) }, { text: pem(der, 'RSA PRIVATE KEY') }])
      await expect(readPrivateKey(source, { password: 'pw' })).rejects.toMatchObject({
        code: 'algorithm-unsupported',
      });
  });

  it('has its rounds spent on another thread when they are many', async () => {
    const slow = encryptedPkcs8(privateKey, utf16('pw'), 400_000);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await expect(readPrivateKey({ text: pem(slow) }, { password: 'pw' })).rejects.toMatchObject({
      code: 'password-wrong',
    });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });
});

describe('an alias', () => {
  it.each([
    ['VisibleString', 0x1a, 'A'],
    ['GeneralString', 0x1b, 'A'],
    ['UniversalString, which nobody reads', 0x1c, undefined],
    ['octets, which nobody reads', 0x04, undefined],
  ])('may be a %s', async (_type, tag, alias) => {
    const rawAlias = { tag, bytes: tag === 0x1c ? Buffer.from([0, 0, 0, 65]) : Buffer.from('A') };
    const bytes = bcPkcs12(privateKey, { password: utf16('pw'), rawAlias });
    expect((await readPrivateKey({ bytes }, { password: 'pw' })).alias).toBe(alias);
  });
});

describe('behind a P12', () => {
  const bytes = bcPkcs12(privateKey, { password: utf16('pw') });

  it('zero bytes that fill up a block are no damage', async () => {
    const padded = Buffer.concat([bytes, Buffer.alloc(512)]);
    expect((await readPrivateKey({ bytes: padded }, { password: 'pw' })).container).toBe('pkcs12');
  });

  it('a second file is', async () => {
    const twice = Buffer.concat([bytes, bytes]);
    await expect(readPrivateKey({ bytes: twice }, { password: 'pw' })).rejects.toMatchObject({
      code: 'damaged',
    });
  });
});

describe('a file opens in the same way on the calling thread and on another', () => {
  it('with its alias, and is refused alike', async () => {
    const bytes = bcPkcs12(privateKey, { password: utf16('pw'), alias: 'Key', secondAlias: 'kEY' });
    expect(openPkcs12(bytes, { password: 'pw', alias: 'kEY' })).toMatchObject({ alias: 'kEY' });
    expect(openPkcs12(bytes, { password: 'pw', alias: 'key' })).toEqual({
      refused: 'choice',
      aliases: ['Key', 'kEY'],
      matching: 2,
    });
    expect(openPkcs12(bytes, { password: 'no', alias: undefined })).toEqual({ refused: 'password' });
    expect(openPkcs12(bytes.subarray(0, 500), { password: 'pw', alias: undefined })).toMatchObject({
      refused: 'damaged',
    });
  });
});
