import { keyFilesInUse } from './key-files-in-use.ts';
import { type KeyFile, password, refused } from './key-files.ts';

const given = { password };
const p12 = (name: string, args: readonly string[], options: KeyFile['options'] = given): KeyFile => ({
  name: `P12, ${name}`,
  make: (maker) => maker.p12(args, options?.password ?? ''),
  options,
  outcome: 'read',
});
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
    'aria-256-cbc',
    'sm4-cbc',
    'aes-256-cfb',
    'aes-192-ofb',
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
const rsa = (...args: readonly string[]): string[] => ['rsa', '-in', 'key.pem', ...args, ...withLegacy];

const pemAndDer: readonly KeyFile[] = [
  pkcs8('in clear', ['-nocrypt']),
  pkcs8('in clear, DER', ['-nocrypt', '-outform', 'DER']),
  ...[
    'aes-128-cbc',
    'aes-256-cbc',
    'des3',
    'camellia-256-cbc',
    'aria-128-cbc',
    'sm4-cbc',
    'aes-128-cfb',
    'aes-256-ofb',
  ].map((cipher) => pkcs8(`PBES2 with ${cipher}`, ['-v2', cipher])),
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
  refused('algorithm-unsupported', {
    name: 'PKCS#1, encrypted with DES',
    make: (maker) => maker.made('pem', ...rsa('-traditional', '-des', '-passout', `pass:${password}`)),
    options: given,
    outcome: 'read',
  }),
  refused('format-unsupported', {
    name: "as Microsoft's tools write it, PVK",
    make: (maker) => maker.made('key', ...rsa('-outform', 'PVK', '-pvk-none')),
    outcome: 'read',
  }),
  refused('format-unsupported', {
    name: "as Microsoft's tools write it, MSBLOB",
    make: (maker) => maker.made('key', ...rsa('-outform', 'MSBLOB')),
    outcome: 'read',
  }),
  refused('format-unsupported', {
    name: 'a Diffie-Hellman key',
    make: (maker) => maker.made('pem', 'genpkey', '-algorithm', 'DHX', '-pkeyopt', 'dh_rfc5114:2'),
    outcome: 'read',
  }),
  { name: 'SEC1', make: (maker) => maker.made('pem', 'ec', '-in', 'ec.pem'), outcome: 'read' },
  {
    name: 'SEC1, DER',
    make: (maker) => maker.made('der', 'ec', '-in', 'ec.pem', '-outform', 'DER'),
    outcome: 'read',
  },
];

/** Every kind of key file, by whatever writes it. */
export const keyFiles: readonly KeyFile[] = [...byOpenssl, ...legacy, ...pemAndDer, ...keyFilesInUse];
