import { createCipheriv, createHmac, type KeyObject, randomBytes } from 'node:crypto';
import { pkcs12Kdf } from '../src/pkcs12/key-derivation.ts';

const ROUNDS = 100;
const sha1 = { name: 'sha1', block: 64, size: 20 };

/** How a file departs from what OpenSSL writes. */
export interface BcOptions {
  /** As bytes: UTF-16 with two zero bytes at the end, or whatever the producer thinks. */
  readonly password: Uint8Array;
  readonly alias?: string;
  /** Writes the alias as UTF8String instead of BMPString. */
  readonly utf8Alias?: boolean;
  /** A second bag with the same key under another alias. */
  readonly secondAlias?: string;
  /** Writes the encrypted key with indefinite lengths and in pieces. */
  readonly ber?: boolean;
  /** The rounds that the MAC says it needs. */
  readonly claimedRounds?: number;
  /**
   * A key in a part that is encrypted as a whole, and the rounds that it says it needs; `only` is no other.
   */
  readonly hidden?: { readonly claimedRounds: number; readonly only?: boolean };
  /** The tag of the alias instead of BMPString, with its bytes. */
  readonly rawAlias?: { readonly tag: number; readonly bytes: Uint8Array };
}

/** A PKCS#12 file with 3DES and a SHA-1 MAC, put together byte by byte. */
export function bcPkcs12(key: KeyObject, options: BcOptions): Uint8Array {
  const { alias = 'key', secondAlias, password, claimedRounds = ROUNDS } = options;
  const bags = [alias, ...(secondAlias === undefined ? [] : [secondAlias])].map((name) =>
    keyBag(key, name, options),
  );
  const { hidden } = options;
  const inClear = seq(oid('2a864886f70d010701'), tag(0xa0, octets(seq(...bags))));
  const inside = hidden && encryptedPart(keyBag(key, 'hidden', options), password);
  const safe = seq(...(inside ? [inside] : []), ...(hidden?.only === true ? [] : [inClear]));
  const salt = randomBytes(8);
  const macKey = pkcs12Kdf({ digest: sha1, password, salt, iterations: ROUNDS, purpose: 3, length: 20 });
  const mac = createHmac('sha1', macKey).update(safe).digest();
  const algorithm = seq(oid('2b0e03021a'), Buffer.from([5, 0]));
  return seq(
    Buffer.from([2, 1, 3]),
    seq(oid('2a864886f70d010701'), tag(0xa0, octets(safe))),
    seq(seq(algorithm, octets(mac)), octets(salt), integer(claimedRounds)),
  );
}

/** A PKCS#8 key under 3DES, which may say that it needs more rounds than it was made with. */
export function encryptedPkcs8(key: KeyObject, password: Uint8Array, claimedRounds?: number): Uint8Array {
  const { algorithm, encrypted } = encrypt(
    key.export({ type: 'pkcs8', format: 'der' }),
    password,
    claimedRounds,
  );
  return seq(algorithm, octets(encrypted));
}

/** Under 3DES, as RFC 7292 appendix C says. */
function encrypt(
  plaintext: Uint8Array,
  password: Uint8Array,
  claimedRounds: number = ROUNDS,
): { readonly algorithm: Uint8Array; readonly encrypted: Uint8Array } {
  const salt = randomBytes(8);
  const derive = (purpose: 1 | 2, length: number): Uint8Array =>
    pkcs12Kdf({ digest: sha1, password, salt, iterations: ROUNDS, purpose, length });
  const cipher = createCipheriv('des-ede3-cbc', derive(1, 24), derive(2, 8));
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return {
    algorithm: seq(oid('2a864886f70d010c0103'), seq(octets(salt), integer(claimedRounds))),
    encrypted,
  };
}

function encryptedPart(bags: Uint8Array, password: Uint8Array): Uint8Array {
  const { algorithm, encrypted } = encrypt(seq(bags), password);
  const content = seq(oid('2a864886f70d010701'), algorithm, tag(0x80, encrypted));
  return seq(oid('2a864886f70d010706'), tag(0xa0, seq(Buffer.from([2, 1, 0]), content)));
}

function keyBag(
  key: KeyObject,
  alias: string,
  { password, ber = false, utf8Alias = false, rawAlias, hidden }: BcOptions,
): Uint8Array {
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const claimed = alias === 'hidden' ? hidden?.claimedRounds : undefined;
  const { algorithm, encrypted } = encrypt(pkcs8, password, claimed);
  const body = ber
    ? indefinite(
        0x30,
        algorithm,
        indefinite(0x24, octets(encrypted.subarray(0, 700)), octets(encrypted.subarray(700))),
      )
    : seq(algorithm, octets(encrypted));
  const text =
    rawAlias !== undefined
      ? tag(rawAlias.tag, rawAlias.bytes)
      : utf8Alias
        ? tag(0x0c, Buffer.from(alias))
        : tag(0x1e, Buffer.from(alias, 'utf16le').swap16());
  const name = seq(oid('2a864886f70d010914'), tag(0x31, text));
  return seq(oid('2a864886f70d010c0a0102'), tag(0xa0, body), tag(0x31, name));
}

function tag(number: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([number, ...length]), body]);
}

const seq = (...content: readonly Uint8Array[]): Uint8Array => tag(0x30, ...content);
const octets = (bytes: Uint8Array): Uint8Array => tag(0x04, bytes);
const oid = (hex: string): Uint8Array => tag(0x06, Buffer.from(hex, 'hex'));

function integer(value: number): Uint8Array {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return tag(0x02, (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

function indefinite(number: number, ...content: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Buffer.from([number, 0x80]), ...content, Buffer.from([0, 0])]);
}
