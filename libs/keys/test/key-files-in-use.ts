import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bcPkcs12 } from './bouncy-castle.ts';
import { hasKeytool, type KeyFile, password, refused } from './key-files.ts';

const given = { password };

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
    name: 'a PKCS#7 bundle with text before it',
    make: (maker) =>
      maker.written('p7', `subject=x\n${maker.text('public.pem').replaceAll('PUBLIC KEY', 'PKCS7')}`),
    outcome: 'format-unsupported',
  },
  {
    name: 'parameters and no key',
    make: (maker) => maker.made('pem', 'ecparam', '-name', 'prime256v1'),
    outcome: 'format-unsupported',
  },
  {
    name: 'a PEM that was cut off',
    make: (maker) => maker.written('pem', maker.text('key.pem').slice(0, 400)),
    outcome: 'damaged',
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

/** What people have, other than straight from OpenSSL. */
export const keyFilesInUse: readonly KeyFile[] = [
  ...asPeopleKeepThem,
  ...likeBouncyCastle,
  ...(hasKeytool ? byKeytool : []),
];
