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

/**
 * Sealing and opening one body: ours beside jose bare, beside mastercard-client-encryption, and beside the floor, which
 * is node:crypto on the thread that asks, with parsed keys and nothing checked. All write A256GCM. As `text`, JSON text
 * goes in and bytes come out, so that the encryption itself shows (the official library parses and prints JSON all the
 * same: it has no other way); as `object`, everybody also prints and parses JSON, which is most of the work from 100 kB
 * on. One contender after the other in each short round, so that a slow second hits all. The median round counts; the
 * best tenth stands beside it, for what a shared machine can do when it is left alone.
 */
export interface EncryptionRow {
  readonly operation: 'seal' | 'open';
  readonly form: Form;
  readonly bytes: number;
  readonly inFlight: number;
  /** Microseconds per body, by contender: median over the rounds. */
  readonly micros: Readonly<Record<ContenderName, number>>;
  /** The same, of the best tenth of the rounds. */
  readonly best: Readonly<Record<ContenderName, number>>;
}

/** What goes in and comes out. */
export type Form = 'text' | 'object';

/** Who is measured. */
export type ContenderName = 'ours' | 'jose' | 'official' | 'floor';

/** Plaintext sizes in bytes: a card, and batches of about 15, 150 and 1,500 records. */
export const sizes = [700, 10_000, 100_000, 1_000_000] as const;

interface Contender {
  readonly seal: (plaintext: unknown) => Promise<string> | string;
  readonly open: (jwe: string) => unknown;
}
type Contenders = Readonly<Record<ContenderName, Contender>>;

/** Measures every size, both ways and forms, alone and with eight in flight. Each cell takes about `cellMs` per contender. */
export async function measureEncryption(cellMs = 350): Promise<readonly EncryptionRow[]> {
  const rows: EncryptionRow[] = [];
  for (const form of ['text', 'object'] as const) {
    const contenders = contendersFor(
      form,
      join(import.meta.dirname, '../../../libs/encryption/test/fixtures'),
    );
    for (const bytes of sizes) {
      const plaintext = plaintextOf(bytes);
      const input = form === 'text' ? JSON.stringify(plaintext) : plaintext;
      const jwe = await contenders.jose.seal(input);
      for (const inFlight of [1, 8]) {
        const cell = { inFlight, cellMs };
        rows.push({
          operation: 'seal',
          form,
          bytes,
          inFlight,
          ...(await race(contenders, (one) => one.seal(input), cell)),
        });
        rows.push({
          operation: 'open',
          form,
          bytes,
          inFlight,
          ...(await race(contenders, (one) => one.open(jwe), cell)),
        });
      }
    }
  }
  return rows;
}

const names: readonly ContenderName[] = ['ours', 'jose', 'official', 'floor'];
const rounds = 41;

async function race(
  contenders: Contenders,
  action: (one: Contender) => unknown,
  { inFlight, cellMs }: { inFlight: number; cellMs: number },
): Promise<Pick<EncryptionRow, 'micros' | 'best'>> {
  const times: Record<ContenderName, number[]> = { ours: [], jose: [], official: [], floor: [] };
  const warm = await timeOf(() => action(contenders.ours), inFlight, inFlight);
  const count = inFlight * Math.max(1, Math.round((cellMs * 1000) / rounds / warm / inFlight));
  for (let round = -2; round < rounds; round += 1) {
    // In another order each time: whoever always came after the same one would pay for its garbage.
    for (const name of names.toSorted(() => Math.random() - 0.5)) {
      const time = await timeOf(() => action(contenders[name]), inFlight, count);
      if (round >= 0) times[name].push(time);
    }
  }
  const at = (share: number) => ({
    ours: quantile(times.ours, share),
    jose: quantile(times.jose, share),
    official: quantile(times.official, share),
    floor: quantile(times.floor, share),
  });
  return { micros: at(0.5), best: at(0.1) };
}

async function timeOf(action: () => unknown, inFlight: number, count: number): Promise<number> {
  const began = process.hrtime.bigint();
  for (let done = 0; done < count; done += inFlight)
    await Promise.all(Array.from({ length: inFlight }, action));
  return Number(process.hrtime.bigint() - began) / 1000 / count;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? Number.NaN;
}

/** A body like the real one, of about that many bytes as JSON. */
function plaintextOf(bytes: number): object {
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

/** How each form turns what a caller has into what a cipher takes, and back; `official` has ways of its own. */
const forms: Readonly<Record<Form, Ways>> = {
  text: { print: String, parse: (bytes) => bytes },
  object: { print: JSON.stringify, parse: (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as unknown },
};
interface Ways {
  readonly print: (input: unknown) => string;
  readonly parse: (bytes: Uint8Array) => unknown;
}

function contendersFor(form: Form, folder: string): Contenders {
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

if (import.meta.main) {
  console.log('microseconds per body, and how many times ours');
  for (const { operation, form, bytes, inFlight, micros, best } of await measureEncryption()) {
    const cells = (of: EncryptionRow['micros']) =>
      names
        .map(
          (name) =>
            `${name} ${of[name].toFixed(0).padStart(6)}${name === 'ours' ? '' : ` (${(of[name] / of.ours).toFixed(2)})`}`,
        )
        .join('  ');
    console.log(
      `${operation} ${form.padEnd(6)} ${String(bytes).padStart(7)} B, ${inFlight} in flight: ${cells(micros)}   best tenth: ${cells(best)}`,
    );
  }
}
