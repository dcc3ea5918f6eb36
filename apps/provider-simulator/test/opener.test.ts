import {
  constants,
  createCipheriv,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { casesOf, vectorFile, vectorFolder } from '@enrollkit/testkit';
import { describe, expect, test } from 'vitest';
import { JweError, openJwe } from '../src/families/shared/jwe-opener.ts';

interface MastercardCase {
  readonly id: string;
  readonly enc: string;
  readonly jwe: string;
  readonly key: string;
  readonly plaintext?: string;
}

interface WycheproofGroup {
  readonly comment: string;
  readonly private: Record<string, string>;
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly jwe: string;
    readonly pt: string;
    readonly result: string;
  }[];
}

const accepted = new Set(['A128GCM', 'A256GCM']);
const mastercard = casesOf<MastercardCase>('jwe-mastercard.json');
const wycheproof = casesOf<WycheproofGroup>('wycheproof-json_web_encryption_test.json', 'testGroups').filter(
  ({ comment }) => comment.startsWith('jwe_rsa_oaep'),
);
const wycheproofCases = wycheproof.flatMap((group) =>
  group.tests.map((one) => ({ ...one, key: group.private })),
);

describe.runIf(vectorFolder !== undefined)('published JWEs', () => {
  test('published JWEs are available', () => {
    expect(mastercard.length).toBeGreaterThan(10);
    expect(wycheproofCases.length).toBeGreaterThan(15);
  });

  test.each(mastercard.filter(({ enc }) => accepted.has(enc)))(
    "Mastercard's $id ($enc) is opened",
    async ({ jwe, key, plaintext }) => {
      expect((await openJwe(jwe, () => keyFile(key))).toString()).toBe(plaintext);
    },
  );

  test.each(mastercard.filter(({ enc }) => !accepted.has(enc)))(
    "Mastercard's $id ($enc) is refused",
    async ({ jwe, key }) => {
      await expect(openJwe(jwe, () => keyFile(key))).rejects.toThrow(JweError);
    },
  );

  test.each(wycheproofCases.filter(taken))(
    'Wycheproof $tcId $comment is opened',
    async ({ jwe, key, pt }) => {
      expect((await openJwe(jwe, () => createPrivateKey({ key, format: 'jwk' }))).toString('hex')).toBe(pt);
    },
  );

  test.each(wycheproofCases.filter((one) => !taken(one)))(
    'Wycheproof $tcId $comment is refused',
    async ({ jwe, key }) => {
      await expect(openJwe(jwe, () => createPrivateKey({ key, format: 'jwk' }))).rejects.toThrow(JweError);
    },
  );
});

function keyFile(name: string): KeyObject {
  return createPrivateKey(readFileSync(vectorFile(name)));
}

function taken({ jwe, result }: { readonly jwe: string; readonly result: string }): boolean {
  const { alg, enc } = JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString()) as {
    alg?: string;
    enc?: string;
  };
  return result === 'valid' && alg === 'RSA-OAEP-256' && accepted.has(enc ?? '');
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const part = (bytes: Buffer | string): string => Buffer.from(bytes).toString('base64url');

function sealByHand({
  ivBytes = 12,
  tagBytes = 16,
  more = {},
}: { ivBytes?: number; tagBytes?: number; more?: object } = {}): string {
  const key = randomBytes(16);
  const iv = randomBytes(ivBytes);
  const head = part(JSON.stringify({ alg: 'RSA-OAEP-256', enc: 'A128GCM', ...more }));
  const cipher = createCipheriv('aes-128-gcm', key, iv, { authTagLength: tagBytes }).setAAD(
    Buffer.from(head),
  );
  const ciphertext = Buffer.concat([cipher.update('hello'), cipher.final()]);
  const wrapped = publicEncrypt(
    { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    key,
  );
  return [head, part(wrapped), part(iv), part(ciphertext), part(cipher.getAuthTag())].join('.');
}

describe('own JWEs', () => {
  test.each([{}, { ivBytes: 16 }, { more: { keyId: 'old', iat: 1 } }, { more: { cty: 'application/json' } }])(
    'a JWE made with %j is opened',
    async (how) => {
      expect((await openJwe(sealByHand(how), () => privateKey)).toString()).toBe('hello');
    },
  );

  test.each([
    { ivBytes: 8 },
    { tagBytes: 12 },
    { more: { crit: ['exp'] } },
    { more: { zip: 'DEF' } },
    { more: { enc: 'A192GCM' } },
    { more: { alg: 'RSA-OAEP' } },
    { more: { kid: 7 } },
  ])('made with %j is refused', async (how) => {
    await expect(openJwe(sealByHand(how), () => privateKey)).rejects.toThrow(JweError);
  });

  test.each([0, 1, 2, 3, 4])('with one bit of part %i changed is refused', async (changed) => {
    const parts = sealByHand()
      .split('.')
      .map((text) => Buffer.from(text, 'base64url'));
    const victim = parts[changed];
    if (victim === undefined) throw new Error('a JWE has five parts');
    victim[victim.length - 2] = (victim[victim.length - 2] ?? 0) ^ 1;
    await expect(openJwe(parts.map(part).join('.'), () => privateKey)).rejects.toThrow(JweError);
  });

  test('a JWE for an unknown key is refused with the name of that key', async () => {
    const wanted: unknown[] = [];
    await openJwe(sealByHand({ more: { kid: 'mine' } }), (kid) => void wanted.push(kid)).catch(
      () => undefined,
    );
    expect(wanted).toEqual(['mine']);
  });
});
