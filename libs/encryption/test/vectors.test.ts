import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readPrivateKey, readPublicKey } from '@enrollkit/keys';
import { casesOf, readVectors, vectorFile, vectorFolder } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { decryptionKey, encryptionKey, type KeyAlgorithm, open, type OpenOptions } from '../src/index.ts';
import { type Fixed, type Header, sealBytes, sealerFor } from '../src/seal-bytes.ts';
import { openContent } from '../src/open-content.ts';
import { codeOf, craft, gcm128, pair } from './crafting.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const hex = (value: string) => new Uint8Array(Buffer.from(value, 'hex'));
const base64url = (value: string) => new Uint8Array(Buffer.from(value, 'base64url'));
const privateJwk = (jwk: Readonly<Record<string, unknown>>) => createPrivateKey({ key: jwk, format: 'jwk' });
const tolerant: OpenOptions = { tolerate: 'mastercard-libraries' };

/** The text that came out, or the code of the refusal. */
async function verdict(
  jwe: string,
  key: KeyObject,
  { alg = 'RSA-OAEP-256', ...options }: OpenOptions & { alg?: KeyAlgorithm } = {},
): Promise<string> {
  const opening = open(jwe, decryptionKey(key, { alg }), options);
  return opening.then(text, () => codeOf(opening));
}

describe.skipIf(vectorFolder === undefined)("the tokens of Mastercard's own test suites", () => {
  interface Case {
    readonly id: string;
    readonly jwe: string;
    readonly key: string;
    readonly plaintext?: string;
    readonly strictDecoderShould: 'accept' | 'reject';
    readonly tolerantDecoderShould: 'accept' | 'reject';
  }
  const cases = casesOf<Case>('jwe-mastercard.json');
  const keyOf = (one: Case) => createPrivateKey(readFileSync(vectorFile(one.key)));

  it('are fifteen, eight of which a strict reader takes', () => {
    expect(cases).toHaveLength(15);
    expect(cases.filter((one) => one.strictDecoderShould === 'accept')).toHaveLength(8);
  });
  it.each(cases)('$id, read strictly: $strictDecoderShould', async (one) => {
    const refused = one.plaintext === undefined ? 'token-refused' : 'token-malformed';
    expect(await verdict(one.jwe, keyOf(one))).toBe(
      one.strictDecoderShould === 'accept' ? one.plaintext : refused,
    );
  });
  it.each(cases)('$id, read tolerantly: $tolerantDecoderShould', async (one) => {
    expect(await verdict(one.jwe, keyOf(one), tolerant)).toBe(
      one.tolerantDecoderShould === 'accept' ? one.plaintext : 'token-refused',
    );
  });
});

describe.skipIf(vectorFolder === undefined)("the RFCs' examples", () => {
  interface A1 {
    readonly jwk: Readonly<Record<string, unknown>>;
    readonly jwe: string;
    readonly plaintext: string;
    readonly protectedHeader: string;
    readonly cekBase64url: string;
    readonly ivBase64url: string;
  }
  interface Cookbook {
    readonly input: { readonly plaintext: string; readonly key: Readonly<Record<string, unknown>> };
    readonly generated: { readonly cek: string; readonly iv: string };
    readonly encrypting_content: { readonly protected: Header };
    readonly output: { readonly compact: string };
  }

  it('RFC 7516 A.1 opens, and sealed again with its key and IV gives the same header, IV, ciphertext and tag', async () => {
    const vector = readVectors<A1>('jwe-rfc7516-a1.json');
    const key = privateJwk(vector.jwk);
    expect(await verdict(vector.jwe, key, { alg: 'RSA-OAEP' })).toBe(vector.plaintext);
    const fixed = { cek: base64url(vector.cekBase64url), iv: base64url(vector.ivBase64url) };
    const header = JSON.parse(vector.protectedHeader) as Header;
    const again = await sealedAs(vector.plaintext, header, { key, fixed });
    expect(without(again)).toBe(without(vector.jwe));
    expect(await verdict(again, key, { alg: 'RSA-OAEP' })).toBe(vector.plaintext);
  });

  it('RFC 7520 5.2 likewise', async () => {
    const vector = readVectors<Cookbook>('rfc7520-5.2-rsa-oaep-a256gcm.json');
    const key = privateJwk(vector.input.key);
    expect(await verdict(vector.output.compact, key, { alg: 'RSA-OAEP' })).toBe(vector.input.plaintext);
    const fixed = { cek: base64url(vector.generated.cek), iv: base64url(vector.generated.iv) };
    const { protected: header } = vector.encrypting_content;
    const again = await sealedAs(vector.input.plaintext, header, { key, fixed });
    expect(without(again)).toBe(without(vector.output.compact));
    expect(await verdict(again, key, { alg: 'RSA-OAEP' })).toBe(vector.input.plaintext);
  });

  /** All of a token but its wrapped key, which is random. */
  const without = (jwe: string) => jwe.split('.').toSpliced(1, 1).join('.');
  const sealedAs = (plaintext: string, header: Header, { key, fixed }: { key: KeyObject; fixed: Fixed }) =>
    sealBytes(Buffer.from(plaintext), sealerFor(createPublicKey(key), header), fixed);
});

describe.skipIf(vectorFolder === undefined)("the wrapped keys of Mastercard's interoperability tests", () => {
  interface Case {
    readonly oaepHash: 'sha256' | 'sha512';
    readonly wrappedBase64: string;
    readonly unwrappedBase64: string;
  }
  it.each(casesOf<Case>('rsa-oaep-unwrap.json'))(
    '$oaepHash',
    async ({ oaepHash, wrappedBase64, unwrappedBase64 }) => {
      const key = createPrivateKey(readFileSync(vectorFile('keys/mc-enc-rsa2048.private.pkcs8.pem')));
      const alg = oaepHash === 'sha256' ? 'RSA-OAEP-256' : 'RSA-OAEP-512';
      const token = craft({
        header: { alg, enc: 'A128GCM' },
        cek: Buffer.from(unwrappedBase64, 'base64'),
        encryptedKey: Buffer.from(wrappedBase64, 'base64'),
      });
      expect(await verdict(token, key, { alg })).toBe('{}');
    },
  );
});

describe.skipIf(vectorFolder === undefined)('the kid in the header', () => {
  interface Case {
    readonly cert: string;
    readonly publicKeySha256Hex: string;
    readonly certificateSha256Hex: string;
    readonly certificateSha256Base64: string;
  }
  const large = casesOf<Case>('kid-fingerprints.json').filter(({ cert }) => !cert.includes('1024'));
  it.each(large)('of $cert follows the rule asked for', async (one) => {
    const key = await readPublicKey({ file: vectorFile(one.cert) });
    expect(encryptionKey(key).kid).toBe(one.publicKeySha256Hex);
    expect(encryptionKey(key, { kid: { rule: 'certificate-sha256-hex' } }).kid).toBe(
      one.certificateSha256Hex,
    );
    expect(encryptionKey(key, { kid: { rule: 'certificate-sha256-base64' } }).kid).toBe(
      one.certificateSha256Base64,
    );
  });
  it('is not made for a key too small to seal with', async () => {
    const key = await readPublicKey({ file: vectorFile('keys/mc-enc-rsa1024.cert.pem') });
    expect(() => encryptionKey(key)).toThrow(/2048 to 16384 bits.*1024 bits/);
    const half = await readPrivateKey({
      bytes: readFileSync(vectorFile('keys/mc-enc-rsa1024.private.pkcs8.pem')),
    });
    expect(() => decryptionKey(half)).toThrow(/2048 to 16384 bits.*1024 bits/);
  });
});

describe.skipIf(vectorFolder === undefined)('Wycheproof', () => {
  interface Test {
    readonly tcId: number;
    readonly comment: string;
    readonly jwe: string;
    readonly pt?: string;
    readonly enc: string;
    readonly result: 'valid' | 'invalid';
  }
  interface Group {
    readonly comment: string;
    readonly private: Readonly<Record<string, unknown>>;
    readonly tests: readonly Test[];
  }
  const groups = casesOf<Group>('wycheproof-json_web_encryption_test.json', 'testGroups');
  const flat = groups.flatMap((group) =>
    group.tests.map((test) => ({ ...test, group: group.comment, jwk: group.private })),
  );
  const rsa = flat.filter(({ group }) => group.startsWith('jwe_rsa_oaep'));
  /** Valid, and left out on purpose: nobody in this house writes them. */
  const notRead = new Set(['A192CBC-HS384', 'A256CBC-HS512']);

  it('has the groups this rests on', () => {
    expect(rsa.filter(({ group }) => group === 'jwe_rsa_oaep_256')).toHaveLength(13);
    expect(rsa.filter(({ group }) => group === 'jwe_rsa_oaep_modified')).toHaveLength(7);
  });

  it.each(rsa)('JWE $tcId $group $comment ($enc): $result', async ({ jwe, jwk, pt, result, enc }) => {
    const expected =
      result === 'invalid' || notRead.has(enc) ? 'token-refused' : Buffer.from(pt ?? '', 'hex').toString();
    const alg = jwk['alg'] as KeyAlgorithm;
    expect(await verdict(jwe, privateJwk(jwk), { alg })).toBe(expected);
    expect(await verdict(jwe, privateJwk(jwk), { alg, ...tolerant })).toBe(expected);
  });

  it('JWE for any other key never opens with an RSA key', async () => {
    const key = decryptionKey(privateJwk(rsa.find(({ group }) => group === 'jwe_rsa_oaep_256')?.jwk ?? {}));
    const outcomes = await Promise.all(
      flat.filter(({ group }) => !group.startsWith('jwe_rsa_oaep')).map(({ jwe }) => codeOf(open(jwe, key))),
    );
    expect(
      outcomes.filter(
        (code) =>
          code !== 'token-refused' &&
          code !== 'not-opened' &&
          code !== 'token-malformed' &&
          code !== 'kid-refused',
      ),
    ).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(90);
  });

  interface OaepGroup {
    readonly privateKeyPkcs8: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly ct: string;
      readonly label: string;
      readonly result: string;
    }[];
  }
  const oaep = casesOf<OaepGroup>(
    'wycheproof-rsa_oaep_2048_sha256_mgf1sha256_test.json',
    'testGroups',
  ).flatMap((group) => group.tests.map((test) => ({ ...test, der: hex(group.privateKeyPkcs8) })));

  it('RSA-OAEP has 37 tests, among them a content key of 32 bytes', () => {
    expect(oaep).toHaveLength(37);
    expect(oaep.filter(({ msg, result }) => msg.length === 64 && result === 'valid')).not.toHaveLength(0);
  });
  it.each(oaep)(
    'RSA-OAEP $tcId ($result): opens only with a whole key, unwrapped without a label',
    async ({ msg, ct, label, result, der }) => {
      const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
      const cek = hex(msg);
      const enc = { 16: 'A128GCM', 32: 'A256GCM' }[cek.length] ?? 'A128GCM';
      const token = craft({ header: { alg: 'RSA-OAEP-256', enc }, cek, encryptedKey: hex(ct) });
      const whole = result === 'valid' && label === '' && (cek.length === 16 || cek.length === 32);
      expect(await verdict(token, key)).toBe(whole ? '{}' : 'not-opened');
      expect(
        await verdict(
          craft({ header: { alg: 'RSA-OAEP-256', enc }, cek, encryptedKey: hex(ct), iv: new Uint8Array(16) }),
          key,
          tolerant,
        ),
      ).toBe(whole ? '{}' : 'not-opened');
    },
  );

  interface GcmGroup {
    readonly ivSize: number;
    readonly tests: readonly (Readonly<
      Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag' | 'result', string>
    > & { readonly tcId: number })[];
  }
  const gcm = casesOf<GcmGroup>('wycheproof-aes256gcm-iv96-iv128.json', 'groups').flatMap(
    ({ ivSize, tests }) => tests.map((test) => ({ ...test, ivSize })),
  );

  it('AES-GCM has 66 tests with a 12-byte and 19 with a 16-byte IV', () => {
    expect([96, 128].map((size) => gcm.filter(({ ivSize }) => ivSize === size).length)).toEqual([66, 19]);
  });
  it.each(gcm)('AES-GCM $tcId, IV of $ivSize bits: $result', async (one) => {
    const sealed = { ciphertext: Buffer.from(one.ct, 'hex').toString('base64url'), tag: hex(one.tag) };
    const key = { cek: hex(one.key), iv: hex(one.iv), aad: hex(one.aad) };
    const opening = openContent(sealed, 'A256GCM', key);
    const outcome = await opening.then(
      (bytes) => Buffer.from(bytes).toString('hex'),
      () => 'refused',
    );
    expect(outcome).toBe(one.result === 'valid' ? one.msg : 'refused');
  });
});

it('a crafted token is a good one until it is bent', async () => {
  const key = decryptionKey(pair.privateKey);
  expect(text(await open(craft({ header: gcm128 }), key))).toBe('{}');
});
