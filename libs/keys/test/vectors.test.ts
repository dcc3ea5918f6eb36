import { readFileSync } from 'node:fs';
import { casesOf, vectorFile, vectorFolder } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { KeyError, readPrivateKey, readPublicKey } from '../src/index.ts';

interface LoadingCase {
  readonly file: string;
  readonly container: string;
  readonly password?: string;
  readonly alias?: string;
  readonly publicKeySha256Hex?: string;
  readonly expect?: 'error';
}

interface FingerprintCase {
  readonly cert: string;
  readonly publicKeySha256Hex: string;
  readonly certificateSha256Hex: string;
  readonly certificateSha256Base64: string;
}

describe.skipIf(vectorFolder === undefined)('the published key files', () => {
  it.each(casesOf<LoadingCase>('key-loading.json'))('$file ($container) $password', async (one) => {
    const options = {
      ...(one.password === undefined ? {} : { password: one.password }),
      ...(one.alias === undefined ? {} : { alias: one.alias }),
    };
    const verdict = await readPrivateKey({ bytes: readFileSync(vectorFile(one.file)) }, options).then(
      (key) => key.publicKeySha256,
      (error: unknown) => (error instanceof KeyError ? 'error' : error),
    );
    expect(verdict).toBe(one.expect ?? one.publicKeySha256Hex);
  });

  it('are fourteen', () => expect(casesOf('key-loading.json')).toHaveLength(14));

  it('give the expiry of the certificate where its bag is readable', async () => {
    const key = await readPrivateKey(
      { bytes: readFileSync(vectorFile('keys/mc-oauth2-signing.p12')) },
      { password: 'keyalias1', alias: 'keyalias1' },
    );
    expect(key.notAfter).toEqual(new Date('2026-11-24T16:52:32Z'));
  });
});

describe.skipIf(vectorFolder === undefined)('the published key ids', () => {
  it.each(casesOf<FingerprintCase>('kid-fingerprints.json'))('$cert', async (one) => {
    const key = await readPublicKey({ bytes: readFileSync(vectorFile(one.cert)) });
    expect(key.kidBy('public-key-sha256')).toBe(one.publicKeySha256Hex);
    expect(key.kidBy('certificate-sha256-hex')).toBe(one.certificateSha256Hex);
    expect(key.kidBy('certificate-sha256-base64')).toBe(one.certificateSha256Base64);
    expect(key.kidBy('jwk')).toBeUndefined();
  });
});
