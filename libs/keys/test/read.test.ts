import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PrivateKey, PublicKey, readPrivateKey, readPublicKey } from '../src/index.ts';
import { folder, password, rsaSha256, fixture, kept, failure } from './reading.ts';

describe('readPrivateKey opens', () => {
  const whole = ['pbes2.p12', 'sha512-mac.p12', '3des.p12', 'pbmac1.p12', 'no-mac.p12', 'open.p12'];
  it.each(whole)('%s, with alias and certificate', async (name) => {
    const key = await readPrivateKey({ file: kept(name) }, { password });
    expect(key.describe()).toEqual({
      half: 'private',
      type: 'rsa',
      bits: 2048,
      container: 'pkcs12',
      alias: 'first',
      publicKeySha256: rsaSha256,
      notAfter: '2051-07-14T21:53:52.000Z',
    });
  });

  it('a P12 with an empty password, given or not', async () => {
    const file = kept('empty-password.p12');
    expect((await readPrivateKey({ file })).publicKeySha256).toBe(rsaSha256);
    expect((await readPrivateKey({ file }, { password: '' })).publicKeySha256).toBe(rsaSha256);
  });

  it('the key an alias names, each with its own certificate', async () => {
    const file = kept('two-keys.p12');
    const first = await readPrivateKey({ file }, { password: 'p4ssw0rd', alias: 'first' });
    const second = await readPrivateKey({ file }, { password: 'p4ssw0rd', alias: 'second' });
    expect([first.describe().type, second.describe().type]).toEqual(['rsa', 'ec']);
    expect(first.certificate?.subject).toBe('CN=one');
    expect(second.certificate?.subject).toBe('CN=two');
  });

  it.each([
    ['encrypted-pkcs8.pem', 'pkcs8-encrypted-pem'],
    ['encrypted-scrypt.der', 'pkcs8-encrypted-der'],
    ['encrypted-pkcs1.pem', 'pkcs1-pem'],
    ['bag-attributes.pem', 'pkcs8-pem'],
  ])('%s', async (name, container) => {
    const key = await readPrivateKey({ file: kept(name) }, { password });
    expect(key.describe()).toMatchObject({ container, publicKeySha256: rsaSha256 });
  });

  it('an EC key in SEC1, PEM and DER', async () => {
    const pem = await readPrivateKey({ file: kept('ec-sec1.pem') });
    const der = await readPrivateKey({ file: kept('ec-sec1.der') });
    expect(pem.key.asymmetricKeyType).toBe('ec');
    expect(der.publicKeySha256).toBe(pem.publicKeySha256);
  });

  it('the certificate that stands beside the key in a PEM file', async () => {
    expect((await readPrivateKey({ file: kept('bag-attributes.pem') })).notAfter).toEqual(
      new Date('2051-07-14T21:53:52Z'),
    );
  });

  it('a JWK with its kid, as object, text and in a set by kid', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', use: 'enc', alg: 'RSA-OAEP-256' };
    const other = {
      ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
      kid: 'k2',
    };
    const asObject = await readPrivateKey({ jwk });
    const asText = await readPrivateKey({ text: `\uFEFF ${JSON.stringify(jwk)}` });
    const inSet = await readPrivateKey({ text: JSON.stringify({ keys: [other, jwk] }) }, { kid: 'k1' });
    expect(asObject).toMatchObject({ kid: 'k1', use: 'enc', alg: 'RSA-OAEP-256', container: 'jwk' });
    expect(new Set([asObject, asText, inSet].map((key) => key.publicKeySha256)).size).toBe(1);
    expect(inSet.container).toBe('jwk-set');
  });

  it('a KeyObject, and signs with what it read', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = await readPrivateKey(privateKey);
    expect(key.key).toBe(privateKey);
    expect(key.publicKey).toBeInstanceOf(PublicKey);
    expect(key.matches(key.publicKey)).toBe(true);
    expect(key.matches((await readPrivateKey({ file: kept('open.p12') })).publicKey)).toBe(false);
  });
});

describe('readPublicKey opens', () => {
  const certificate = readFileSync(fixture('certificate.pem'), 'utf8');
  const spki = createPublicKey(certificate);
  it.each([
    ['a certificate (PEM)', { text: certificate }],
    ['a certificate (DER)', { bytes: new X509Certificate(certificate).raw }],
    ['SPKI (PEM)', { text: String(spki.export({ type: 'spki', format: 'pem' })) }],
    ['SPKI (DER)', { bytes: spki.export({ type: 'spki', format: 'der' }) }],
    ['PKCS#1 (PEM)', { file: fixture('public-pkcs1.pem') }],
    ['PKCS#1 (DER)', { bytes: spki.export({ type: 'pkcs1', format: 'der' }) }],
    ['a JWK', { jwk: spki.export({ format: 'jwk' }) }],
    ['a KeyObject', spki],
  ])('%s', async (_name, source) => {
    const key = await readPublicKey(source);
    expect(key).toBeInstanceOf(PublicKey);
    expect(key.publicKeySha256).toBe(rsaSha256);
  });

  it('and tells when a certificate expires', async () => {
    expect((await readPublicKey({ text: certificate })).notAfter).toEqual(new Date('2051-07-14T21:53:52Z'));
    expect((await readPublicKey(spki)).notAfter).toBeUndefined();
  });
});

describe('a private key that others can read', () => {
  it.each([0o640, 0o604, 0o660, 0o644])('is refused at mode %o, unless told', async (mode) => {
    const file = kept('bag-attributes.pem');
    chmodSync(file, mode);
    const error = await failure(readPrivateKey({ file }));
    expect(error).toMatchObject({
      code: 'file-readable-by-others',
      hint: expect.stringContaining(`chmod 600 ${file}`),
    });
    expect(await readPrivateKey({ file }, { allowReadableByOthers: true })).toBeInstanceOf(PrivateKey);
  });
  it('is no matter for public keys', async () => {
    const file = folder.file('world.pem');
    writeFileSync(file, readFileSync(fixture('certificate.pem')), { mode: 0o644 });
    expect(await readPublicKey({ file })).toBeInstanceOf(PublicKey);
  });
});
