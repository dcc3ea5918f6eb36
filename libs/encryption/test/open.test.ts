import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { CompactEncrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { NotOpenedError, open, type OpenOptions } from '../src/index.ts';
import { codeOf, type Craft, craft, gcm128, pair } from './crafting.ts';
import { own, tolerant, b64 } from './opening.ts';

describe('open refuses before it touches the key', () => {
  const rows: readonly [string, Craft['header'], string][] = [
    ['crit', { ...gcm128, crit: ['exp'], exp: 1 }, 'token-refused'],
    ['crit of a name we know', { ...gcm128, crit: ['alg'] }, 'token-refused'],
    ['crit that is empty', { ...gcm128, crit: [] }, 'token-refused'],
    ['zip', { ...gcm128, zip: 'DEF' }, 'token-refused'],
    ['zip that is null', { ...gcm128, zip: null }, 'token-refused'],
    ['alg none', { alg: 'none', enc: 'A128GCM' }, 'token-refused'],
    ['alg dir', { alg: 'dir', enc: 'A128GCM' }, 'token-refused'],
    ['alg RSA1_5', { alg: 'RSA1_5', enc: 'A128GCM' }, 'token-refused'],
    ['alg of another key', { alg: 'RSA-OAEP', enc: 'A128GCM' }, 'token-refused'],
    ['alg constructor', { alg: 'constructor', enc: 'A128GCM' }, 'token-refused'],
    ['alg in a list', { alg: ['RSA-OAEP-256'], enc: 'A128GCM' }, 'token-refused'],
    ['no alg', { enc: 'A128GCM' }, 'token-refused'],
    ['no enc', { alg: 'RSA-OAEP-256' }, 'token-refused'],
    ['enc A256CBC-HS512', { alg: 'RSA-OAEP-256', enc: 'A256CBC-HS512' }, 'token-refused'],
    ['enc __proto__', { alg: 'RSA-OAEP-256', enc: '__proto__' }, 'token-refused'],
    ['a kid that is no text', { ...gcm128, kid: 7 }, 'token-malformed'],
    ['a header that is no object', '[1]', 'token-malformed'],
    ['a header that is null', 'null', 'token-malformed'],
    ['a header that is no JSON', '{"alg"', 'token-malformed'],
    ['a header with a byte order mark', '\uFEFF{}', 'token-malformed'],
    ['a header of 10 kB', { ...gcm128, filler: 'x'.repeat(10_000) }, 'token-refused'],
  ];
  it.each(rows)('%s', async (...[, header, code]) => {
    expect(await codeOf(open(craft({ header }), own))).toBe(code);
    expect(await codeOf(open(craft({ header }), own, tolerant))).toBe(code);
  });

  const good = craft({ header: gcm128 });
  const parts = good.split('.');
  it.each([
    ['four parts', parts.slice(0, 4).join('.')],
    ['six parts', `${good}.`],
    ['nothing', ''],
    ['only dots', '....'],
    ['a space at the end', `${good} `],
    ['a line break at the end', `${good}\n`],
    [
      'a line break inside a part',
      parts.with(1, `${parts[1]?.slice(0, 100)}\n${parts[1]?.slice(100)}`).join('.'),
    ],
    ['padding', parts.with(4, `${parts[4]}==`).join('.')],
    ['a part of impossible length', parts.with(3, 'AAAAA').join('.')],
    ['a letter outside the alphabet', parts.with(1, `${parts[1]?.slice(0, 341)}*`).join('.')],
    ['a letter beyond ASCII', parts.with(2, 'AAAAAAAAAAAAAAAé').join('.')],
    ['another spelling of the same tag', parts.with(4, respelled(parts[4] ?? '')).join('.')],
    ['another spelling of the same key', parts.with(1, respelled(parts[1] ?? '')).join('.')],
    ['a tag of 12 bytes', parts.with(4, randomBytes(12).toString('base64url')).join('.')],
    ['a tag of 4 bytes', parts.with(4, randomBytes(4).toString('base64url')).join('.')],
    ['a tag of 17 bytes', parts.with(4, randomBytes(17).toString('base64url')).join('.')],
    ['no tag', parts.with(4, '').join('.')],
    ['no IV', parts.with(2, '').join('.')],
    ['an IV of 8 bytes', parts.with(2, randomBytes(8).toString('base64url')).join('.')],
    ['an IV of 32 bytes', parts.with(2, randomBytes(32).toString('base64url')).join('.')],
  ])('a token with %s', async (_name, jwe) => {
    expect(await codeOf(open(jwe, own))).toBe('token-malformed');
    expect(await codeOf(open(jwe, own, tolerant))).toBe('token-malformed');
  });

  it.each([
    ['a letter outside the alphabet', '*'],
    ['a letter beyond ASCII', 'é'],
    ['a letter beyond Latin', '€'],
    ['a blank', ' '],
    ['a line break', '\n'],
    ['a tab', '\t'],
    ['NUL', '\0'],
    ['padding', '='],
    ['the other alphabet', '+'],
  ])('%s put into the ciphertext or in place of a letter of it', async (_name, letter) => {
    for (const deviating of [{}, { iv: randomBytes(16) }]) {
      const fields = craft({ header: gcm128, plaintext: Buffer.alloc(99, 7), ...deviating }).split('.');
      const [, , , ciphertext = ''] = fields;
      // Not where `-` stands: the other alphabet's `+` means the same.
      const at = 40 + ciphertext.slice(40).search(/[^-]/);
      for (const changed of [
        ciphertext.slice(0, at) + letter + ciphertext.slice(at),
        ciphertext.slice(0, at) + letter.repeat(4) + ciphertext.slice(at),
        ciphertext.slice(0, at) + letter + ciphertext.slice(at + 1),
      ]) {
        for (const options of [{}, tolerant]) {
          expect(['not-opened', 'token-malformed']).toContain(
            await codeOf(open(fields.with(3, changed).join('.'), own, options)),
          );
        }
      }
    }
  });

  it('what is no text', async () => {
    expect(await codeOf(open(Buffer.from(good) as unknown as string, own))).toBe('token-malformed');
  });

  it('a token longer than the limit, given or by default', async () => {
    expect(await codeOf(open(good, own, { maxLength: good.length - 1 }))).toBe('token-refused');
    expect(await codeOf(open(good, own, { maxLength: good.length }))).toBe('opened');
    expect(await codeOf(open('x'.repeat(16_777_217), own))).toBe('token-refused');
  });

  it("an enc outside of the caller's list, and a list with an unknown name", async () => {
    expect(await codeOf(open(good, own, { enc: ['A256GCM'] }))).toBe('token-refused');
    expect(await codeOf(open(good, own, { enc: ['A128GCM'] }))).toBe('opened');
    expect(await codeOf(open(good, own, { enc: ['A512GCM' as 'A128GCM'] }))).toBe('option-unfit');
    expect(await codeOf(open(good, own, { tolerate: 'everything' as 'mastercard-libraries' }))).toBe(
      'option-unfit',
    );
  });
});

/** The same bytes with the unused bits of the last letter set: what a lenient decoder takes for equal. */
function respelled(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(part.at(-1) ?? 'A');
  const other = `${part.slice(0, -1)}${alphabet[last | 1] === part.at(-1) ? '' : alphabet[last | 1]}`;
  if (!Buffer.from(other, 'base64url').equals(Buffer.from(part, 'base64url')))
    throw new Error('not a respelling');
  return other;
}

describe('every cryptographic failure is the same failure', () => {
  const parts = craft({ header: gcm128 }).split('.');
  const flip = (part: string) => {
    const bytes = Buffer.from(part, 'base64url');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    return bytes.toString('base64url');
  };
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const large = generateKeyPairSync('rsa', { modulusLength: 3072 });
  const sixteen = { iv: randomBytes(16) };
  const causes: readonly [string, string, OpenOptions?][] = [
    ['an altered wrapped key', parts.with(1, flip(parts[1] ?? '')).join('.')],
    ['no wrapped key', parts.with(1, '').join('.')],
    ['a wrapped key too short', parts.with(1, b64('short')).join('.')],
    ['a wrapped key too long', parts.with(1, Buffer.alloc(300).toString('base64url')).join('.')],
    ['a wrapped key of zeros', parts.with(1, Buffer.alloc(256).toString('base64url')).join('.')],
    ['an altered IV', parts.with(2, flip(parts[2] ?? '')).join('.')],
    ['altered ciphertext', parts.with(3, flip(parts[3] ?? '')).join('.')],
    ['no ciphertext', parts.with(3, '').join('.')],
    ['an altered tag', parts.with(4, flip(parts[4] ?? '')).join('.')],
    ['an altered header', parts.with(0, b64('{"alg":"RSA-OAEP-256","enc":"A128GCM" }')).join('.')],
    ['another key', craft({ header: gcm128, publicKey: stranger.publicKey })],
    ['a key of another size', craft({ header: gcm128, publicKey: large.publicKey })],
    ['a content key too long', craft({ header: gcm128, cek: randomBytes(32) })],
    ['a content key too short', craft({ header: { ...gcm128, enc: 'A256GCM' }, cek: randomBytes(16) })],
    ['an empty content key', craft({ header: gcm128, cek: Buffer.alloc(0) })],
    ['the other hash', craft({ header: gcm128, oaepHash: 'sha1' })],
    [
      'a GCM token said to be CBC',
      craft({
        header: { alg: 'RSA-OAEP-256', enc: 'A128CBC-HS256' },
        cek: randomBytes(32),
        iv: randomBytes(16),
      }),
    ],
    [
      'a 16-byte IV and another key',
      craft({ header: gcm128, publicKey: stranger.publicKey, ...sixteen }),
      tolerant,
    ],
    [
      'a 16-byte IV and a content key too long',
      craft({ header: gcm128, cek: randomBytes(24), ...sixteen }),
      tolerant,
    ],
    [
      'a 16-byte IV and no wrapped key',
      craft({ header: gcm128, encryptedKey: Buffer.alloc(0), ...sixteen }),
      tolerant,
    ],
    [
      'a 16-byte IV and an altered tag',
      craft({ header: gcm128, ...sixteen }).replace(/[^.]+$/, flip),
      tolerant,
    ],
  ];
  it.each(causes)('%s', async (...[, jwe, options]) => {
    const error = await open(jwe, own, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(NotOpenedError);
    expect(error).toMatchObject({ code: 'not-opened', message: 'The JWE did not open with this key' });
    expect(error).not.toHaveProperty('cause');
    expect(Object.keys(error as object).sort()).toEqual(['code', 'hint', 'name']);
  });
});

describe('the tolerant reading', () => {
  it('adds a 16-byte IV and the other base64 alphabet, for GCM only', async () => {
    const iv16 = craft({ header: gcm128, iv: randomBytes(16) });
    expect(await codeOf(open(iv16, own))).toBe('token-malformed');
    expect(await codeOf(open(iv16, own, tolerant))).toBe('opened');
    const slashed = `${craft({ header: { ...gcm128, x: '???>>>' }, plaintext: Buffer.alloc(300, 7) })}`;
    const [header = '', ...rest] = slashed.split('.');
    const standard = [header, ...rest.map((part) => part.replaceAll('-', '+').replaceAll('_', '/'))].join(
      '.',
    );
    expect(standard).toMatch(/[+/]/);
    expect(await codeOf(open(standard, own))).toBe('token-malformed');
    expect(await codeOf(open(standard, own, tolerant))).toBe('opened');
  });

  it('takes the header as it was received for the additional data', async () => {
    const header = '{"alg":"RSA-OAEP-256","enc":"A128GCM","x":"???"}';
    const encoded = Buffer.from(header).toString('base64');
    expect(encoded).toContain('/');
    const token = craft({ header });
    expect(await codeOf(open(token.replace(/^[^.]+/, encoded), own, tolerant))).toBe('not-opened');
  });

  it('does not touch CBC', async () => {
    const cbc = await new CompactEncrypt(Buffer.alloc(300, 7))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128CBC-HS256' })
      .encrypt(pair.publicKey);
    expect(await codeOf(open(cbc, own, tolerant))).toBe('opened');
    const [header = '', ...rest] = cbc.split('.');
    const standard = [header, ...rest.map((part) => part.replaceAll('-', '+').replaceAll('_', '/'))].join(
      '.',
    );
    expect(await codeOf(open(standard, own, tolerant))).toBe('token-malformed');
    const tag = cbc.split('.').with(4, randomBytes(16).toString('base64url')).join('.');
    expect(await codeOf(open(tag, own, tolerant))).toBe('not-opened');
  });
});
