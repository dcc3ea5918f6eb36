import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { readPublicKey } from '@enrollkit/keys';
import * as fc from 'fast-check';
import * as jose from 'jose';
import { describe, expect, it } from 'vitest';
import { decryptionKey, encryptionKey, open, openJson, type SealAlgorithm, seal } from '../src/index.ts';
import { pieceBytes, shortBytes } from '../src/turns.ts';
import { codeOf } from './crafting.ts';

const certificate = join(import.meta.dirname, 'fixtures', 'peer.cert.pem');
const privateKeyFile = join(import.meta.dirname, 'fixtures', 'peer.key.pem');
const privateKey = createPrivateKey(readFileSync(privateKeyFile));
const own = decryptionKey(privateKey);
const large = {
  batch: Array.from({ length: 300 }, (_, n) => ({ n, name: 'Žofie', filler: 'x'.repeat(200) })),
};
const enrollment = {
  consumer: { firstName: 'Žofie', emailAddress: 'z@example.org' },
  card: { primaryAccountNumber: '5555555555554444' },
};

/** What is used of mastercard-client-encryption, which brings no types. */
interface OfficialLibrary {
  readonly JweEncryption: new (config: object) => {
    encrypt(
      endpoint: string,
      header: object,
      body: object,
    ): { readonly body: { readonly encryptedData: string } };
    readonly crypto: { encryptData(options: { data: string }): { readonly encryptedData: string } };
    decrypt(response: { readonly request: { readonly url: string }; readonly body: object }): unknown;
  };
}
const { JweEncryption } = createRequire(import.meta.url)('mastercard-client-encryption') as OfficialLibrary;
const config = {
  paths: [
    {
      path: '/*',
      toEncrypt: [{ element: '$', obj: '$' }],
      toDecrypt: [{ element: 'encryptedData', obj: '$' }],
    },
  ],
  mode: 'JWE',
  encryptedValueFieldName: 'encryptedData',
  publicKeyFingerprintType: 'publicKey',
  dataEncoding: 'base64',
  encryptionCertificate: certificate,
  privateKey: privateKeyFile,
};
const official = new JweEncryption(config);
const officialSeal = (plaintext: object) => official.encrypt('/x', {}, { ...plaintext }).body.encryptedData;
const officialOpen = (jwe: string) =>
  official.decrypt({ request: { url: '/x' }, body: { encryptedData: jwe } });

describe('mastercard-client-encryption 1.10.8', () => {
  it.each(['A128GCM', 'A256GCM'] satisfies SealAlgorithm[])('opens what we seal with %s', async (enc) => {
    const key = encryptionKey(await readPublicKey({ file: certificate }), { enc, cty: 'application/json' });
    for (const plaintext of [enrollment, large])
      expect(officialOpen(await seal(plaintext, key))).toEqual(plaintext);
  });

  it('opens any object we seal', async () => {
    const key = encryptionKey(await readPublicKey({ file: certificate }));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), async (value) => {
        const plain = JSON.parse(JSON.stringify(value), (_key, inner: unknown) =>
          Number.isInteger(inner) && !Number.isSafeInteger(inner) ? 0 : inner,
        ) as object;
        expect(JSON.stringify(officialOpen(await seal(plain, key)))).toBe(JSON.stringify(plain));
      }),
      { numRuns: 50 },
    );
  });

  it('seals what only the tolerant reading opens: its IV has 16 bytes', async () => {
    for (let round = 0; round < 30; round++) {
      const jwe = officialSeal({ ...enrollment, round });
      expect(await openJson(jwe as never, own, { tolerate: 'mastercard-libraries' })).toEqual({
        ...enrollment,
        round,
      });
      expect(await codeOf(open(jwe, own))).toBe('token-malformed');
    }
  });

  it('names the key in the same way', async () => {
    const [header = ''] = officialSeal(enrollment).split('.');
    const theirs = JSON.parse(Buffer.from(header, 'base64').toString()) as { kid: string };
    expect(encryptionKey(await readPublicKey({ file: certificate })).kid).toBe(theirs.kid);
  });
});

describe('jose', () => {
  it.each(['A128GCM', 'A256GCM'] satisfies SealAlgorithm[])('opens what we seal with %s', async (enc) => {
    const key = encryptionKey(await readPublicKey({ file: certificate }), { enc });
    for (const value of [enrollment, large]) {
      const { plaintext, protectedHeader } = await jose.compactDecrypt(await seal(value, key), privateKey);
      expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual(value);
      expect(protectedHeader).toEqual({ kid: own.kid, alg: 'RSA-OAEP-256', enc });
    }
  });

  it.each(['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256'])('seals with %s what we open', async (enc) => {
    const jwe = await new jose.CompactEncrypt(Buffer.from(JSON.stringify(enrollment)))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc })
      .encrypt(createPublicKey(privateKey));
    expect(await openJson(jwe as never, own)).toEqual(enrollment);
  });

  it.each(['A128GCM', 'A256GCM', 'A128CBC-HS256'])(
    'agrees on bytes of every length around those at which content is taken in pieces, with %s',
    async (enc) => {
      const lengths = [shortBytes, pieceBytes, 2 * pieceBytes].flatMap((one) => [one - 1, one, one + 1]);
      for (const length of [0, ...lengths]) {
        const bytes = new Uint8Array(randomBytes(length));
        const jwe = await new jose.CompactEncrypt(bytes)
          .setProtectedHeader({ alg: 'RSA-OAEP-256', enc })
          .encrypt(createPublicKey(privateKey));
        expect(Buffer.compare(await open(jwe, own), bytes)).toBe(0);
        if (enc === 'A128CBC-HS256') continue;
        const key = encryptionKey(createPublicKey(privateKey), { enc: enc as SealAlgorithm });
        const { plaintext } = await jose.compactDecrypt(await seal(bytes, key), privateKey);
        expect(Buffer.compare(plaintext, bytes)).toBe(0);
      }
    },
  );
});

describe('what only mastercard-client-encryption 1.10.8 does: it', () => {
  const wrongTag = (jwe: string) =>
    jwe.split('.').with(4, Buffer.alloc(16, 1).toString('base64url')).join('.');

  it('opens a CBC token whose tag is wrong (RFC 7518 5.2.2.2)', async () => {
    const jwe = await new jose.CompactEncrypt(Buffer.from('{"a":1}'))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128CBC-HS256' })
      .encrypt(createPublicKey(privateKey));
    expect(officialOpen(wrongTag(jwe))).toEqual({ a: 1 });
    expect(await codeOf(open(wrongTag(jwe), own))).toBe('not-opened');
  });

  it('takes a tag of 4 bytes (RFC 7518 5.3 requires 16)', async () => {
    const jwe = await seal({ a: 1 }, encryptionKey(await readPublicKey({ file: certificate })));
    const [tag = ''] = jwe.split('.').slice(4);
    const short = jwe
      .split('.')
      .with(4, Buffer.from(tag, 'base64url').subarray(0, 4).toString('base64url'))
      .join('.');
    expect(officialOpen(short)).toEqual({ a: 1 });
    expect(await codeOf(open(short, own))).toBe('token-malformed');
  });

  it('reads the numbers of a JSON text and writes other ones', async () => {
    const text = '{"primaryAccountNumber":5555555555554444123}';
    const theirs = official.crypto.encryptData({ data: text }).encryptedData;
    expect(Buffer.from(await open(theirs, own, { tolerate: 'mastercard-libraries' })).toString()).toBe(
      '{"primaryAccountNumber":5555555555554444000}',
    );
    const ours = await seal(text, encryptionKey(await readPublicKey({ file: certificate })));
    expect(Buffer.from(await open(ours, own)).toString()).toBe(text);
  });

  it('sends clear text where no path matches', () => {
    const elsewhere = new JweEncryption({
      ...config,
      paths: [{ path: '/other', toEncrypt: [{ element: '$', obj: '$' }], toDecrypt: [] }],
    });
    expect(JSON.stringify(elsewhere.encrypt('/x', {}, enrollment).body)).toContain('5555555555554444');
  });

  it('shows its private key', () => {
    expect(inspect(official, { depth: null })).toContain('BEGIN RSA PRIVATE KEY');
    expect(inspect(own, { depth: null, showHidden: true })).not.toContain('PRIVATE KEY');
  });
});
