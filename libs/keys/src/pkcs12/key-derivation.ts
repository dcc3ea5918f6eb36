import { hash, pbkdf2Sync, scryptSync } from 'node:crypto';
import { type Digest, hmacs, schemes } from './algorithms.ts';
import type { Asn1 } from './asn1.ts';
import type { Budget } from './budget.ts';
import { UnsupportedAlgorithm } from './unsupported.ts';

/** What the derivation of RFC 7292 appendix B takes. */
export interface KdfInput {
  readonly digest: Digest;
  /** As bytes; see `passwords.ts`. */
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** RFC 7292 B.3: 1 a key, 2 an IV, 3 a MAC key. */
  readonly purpose: 1 | 2 | 3;
  readonly length: number;
}

/**
 * RFC 7292 B.2, with its letters: D the diversifier, S the salt, P the password, I = S || P, A_i = H^r(D ||
 * I).
 */
export function pkcs12Kdf({ digest, password, salt, iterations, purpose, length }: KdfInput): Uint8Array {
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

/**
 * The rounds that a key derivation of RFC 8018 or RFC 7914 asks for. Throws `UnsupportedAlgorithm` for
 * others.
 */
export function roundsOf(kdf: Asn1): number {
  const parameters = kdf.at(1);
  if (kdf.at(0).oid === schemes.pbkdf2) return parameters.at(1).integer;
  if (kdf.at(0).oid === schemes.scrypt)
    return parameters.at(1).integer * parameters.at(2).integer * parameters.at(3).integer;
  throw new UnsupportedAlgorithm(`key derivation ${kdf.at(0).oid}`);
}

/** Derives a key by PBKDF2 or scrypt. Throws `UnsupportedAlgorithm`. */
export function deriveKey(
  kdf: Asn1,
  password: string,
  { length, budget }: { length: number; budget: Budget },
): Uint8Array {
  budget.spend(roundsOf(kdf));
  const parameters = kdf.at(1);
  const salt = parameters.at(0).octets;
  if (kdf.at(0).oid === schemes.scrypt) {
    const [N, r, p] = [parameters.at(1).integer, parameters.at(2).integer, parameters.at(3).integer];
    return scryptSync(password, salt, length, { N, r, p, maxmem: 256 * N * r });
  }
  const prf = parameters.items.slice(2).find((item) => item.is('sequence'));
  const digest = prf === undefined ? 'sha1' : hmacs[prf.at(0).oid]?.name;
  if (digest === undefined) throw new UnsupportedAlgorithm('PBKDF2 with an unknown HMAC');
  return pbkdf2Sync(password, salt, parameters.at(1).integer, length, digest);
}

/**
 * The length of the key that PBKDF2's parameters name (RFC 8018 appendix A.2); undefined when they name none.
 */
export function keyLengthOf(kdf: Asn1): number | undefined {
  return kdf
    .at(1)
    .items.slice(2)
    .find((item) => item.is('integer'))?.integer;
}

/** The value repeated up to a whole number of blocks; empty stays empty. */
function filled(value: Uint8Array, block: number): Buffer {
  if (value.length === 0) return Buffer.alloc(0);
  return Buffer.alloc(block * Math.ceil(value.length / block), value);
}

/** I_j = (I_j + B + 1) mod 2^v, in place, big-endian. */
function addWithOne(part: Uint8Array, B: Uint8Array): void {
  let sum = 1;
  for (let index = part.length - 1; index >= 0; index--) {
    sum += (part[index] ?? 0) + (B[index] ?? 0);
    part[index] = sum & 0xff;
    sum >>= 8;
  }
}
