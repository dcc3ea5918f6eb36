import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { readPrivateKey, readPublicKey } from '../src/index.ts';
import { folder, password, fixture, kept, failure } from './reading.ts';

describe('a failure names what was found and what fixes it', () => {
  const rows: readonly [string, string, { password?: string; alias?: string }, string, RegExp][] = [
    [
      'a wrong P12 password',
      'pbes2.p12',
      { password: 'wrong' },
      'password-wrong',
      /openssl pkcs12 -in .*pbes2\.p12/,
    ],
    ['a missing P12 password', 'pbes2.p12', {}, 'password-missing', /its password/],
    ['a wrong password without a MAC', 'no-mac.p12', { password: 'wrong' }, 'password-wrong', /password/],
    [
      'a wrong PKCS#8 password',
      'encrypted-pkcs8.pem',
      { password: 'wrong' },
      'password-wrong',
      /openssl pkey -in/,
    ],
    ['a missing PKCS#8 password', 'encrypted-pkcs8.pem', {}, 'password-missing', /encrypted private key/],
    ['a missing PKCS#1 password', 'encrypted-pkcs1.pem', {}, 'password-missing', /encrypted private key/],
    ['an unknown alias', 'pbes2.p12', { password, alias: 'nobody' }, 'alias-unknown', /"first"/],
    ['two keys and no alias', 'two-keys.p12', { password: 'p4ssw0rd' }, 'several-keys', /"first", "second"/],
    [
      'a key under RC2',
      'rc2-key.p12',
      { password },
      'algorithm-unsupported',
      /RC2-128.*openssl pkcs12 -legacy/,
    ],
    [
      'a key under MD5 and DES',
      'encrypted-md5-des.pem',
      { password },
      'algorithm-unsupported',
      /MD5 with DES.*-provider legacy/,
    ],
    ['a trust store', 'trust-store.p12', { password }, 'wrong-kind', /1 certificate and no private key/],
    [
      'a certificate for a private key',
      'certificate.pem',
      {},
      'wrong-kind',
      /a certificate \(PEM\).*private key/,
    ],
  ];
  it.each(rows)('%s', async (...[, file, options, code, words]) => {
    const error = await failure(readPrivateKey({ file: kept(file) }, options));
    expect(error.code).toBe(code);
    expect(`${error.message}. ${error.hint}`).toMatch(words);
    expect(error.message).toContain(folder.path);
  });

  it.each([
    [
      'an OpenSSH private key',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----',
      'format-unsupported',
      /ssh-keygen -p -m PKCS8/,
    ],
    [
      'an OpenSSH public key',
      'ssh-rsa AAAAB3NzaC1yc2E= me@here',
      'format-unsupported',
      /ssh-keygen -e -m PKCS8/,
    ],
    [
      'a certificate request',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
      'format-unsupported',
      /openssl req/,
    ],
    ['bare base64', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ==', 'format-unknown', /base64 -d/],
    ['half a PEM block', '-----BEGIN PRIVATE KEY-----\nAAAA', 'damaged', /both marker lines/],
    [
      'a PEM block of noise',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
      'damaged',
      /does not decode/,
    ],
    ['nothing', '', 'format-unknown', /empty/],
    ['prose', 'the key is in the vault', 'format-unknown', /neither PEM, DER, PKCS#12 nor JSON/],
    ['broken JSON', '{"kty":"RSA","d":"secret', 'damaged', /not/],
    ['other JSON', '{"hello":1}', 'format-unknown', /neither a JWK/],
    ['a public JWK', '{"kty":"RSA","n":"AQAB","e":"AQAB"}', 'wrong-kind', /member "d"/],
    [
      'a JWK without its numbers',
      '{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"}',
      'damaged',
      /dp, dq and qi/,
    ],
    ['a symmetric JWK', '{"kty":"oct","k":"AAAA"}', 'wrong-kind', /symmetric/],
    ['an empty set', '{"keys":[]}', 'kid-unknown', /none/],
  ] satisfies [string, string, string, RegExp][])('%s', async (...[, text, code, words]) => {
    const error = await failure(readPrivateKey({ text }));
    expect(error.code).toBe(code);
    expect(`${error.message}. ${error.hint}`).toMatch(words);
  });

  it('a P12 whose alias was changed by someone without the password', async () => {
    const bytes = readFileSync(fixture('pbes2.p12'));
    const at = bytes.indexOf(Buffer.from('first', 'utf16le').swap16());
    expect(at).toBeGreaterThan(0);
    bytes.write('g', at + 1);
    expect((await failure(readPrivateKey({ bytes }, { password }))).code).toBe('password-wrong');
  });

  it('a Java key store, by its first bytes', async () => {
    const error = await failure(readPrivateKey({ bytes: Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2) }));
    expect(error).toMatchObject({
      code: 'format-unsupported',
      hint: expect.stringContaining('keytool -importkeystore'),
    });
  });

  it("a file that is not there, with the system's reason as cause", async () => {
    const error = await failure(readPrivateKey({ file: folder.file('none.pem') }));
    expect(error).toMatchObject({
      code: 'file-unreadable',
      found: 'no such file',
      cause: { code: 'ENOENT' },
    });
  });

  it('a public key in a file for everybody, which is the wrong file and not one to protect', async () => {
    const file = folder.file('public.pem');
    writeFileSync(file, readFileSync(fixture('certificate.pem')), { mode: 0o644 });
    expect((await failure(readPrivateKey({ file }))).code).toBe('wrong-kind');
  });

  it('a folder', async () => {
    const sub = temporaryFolder();
    chmodSync(sub.path, 0o700);
    expect((await failure(readPrivateKey({ file: sub.path }))).code).toBe('file-unreadable');
    sub[Symbol.dispose]();
  });

  it('a file far too large for a key', async () => {
    const file = folder.file('large.pem');
    writeFileSync(file, Buffer.alloc(1_200_000, 65), { mode: 0o600 });
    expect((await failure(readPrivateKey({ file }))).code).toBe('too-large');
    expect((await failure(readPublicKey({ bytes: Buffer.alloc(1_200_000) }))).code).toBe('too-large');
  });

  it('several private keys in one PEM file', async () => {
    const pem = readFileSync(fixture('bag-attributes.pem'), 'utf8');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const other = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect((await failure(readPrivateKey({ text: pem + other }))).code).toBe('several-keys');
  });

  it('a path that a shell would take apart is quoted in the command', async () => {
    const file = folder.file("it's a key.pem");
    copyFileSync(fixture('bag-attributes.pem'), file);
    chmodSync(file, 0o644);
    expect((await failure(readPrivateKey({ file }))).hint).toContain(String.raw`it'\''s a key.pem'`);
  });

  it('a private key where a public one belongs, in every container', async () => {
    const pem = readFileSync(fixture('bag-attributes.pem'), 'utf8');
    const key = createPrivateKey(pem);
    for (const source of [
      { text: pem },
      { file: fixture('open.p12') },
      { jwk: key.export({ format: 'jwk' }) },
      key,
    ]) {
      expect((await failure(readPublicKey(source))).code).toBe('wrong-kind');
    }
  });

  it('work that would take for ever is not begun', async () => {
    const der = readFileSync(fixture('encrypted-scrypt.der'));
    // scrypt with N = 16384, r = 8, p = 1; r and p become 127.
    const at = der.indexOf(Buffer.from([0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x08, 0x02, 0x01, 0x01]));
    expect(at).toBeGreaterThan(0);
    der[at + 6] = 127;
    der[at + 9] = 127;
    const error = await failure(readPrivateKey({ bytes: der }, { password }));
    expect(error).toMatchObject({
      code: 'algorithm-unsupported',
      found: expect.stringMatching(/264257536 iterations \(at most 2000000/),
    });
  });
});
