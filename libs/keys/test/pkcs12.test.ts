import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPrivateKey } from '../src/index.ts';
import { openPkcs12, visibleRounds } from '../src/pkcs12/open-pkcs12.ts';
import { bcPkcs12 } from './bouncy-castle.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const utf16 = (text: string): Uint8Array => Buffer.from(`${text}\0`, 'utf16le').swap16();

describe('the rounds of key derivation that a file asks for', () => {
  it('are counted over the whole file before any is spent', async () => {
    const greedy = bcPkcs12(privateKey, { password: utf16('pw'), claimedRounds: 4_000_000_000 });
    await expect(readPrivateKey({ bytes: greedy }, { password: 'pw' })).rejects.toMatchObject({
      code: 'algorithm-unsupported',
      found: expect.stringMatching(/4000000\d{3} iterations \(at most 2000000/),
    });
    expect(visibleRounds(bcPkcs12(privateKey, { password: utf16('pw') }))).toBe(200);
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
