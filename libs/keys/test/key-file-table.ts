import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hasKeytool, type KeyFile, password } from './key-files.ts';
import { bcPkcs12 } from './bouncy-castle.ts';

const given = { password };
const p12 = (name: string, args: readonly string[], options: KeyFile['options'] = given): KeyFile => ({
  name: `P12, ${name}`,
  make: (maker) => maker.p12(args, options?.password ?? ''),
  options,
  outcome: 'read',
});
/** The same file, refused with that code. */
const refused = (outcome: string, file: KeyFile): KeyFile => ({ ...file, outcome });
const both = (scheme: string): string[] => ['-keypbe', scheme, '-certpbe', scheme];

const byOpenssl: readonly KeyFile[] = [
  p12('as OpenSSL 3 writes it', []),
  ...[
    'md5',
    'sha1',
    'sha224',
    'sha384',
    'sha512',
    'sha512-256',
    'sha3-224',
    'sha3-256',
    'sha3-384',
    'sha3-512',
  ].map((digest) => p12(`MAC of ${digest}`, ['-macalg', digest])),
  ...[
    'aes-128-cbc',
    'aes-192-cbc',
    'aes-256-cbc',
    'camellia-128-cbc',
    'camellia-192-cbc',
    'camellia-256-cbc',
    'des-ede3-cbc',
  ].map((cipher) => p12(`PBES2 with ${cipher}`, both(cipher))),
  p12('3DES, SHA-1', [...both('PBE-SHA1-3DES'), '-macalg', 'sha1']),
  p12('two-key 3DES', both('PBE-SHA1-2DES')),
  p12('nothing encrypted, with a MAC', both('NONE')),
  p12('no MAC', ['-nomac']),
  p12('nothing encrypted, no MAC', [...both('NONE'), '-nomac']),
  p12('one round', ['-noiter', '-nomaciter']),
  p12('300,000 rounds', ['-iter', '300000']),
  p12('an alias in UTF-8', ['-name', 'schlüssel €'], { password, alias: 'Schlüssel €' }),
  refused(
    'alias-unknown',
    p12('an alias that it does not have', ['-name', 'one'], { password, alias: 'two' }),
  ),
  p12('no certificate', ['-nocerts']),
  p12('a chain', ['-certfile', 'ca.pem']),
  refused('wrong-kind', p12('certificates only', ['-nokeys'])),
  p12('an empty password, not given', [], {}),
  p12('an empty password, given', [], { password: '' }),
  p12('an empty password, 3DES', both('PBE-SHA1-3DES'), { password: '' }),
  { ...p12('the password of a file, with its newline', []), options: { password: `${password}\n` } },
  { ...p12('another password', []), outcome: 'password-wrong', options: { password: 'no' } },
  { ...p12('no password given', []), outcome: 'password-missing', options: {} },
];

const legacy: readonly KeyFile[] = [
  p12('as -legacy writes it: 3DES key, RC2 certificate', ['-legacy']),
  ...[
    'PBE-SHA1-RC2-40',
    'PBE-SHA1-RC2-128',
    'PBE-SHA1-RC4-40',
    'PBE-SHA1-RC4-128',
    'PBE-MD5-DES',
    'PBE-SHA1-DES',
    'PBE-MD5-RC2-64',
  ].map((scheme) =>
    refused('algorithm-unsupported', p12(`key under ${scheme}`, ['-legacy', '-keypbe', scheme])),
  ),
];

const pkcs8 = (name: string, args: readonly string[]): KeyFile => ({
  name: `PKCS#8, ${name}`,
  make: (maker) =>
    maker.made('pkcs8', 'pkcs8', '-topk8', '-in', 'key.pem', '-passout', `pass:${password}`, ...args),
  options: given,
  outcome: 'read',
});
const withLegacy = ['-provider', 'legacy', '-provider', 'default'];

const pemAndDer: readonly KeyFile[] = [
  pkcs8('in clear', ['-nocrypt']),
  pkcs8('in clear, DER', ['-nocrypt', '-outform', 'DER']),
  ...['aes-128-cbc', 'aes-256-cbc', 'des3', 'camellia-256-cbc'].map((cipher) =>
    pkcs8(`PBES2 with ${cipher}`, ['-v2', cipher]),
  ),
  pkcs8('HMAC-SHA-512', ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA512']),
  pkcs8('scrypt', ['-scrypt']),
  pkcs8('scrypt, DER', ['-scrypt', '-outform', 'DER']),
  pkcs8('3DES of PKCS#12', ['-v1', 'PBE-SHA1-3DES']),
  refused('algorithm-unsupported', pkcs8('MD5 and DES', ['-v1', 'PBE-MD5-DES', ...withLegacy])),
  refused('algorithm-unsupported', pkcs8('RC4', ['-v1', 'PBE-SHA1-RC4-128', ...withLegacy])),
  refused('algorithm-unsupported', pkcs8('PBES2 with RC2', ['-v2', 'rc2', ...withLegacy])),
  {
    ...pkcs8('another password', ['-v2', 'aes-256-cbc']),
    options: { password: 'no' },
    outcome: 'password-wrong',
  },
  { ...pkcs8('no password given', ['-v2', 'aes-256-cbc']), options: {}, outcome: 'password-missing' },
  {
    name: 'PKCS#1',
    make: (maker) => maker.made('pem', 'rsa', '-traditional', '-in', 'key.pem'),
    outcome: 'read',
  },
  {
    name: 'PKCS#1, DER',
    make: (maker) => maker.made('der', 'rsa', '-traditional', '-outform', 'DER', '-in', 'key.pem'),
    outcome: 'read',
  },
  ...['-aes128', '-des3'].map(
    (cipher): KeyFile => ({
      name: `PKCS#1, encrypted with ${cipher.slice(1)}`,
      make: (maker) =>
        maker.made('pem', 'rsa', '-traditional', cipher, '-passout', `pass:${password}`, '-in', 'key.pem'),
      options: given,
      outcome: 'read',
    }),
  ),
  { name: 'SEC1', make: (maker) => maker.made('pem', 'ec', '-in', 'ec.pem'), outcome: 'read' },
  {
    name: 'SEC1, DER',
    make: (maker) => maker.made('der', 'ec', '-in', 'ec.pem', '-outform', 'DER'),
    outcome: 'read',
  },
];

const asPeopleKeepThem: readonly KeyFile[] = [
  {
    name: 'a PEM with \\n in letters',
    make: (maker) => maker.written('pem', maker.text('key.pem').replaceAll('\n', String.raw`\n`)),
    outcome: 'read',
  },
  {
    name: 'a PEM on one line with blanks',
    make: (maker) => maker.written('pem', maker.text('key.pem').replaceAll('\n', ' ')),
    outcome: 'read',
  },
  {
    name: 'a PEM in quotes',
    make: (maker) => maker.written('pem', JSON.stringify(maker.text('key.pem'))),
    outcome: 'read',
  },
  {
    name: 'a PEM with CRLF and a byte order mark',
    make: (maker) => maker.written('pem', `\ufeff${maker.text('key.pem').replaceAll('\n', '\r\n')}`),
    outcome: 'read',
  },
  {
    name: 'a PEM with text around it',
    make: (maker) =>
      maker.written(
        'pem',
        `Bag Attributes\n  x: y\n${maker.text('cert.pem')}\nkey:\n${maker.text('key.pem')}`,
      ),
    outcome: 'read',
  },
  {
    name: 'a P12 with a line break at its end',
    make: (maker) => maker.written('p12', Buffer.concat([readFileSync(maker.p12([])), Buffer.from('\r\n')])),
    options: given,
    outcome: 'read',
  },
  {
    name: 'half a P12',
    make: (maker) => maker.written('p12', readFileSync(maker.p12([])).subarray(0, 900)),
    options: given,
    outcome: 'damaged',
  },
  {
    name: 'a P12 in base64',
    make: (maker) => maker.written('p12', readFileSync(maker.p12([])).toString('base64')),
    options: given,
    outcome: 'format-unknown',
  },
  {
    name: 'a JWK',
    make: (maker) =>
      maker.written('jwk', JSON.stringify(createPrivateKey(maker.text('key.pem')).export({ format: 'jwk' }))),
    outcome: 'read',
  },
  {
    name: 'a JWK set',
    make: (maker) =>
      maker.written(
        'jwks',
        JSON.stringify({
          keys: [{ ...createPrivateKey(maker.text('key.pem')).export({ format: 'jwk' }), kid: 'k' }],
        }),
      ),
    options: { kid: 'k' },
    outcome: 'read',
  },
  {
    name: 'a public key',
    make: (maker) => maker.written('pem', maker.text('public.pem')),
    outcome: 'wrong-kind',
  },
  {
    name: 'a certificate',
    make: (maker) => maker.written('pem', maker.text('cert.pem')),
    outcome: 'wrong-kind',
  },
  {
    name: 'a certificate request',
    make: (maker) => maker.written('pem', maker.text('request.pem')),
    outcome: 'format-unsupported',
  },
  {
    name: 'a PKCS#7 bundle',
    make: (maker) => maker.made('p7', 'crl2pkcs7', '-nocrl', '-certfile', 'cert.pem'),
    outcome: 'format-unsupported',
  },
  {
    name: 'two keys in one PEM',
    make: (maker) => maker.written('pem', maker.text('key.pem') + maker.text('ec.pem')),
    outcome: 'several-keys',
  },
  { name: 'an empty file', make: (maker) => maker.written('pem', ''), outcome: 'format-unknown' },
  { name: 'a directory', make: (maker) => maker.directory(), outcome: 'file-unreadable' },
  { name: 'no file', make: (maker) => maker.path('none.pem'), outcome: 'file-unreadable' },
];

const store = { password: 'changeit' };
const byKeytool: readonly KeyFile[] = [
  { name: 'keytool', make: (maker) => maker.keyStore(['one']), options: store, outcome: 'read' },
  {
    name: 'keytool, an alias in capitals',
    make: (maker) => maker.keyStore(['MyKeyAlias']),
    options: { ...store, alias: 'MyKeyAlias' },
    outcome: 'read',
  },
  {
    name: 'keytool, two keys, one named',
    make: (maker) => maker.keyStore(['one', 'two']),
    options: { ...store, alias: 'TWO' },
    outcome: 'read',
  },
  {
    name: 'keytool, two keys, none named',
    make: (maker) => maker.keyStore(['one', 'two']),
    options: store,
    outcome: 'several-keys',
  },
  {
    name: 'keytool, as Java 8 wrote it',
    make: (maker) => maker.keyStore(['one'], { java: ['-J-Dkeystore.pkcs12.legacy'] }),
    options: store,
    outcome: 'read',
  },
  {
    name: 'keytool, a trust store',
    make: (maker) => maker.trustStore(),
    options: store,
    outcome: 'wrong-kind',
  },
  {
    name: 'keytool, JKS',
    make: (maker) => maker.keyStore(['one'], { type: 'JKS' }),
    options: store,
    outcome: 'format-unsupported',
  },
  {
    name: 'keytool, JCEKS',
    make: (maker) => maker.keyStore(['one'], { type: 'JCEKS' }),
    options: store,
    outcome: 'format-unsupported',
  },
];

const bc = (
  name: string,
  change: Parameters<typeof bcPkcs12>[1],
  options: NonNullable<KeyFile['options']>,
): KeyFile => ({
  name: `like Bouncy Castle, ${name}`,
  make: (maker) => maker.written('p12', bcPkcs12(createPrivateKey(maker.text('key.pem')), change)),
  options,
  outcome: 'read',
});
const likeBouncyCastle: readonly KeyFile[] = [
  bc('an empty password of no bytes', { password: new Uint8Array() }, { password: '' }),
  bc('an empty password of two bytes', { password: Buffer.from([0, 0]) }, { password: '' }),
  bc('a key bag in BER', { password: utf16('pw'), ber: true }, { password: 'pw' }),
  bc(
    'an alias in UTF8String',
    { password: utf16('pw'), alias: 'äöü', utf8Alias: true },
    { password: 'pw', alias: 'ÄÖÜ' },
  ),
  bc(
    'a password in widened UTF-8, as OpenSSL 1.0',
    { password: utf16(Buffer.from('pä€').toString('latin1')) },
    { password: 'pä€' },
  ),
  bc(
    'two aliases that differ in case, one named exactly',
    { password: utf16('pw'), alias: 'Key', secondAlias: 'kEY' },
    { password: 'pw', alias: 'Key' },
  ),
  refused(
    'several-keys',
    bc(
      'two aliases that differ in case, named in a third',
      { password: utf16('pw'), alias: 'Key', secondAlias: 'kEY' },
      { password: 'pw', alias: 'KEY' },
    ),
  ),
  refused(
    'algorithm-unsupported',
    bc('five million rounds', { password: utf16('pw'), claimedRounds: 5_000_000 }, { password: 'pw' }),
  ),
];

function utf16(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}

/** Every kind of key file, by whatever writes it. */
export const keyFiles: readonly KeyFile[] = [
  ...byOpenssl,
  ...legacy,
  ...pemAndDer,
  ...asPeopleKeepThem,
  ...likeBouncyCastle,
  ...(hasKeytool ? byKeytool : []),
];
