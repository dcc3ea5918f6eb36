import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { decryptionKey, encryptionKey, type Jwe, open, openJson, seal } from '@enrollkit/encryption';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** What goes in and comes out. */
export type Form = 'text' | 'object';

/** Who is measured. */
export type ContenderName = 'ours' | 'jose' | 'official' | 'floor';

/** One way to seal and to open. */
export interface Contender {
  readonly seal: (plaintext: unknown) => Promise<string> | string;
  readonly open: (jwe: string) => unknown;
}
/** Everybody who is measured. */
export type Contenders = Readonly<Record<ContenderName, Contender>>;

/** A body like the real one, of about that many bytes as JSON. */
export function plaintextOf(bytes: number): object {
  const record = (n: number) => ({
    externalConsumerId: `consumer-${n}`,
    externalCardId: `card-${n}`,
    primaryAccountNumber: '5555555555554444',
    panExpirationMonth: '12',
    panExpirationYear: '2030',
    cardholderFullName: 'Žofie Nováková',
    billingAddress: { line1: `Main Street ${n}`, city: 'Praha', zip: '11000', countryCode: 'CZ' },
    emailAddress: `person.${n}@example.org`,
    mobilePhoneNumber: { countryCode: '420', phoneNumber: '601123456' },
  });
  const one = Buffer.byteLength(JSON.stringify(record(1000)));
  return {
    enrollmentData: Array.from({ length: Math.max(1, Math.round(bytes / one)) }, (_, n) => record(n)),
    filler: bytes < one * 2 ? 'x'.repeat(Math.max(0, bytes - one - 35)) : '',
  };
}

/**
 * How each form turns what a caller has into what a cipher takes, and back; `official` has ways of its own.
 */
const forms: Readonly<Record<Form, Ways>> = {
  text: { print: String, parse: (bytes) => bytes },
  object: { print: JSON.stringify, parse: (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as unknown },
};
interface Ways {
  readonly print: (input: unknown) => string;
  readonly parse: (bytes: Uint8Array) => unknown;
}

/** The contenders, all with the same key. */
export function contendersFor(form: Form): Contenders {
  const folder = join(import.meta.dirname, '../../../../libs/encryption/test/fixtures');
  const files = { certificate: join(folder, 'peer.cert.pem'), privateKey: join(folder, 'peer.key.pem') };
  const privateKey = createPrivateKey(readFileSync(files.privateKey));
  const keys = { privateKey, publicKey: createPublicKey(privateKey) };
  return {
    ours: ours(keys, form),
    jose: joseBare(keys, forms[form]),
    official: official(files),
    floor: floor(keys, forms[form]),
  };
}

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function ours({ publicKey, privateKey }: Keys, form: Form): Contender {
  const key = encryptionKey(publicKey, { enc: 'A256GCM' });
  const own = decryptionKey(privateKey);
  return {
    seal: (plaintext) => seal(plaintext, key),
    open: form === 'text' ? (jwe) => open(jwe, own) : (jwe) => openJson(jwe as Jwe<object>, own),
  };
}

function joseBare({ publicKey, privateKey }: Keys, { print, parse }: Ways): Contender {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' };
  const key = publicKey.toCryptoKey(algorithm, false, ['encrypt']);
  const own = privateKey.toCryptoKey(algorithm, false, ['decrypt']);
  const header = { kid: 'k', alg: 'RSA-OAEP-256', enc: 'A256GCM' };
  const encoder = new TextEncoder();
  return {
    seal: (plaintext) =>
      new CompactEncrypt(encoder.encode(print(plaintext))).setProtectedHeader(header).encrypt(key),
    open: async (jwe) => parse((await compactDecrypt(jwe, own)).plaintext),
  };
}

/** What is used of mastercard-client-encryption, which brings no types. */
interface OfficialLibrary {
  readonly JweEncryption: new (config: object) => {
    readonly crypto: {
      encryptData(options: { data: unknown }): { readonly encryptedData: string };
      decryptData(jwe: string): unknown;
    };
  };
}

/** Its core, without the walk through paths of a body that it does around it. */
function official(files: { certificate: string; privateKey: string }): Contender {
  const { JweEncryption } = createRequire(import.meta.url)('mastercard-client-encryption') as OfficialLibrary;
  const { crypto } = new JweEncryption({
    mode: 'JWE',
    paths: [
      {
        path: '/*',
        toEncrypt: [{ element: '$', obj: '$' }],
        toDecrypt: [{ element: 'encryptedData', obj: '$' }],
      },
    ],
    encryptedValueFieldName: 'encryptedData',
    publicKeyFingerprintType: 'publicKey',
    dataEncoding: 'base64',
    encryptionCertificate: files.certificate,
    privateKey: files.privateKey,
  });
  return {
    seal: (plaintext) => crypto.encryptData({ data: plaintext }).encryptedData,
    open: (jwe) => crypto.decryptData(jwe),
  };
}

function floor({ publicKey, privateKey }: Keys, { print, parse }: Ways): Contender {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const header = Buffer.from('{"kid":"k","alg":"RSA-OAEP-256","enc":"A256GCM"}').toString('base64url');
  return {
    seal: (plaintext) => {
      const [cek, iv] = [randomBytes(32), randomBytes(12)];
      const cipher = createCipheriv('aes-256-gcm', cek, iv).setAAD(Buffer.from(header));
      const ciphertext = Buffer.concat([cipher.update(print(plaintext), 'utf8'), cipher.final()]);
      const wrapped = publicEncrypt({ key: publicKey, oaepHash: 'sha256', padding }, cek);
      return [
        header,
        ...[wrapped, iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url')),
      ].join('.');
    },
    open: (jwe) => {
      const [head = '', ...rest] = jwe.split('.');
      const [wrapped, iv, ciphertext, tag] = rest.map((part) => Buffer.from(part, 'base64url'));
      if (wrapped === undefined || iv === undefined || ciphertext === undefined || tag === undefined)
        throw new Error('no token');
      const cek = privateDecrypt({ key: privateKey, oaepHash: 'sha256', padding }, wrapped);
      const decipher = createDecipheriv('aes-256-gcm', cek, iv, { authTagLength: 16 })
        .setAAD(Buffer.from(head))
        .setAuthTag(tag);
      return parse(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
    },
  };
}
