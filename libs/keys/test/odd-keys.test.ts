import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type KeySource, readPrivateKey, readPublicKey } from '../src/index.ts';
import { fixture } from './reading.ts';

const pem = readFileSync(fixture('bag-attributes.pem'), 'utf8');
const key = createPrivateKey(pem);
const pkcs8 = String(key.export({ type: 'pkcs8', format: 'pem' }));
const pkcs1 = String(key.export({ type: 'pkcs1', format: 'pem' }));
const jwk = key.export({ format: 'jwk' });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' });

const isRead = async (source: KeySource, password?: string): Promise<boolean> => {
  const read = await readPrivateKey(source, password === undefined ? {} : { password });
  return createPublicKey(read.key).export({ type: 'spki', format: 'pem' }) === spki;
};

describe('a private key is read', () => {
  it.each([
    ['in UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${pkcs8}`, 'utf16le')],
    ['in UTF-16, the other way round', Buffer.from(`\ufeff${pkcs8}`, 'utf16le').swap16()],
    ['in PKCS#1 under the label of PKCS#8', Buffer.from(pkcs1.replaceAll('RSA PRIVATE', 'PRIVATE'))],
    ['in PKCS#8 under the label of an EC key', Buffer.from(pkcs8.replaceAll('PRIVATE', 'EC PRIVATE'))],
    ['in both forms, one after the other', Buffer.from(pkcs8 + pkcs1)],
  ])('%s', async (_name, bytes) => expect(await isRead({ bytes })).toBe(true));

  it('encrypted as PKCS#1 in a YAML file, whose indentation stands before its headers too', async () => {
    const options = { type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pw' } as const;
    const text = `key: |\n${String(key.export(options)).replaceAll(/^/gm, '    ')}`;
    expect(await isRead({ text }, 'pw')).toBe(true);
  });

  it.each(['pkcs1', 'pkcs8'] as const)(
    'encrypted as %s, by a password with the newline of its file',
    async (type) => {
      const options = { type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pw' } as const;
      expect(await isRead({ text: String(key.export(options)) }, 'pw\n')).toBe(true);
    },
  );
});

describe('an RSA key whose numbers do not belong together is damaged', () => {
  it.each([
    ['a private exponent of another key', { ...jwk, d: other.d, dp: other.dp, dq: other.dq, qi: other.qi }],
    ['a modulus of another key', { ...jwk, n: other.n }],
  ])('%s', async (_name, bent) => {
    await expect(readPrivateKey({ jwk: bent })).rejects.toMatchObject({ code: 'damaged' });
  });

  it('a bit changed in the modulus of a DER file', async () => {
    const bytes = Buffer.from(key.export({ type: 'pkcs1', format: 'der' }));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await expect(readPrivateKey({ bytes })).rejects.toMatchObject({ code: 'damaged' });
  });

  it('a public key without a modulus', async () => {
    await expect(readPublicKey({ jwk: { kty: 'RSA', n: '', e: 'AQAB' } })).rejects.toMatchObject({
      code: 'damaged',
    });
  });
});

describe('the certificate in a JWK', () => {
  const certificate = new X509Certificate(readFileSync(fixture('certificate.pem')));
  const own = { ...certificate.publicKey.export({ format: 'jwk' }), kid: 'k' };
  const x5c = [certificate.raw.toString('base64')];

  it('is that of the key, with its expiry and the kids made of it', async () => {
    const read = await readPublicKey({ jwk: { ...own, x5c } });
    expect(read.notAfter).toEqual(new Date(certificate.validTo));
    expect(read.kidBy('certificate-sha256-hex')).toMatch(/^[\da-f]{64}$/);
  });

  it('makes no usable key when it is that of another one (RFC 7517, section 4.7)', async () => {
    const { n, e, kty } = other;
    await expect(readPublicKey({ jwk: { kty, n, e, kid: 'k', x5c } })).rejects.toMatchObject({
      code: 'damaged',
      found: 'a JWK with the kid "k" with the certificate (x5c) of another key',
    });
  });

  it('is as if it were not there when it cannot be read', async () => {
    expect((await readPublicKey({ jwk: { ...own, x5c: ['AAAA'] } })).certificate).toBeUndefined();
  });
});

describe('what is handed over instead of a key is called what it is', () => {
  it('a PEM in base64, as Kubernetes shows it', async () => {
    const text = Buffer.from(pkcs8).toString('base64');
    await expect(readPrivateKey({ text })).rejects.toMatchObject({
      code: 'format-unknown',
      found: 'bare base64',
    });
  });

  it('an encrypted key whose scrypt needs more memory than OpenSSL gives it', async () => {
    const bytes = readFileSync(fixture('encrypted-scrypt.der'));
    // r = 8, p = 1
    const at = bytes.indexOf(Buffer.from('020108020101', 'hex'));
    bytes[at + 2] = 64;
    await expect(readPrivateKey({ bytes }, { password: 'pw' })).rejects.toMatchObject({
      code: 'algorithm-unsupported',
      found: expect.stringMatching(/scrypt with \d{3} MB$/),
    });
  });

  it('PKCS#7 and certificate requests in DER', async () => {
    const pkcs7 = Buffer.from('300f06092a864886f70d010702a0023000', 'hex');
    // CertificationRequest { { 0, {}, {}, [0] }, {}, bits }
    const request = Buffer.from('3011300902010030003000a000300003020000', 'hex');
    for (const bytes of [pkcs7, request])
      await expect(readPrivateKey({ bytes })).rejects.toMatchObject({ code: 'format-unsupported' });
  });
});
