import { createDecipheriv, createHmac, hash, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Asn1 } from './asn1.ts';

/** Password-based encryption as PKCS#12 files use it: RFC 7292 appendix B, RFC 8018 (PBES2), RFC 9579 (PBMAC1). */

/** An algorithm we know by name and do not run, or do not know at all. */
export class UnsupportedAlgorithm extends Error {
  override readonly name = 'UnsupportedAlgorithm';
}

/** The block size RFC 7292 B.2 calls v, by digest, and the digest's own length u, both in bytes. */
const digests = {
  '1.3.14.3.2.26': { name: 'sha1', block: 64, size: 20 },
  '2.16.840.1.101.3.4.2.4': { name: 'sha224', block: 64, size: 28 },
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', block: 64, size: 32 },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', block: 128, size: 48 },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', block: 128, size: 64 },
} as const;
type Digest = (typeof digests)[keyof typeof digests];

const hmacs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

const ciphers: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32 },
};

const pbes2 = '1.2.840.113549.1.5.13';
const pbmac1 = '1.2.840.113549.1.5.14';
const pbkdf2 = '1.2.840.113549.1.5.12';
const scrypt = '1.3.6.1.4.1.11591.4.11';
const tripleDes = '1.2.840.113549.1.12.1.3';

/** Schemes that OpenSSL 3 keeps in its legacy provider, by the name a person would look up. */
const retired: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.12.1.1': 'RC4-128',
  '1.2.840.113549.1.12.1.2': 'RC4-40',
  '1.2.840.113549.1.12.1.4': 'two-key 3DES',
  '1.2.840.113549.1.12.1.5': 'RC2-128',
  '1.2.840.113549.1.12.1.6': 'RC2-40',
  '1.2.840.113549.1.5.3': 'MD5 with DES',
  '1.2.840.113549.1.5.6': 'MD5 with RC2',
  '1.2.840.113549.1.5.10': 'SHA-1 with DES',
  '1.2.840.113549.1.5.11': 'SHA-1 with RC2',
};

/**
 * The most iterations (or scrypt N*r*p) a file may ask for: well over what any exporter writes, and seconds of
 * work at most. Without a limit a damaged file stops the process for hours.
 */
const maxWork = 2_000_000;

/** Refuses an encryption scheme that would not open here, or would take for ever. */
export function checkScheme(algorithm: Asn1): void {
  const oid = algorithm.at(0).oid;
  if (retired[oid] !== undefined) throw new UnsupportedAlgorithm(retired[oid]);
  if (oid === tripleDes) return checkWork(algorithm.at(1).at(1).integer);
  if (oid !== pbes2) throw new UnsupportedAlgorithm(`scheme ${oid}`);
  const kdf = algorithm.at(1).at(0);
  const parameters = kdf.at(1);
  if (kdf.at(0).oid === pbkdf2) return checkWork(parameters.at(1).integer);
  if (kdf.at(0).oid !== scrypt) throw new UnsupportedAlgorithm(`key derivation ${kdf.at(0).oid}`);
  return checkWork(parameters.at(1).integer * parameters.at(2).integer * parameters.at(3).integer);
}

function checkWork(work: number): void {
  if (work < 1 || work > maxWork)
    throw new UnsupportedAlgorithm(`${work} iterations (at most ${maxWork} are read)`);
}

/**
 * Decrypts the content of an EncryptedData with a password. Throws `UnsupportedAlgorithm` for schemes not read;
 * any other throw means a wrong password or damage, which look alike.
 */
export function decryptContent(algorithm: Asn1, ciphertext: Uint8Array, password: string): Uint8Array {
  checkScheme(algorithm);
  if (algorithm.at(0).oid === tripleDes) {
    const salt = algorithm.at(1).at(0).octets;
    const iterations = algorithm.at(1).at(1).integer;
    const derive = (purpose: 1 | 2, length: number) =>
      pkcs12Kdf({
        digest: digests['1.3.14.3.2.26'],
        password: bmpPassword(password),
        salt,
        iterations,
        purpose,
        length,
      });
    return decipher('des-ede3-cbc', { key: derive(1, 24), iv: derive(2, 8) }, ciphertext);
  }
  const encryption = algorithm.at(1).at(1);
  const cipher = ciphers[encryption.at(0).oid];
  if (cipher === undefined) throw new UnsupportedAlgorithm(`cipher ${encryption.at(0).oid}`);
  const key = derivePbkdf2(algorithm.at(1).at(0), password, cipher.keyBytes);
  return decipher(cipher.name, { key, iv: encryption.at(1).octets }, ciphertext);
}

function decipher(
  name: string,
  { key, iv }: { key: Uint8Array; iv: Uint8Array },
  ciphertext: Uint8Array,
): Uint8Array {
  const machine = createDecipheriv(name, key, iv);
  return Buffer.concat([machine.update(ciphertext), machine.final()]);
}

function derivePbkdf2(kdf: Asn1, password: string, keyBytes: number): Uint8Array {
  if (kdf.at(0).oid !== pbkdf2) throw new UnsupportedAlgorithm(`key derivation ${kdf.at(0).oid}`);
  const parameters = kdf.at(1);
  const iterations = parameters.at(1).integer;
  checkWork(iterations);
  const prf = parameters.items.slice(2).find((item) => item.is('sequence'));
  const digest = prf === undefined ? 'sha1' : hmacs[prf.at(0).oid];
  if (digest === undefined) throw new UnsupportedAlgorithm('PBKDF2 with an unknown PRF');
  return pbkdf2Sync(password, parameters.at(0).octets, iterations, keyBytes, digest);
}

/** Whether the password fits the file's MAC (RFC 7292 section 4; PBMAC1 of RFC 9579). */
export function macFits(macData: Asn1, content: Uint8Array, password: string): boolean {
  const algorithm = macData.at(0).at(0);
  const expected = macData.at(0).at(1).octets;
  const computed =
    algorithm.at(0).oid === pbmac1
      ? pbmac1Of(algorithm.at(1), content, password)
      : pkcs12MacOf(macData, content, password);
  return computed.some((mac) => mac.length === expected.length && timingSafeEqual(mac, expected));
}

function pbmac1Of(parameters: Asn1, content: Uint8Array, password: string): readonly Uint8Array[] {
  const digest = hmacs[parameters.at(1).at(0).oid];
  if (digest === undefined) throw new UnsupportedAlgorithm('PBMAC1 with an unknown HMAC');
  const keyBytes = Object.values(digests).find(({ name }) => name === digest)?.size ?? 32;
  return [
    createHmac(digest, derivePbkdf2(parameters.at(0), password, keyBytes))
      .update(content)
      .digest(),
  ];
}

function pkcs12MacOf(macData: Asn1, content: Uint8Array, password: string): readonly Uint8Array[] {
  const oid = macData.at(0).at(0).at(0).oid;
  const digest = Object.entries(digests).find(([known]) => known === oid)?.[1];
  if (digest === undefined) throw new UnsupportedAlgorithm(`MAC digest ${oid}`);
  const iterations = macData.optional(2)?.integer ?? 1;
  checkWork(iterations);
  // No password is written as two zero bytes by some producers and as nothing by others; both are in use.
  const spellings = password === '' ? [bmpPassword(''), new Uint8Array()] : [bmpPassword(password)];
  return spellings.map((spelling) => {
    const salt = macData.at(1).octets;
    const key = pkcs12Kdf({ digest, password: spelling, salt, iterations, purpose: 3, length: digest.size });
    return createHmac(digest.name, key).update(content).digest();
  });
}

/** RFC 7292 B.1: UTF-16 big-endian with two zero bytes at the end. */
function bmpPassword(password: string): Uint8Array {
  return Buffer.from(`${password}\0`, 'utf16le').swap16();
}

interface KdfInput {
  readonly digest: Digest;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** RFC 7292 B.3: 1 a key, 2 an IV, 3 a MAC key. */
  readonly purpose: 1 | 2 | 3;
  readonly length: number;
}

/** RFC 7292 B.2, with its letters: D the diversifier, S the salt, P the password, I = S || P, A_i = H^r(D || I). */
function pkcs12Kdf({ digest, password, salt, iterations, purpose, length }: KdfInput): Uint8Array {
  const v = digest.block;
  const I = Buffer.concat([filled(salt, v), filled(password, v)]);
  const D = Buffer.alloc(v, purpose);
  const output: Uint8Array[] = [];
  for (let made = 0; made < length; made += digest.size) {
    let A: Uint8Array = hash(digest.name, Buffer.concat([D, I]), 'buffer');
    for (let round = 1; round < iterations; round++) A = hash(digest.name, A, 'buffer');
    output.push(A);
    const B = filled(A, v).subarray(0, v);
    for (let start = 0; start < I.length; start += v) addWithOne(I.subarray(start, start + v), B);
  }
  return Buffer.concat(output).subarray(0, length);
}

/** The value repeated up to a whole number of blocks; empty stays empty. */
function filled(value: Uint8Array, block: number): Buffer {
  if (value.length === 0) return Buffer.alloc(0);
  return Buffer.alloc(block * Math.ceil(value.length / block), value);
}

/** I_j = (I_j + B + 1) mod 2^v, in place, big-endian. */
function addWithOne(part: Uint8Array, B: Uint8Array): void {
  let carry = 1;
  for (let index = part.length - 1; index >= 0; index--) {
    carry += (part[index] ?? 0) + (B[index] ?? 0);
    part[index] = carry & 0xff;
    carry >>= 8;
  }
}
