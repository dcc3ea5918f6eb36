import { createDecipheriv, createHmac, getCipherInfo, timingSafeEqual } from 'node:crypto';
import { ciphers, digests, hmacs, retired, schemes, tripleDes } from './algorithms.ts';
import type { Asn1 } from './asn1.ts';
import type { Budget } from './budget.ts';
import { deriveKey, keyLengthOf, pkcs12Kdf, roundsOf } from './key-derivation.ts';
import type { Spelling } from './passwords.ts';
import { UnsupportedAlgorithm } from './unsupported.ts';

/**
 * Password-based encryption as PKCS#12 files use it: RFC 7292 appendix B, RFC 8018 (PBES2), RFC 9579
 * (PBMAC1).
 */

const SHA1 = { name: 'sha1', block: 64, size: 20 };

/** What opens a file: how the password is written, and the rounds that are left. */
export interface Opening {
  readonly spelling: Spelling;
  readonly budget: Budget;
}

/**
 * The rounds that an encryption scheme asks for. Throws `UnsupportedAlgorithm` for one that would not open
 * here.
 */
export function schemeRounds(algorithm: Asn1): number {
  const oid = algorithm.at(0).oid;
  if (retired[oid] !== undefined) throw new UnsupportedAlgorithm(retired[oid]);
  if (tripleDes[oid] !== undefined) return algorithm.at(1).at(1).integer;
  if (oid !== schemes.pbes2) throw new UnsupportedAlgorithm(`scheme ${oid}`);
  cipherOf(algorithm);
  return roundsOf(algorithm.at(1).at(0));
}

/** The rounds that a MAC asks for. Throws `UnsupportedAlgorithm` for one that is not computed here. */
export function macRounds(macData: Asn1): number {
  const algorithm = macData.at(0).at(0);
  if (algorithm.at(0).oid === schemes.pbmac1) return roundsOf(algorithm.at(1).at(0));
  return macData.optional(2)?.integer ?? 1;
}

/**
 * Decrypts with a password. Throws `UnsupportedAlgorithm` for schemes that are not read; any other throw
 * means a wrong password or damage, which look alike.
 */
export function decryptContent(algorithm: Asn1, ciphertext: Uint8Array, opening: Opening): Uint8Array {
  const rounds = schemeRounds(algorithm);
  const { spelling, budget } = opening;
  const keyBytes = tripleDes[algorithm.at(0).oid];
  if (keyBytes !== undefined) {
    budget.spend(rounds);
    const salt = algorithm.at(1).at(0).octets;
    const derive = (purpose: 1 | 2, length: number): Uint8Array =>
      pkcs12Kdf({ digest: SHA1, password: spelling.bytes, salt, iterations: rounds, purpose, length });
    const key = derive(1, keyBytes);
    // Two-key 3DES is three-key 3DES whose third key is the first.
    const whole = Buffer.concat([key, key]).subarray(0, 24);
    return decipher('des-ede3-cbc', { key: whole, iv: derive(2, 8) }, ciphertext);
  }
  const { name, keyBytes: length } = cipherOf(algorithm);
  const key = deriveKey(algorithm.at(1).at(0), spelling.text, { length, budget });
  return decipher(name, { key, iv: algorithm.at(1).at(1).at(1).octets }, ciphertext);
}

function cipherOf(pbes2: Asn1): { readonly name: string; readonly keyBytes: number } {
  const { oid } = pbes2.at(1).at(1).at(0);
  const cipher = ciphers[oid];
  if (cipher === undefined || getCipherInfo(cipher.name) === undefined)
    throw new UnsupportedAlgorithm(cipher?.name ?? retired[oid] ?? `cipher ${oid}`);
  return cipher;
}

function decipher(
  name: string,
  { key, iv }: { readonly key: Uint8Array; readonly iv: Uint8Array },
  ciphertext: Uint8Array,
): Uint8Array {
  const machine = createDecipheriv(name, key, iv);
  return Buffer.concat([machine.update(ciphertext), machine.final()]);
}

/** Whether the password fits the file's MAC (RFC 7292 section 4; PBMAC1 of RFC 9579). */
export function macFits(macData: Asn1, content: Uint8Array, opening: Opening): boolean {
  const algorithm = macData.at(0).at(0);
  const expected = macData.at(0).at(1).octets;
  const computed =
    algorithm.at(0).oid === schemes.pbmac1
      ? pbmac1Of(algorithm.at(1), content, opening)
      : pkcs12MacOf(macData, content, opening);
  return computed.length === expected.length && timingSafeEqual(computed, expected);
}

function pbmac1Of(parameters: Asn1, content: Uint8Array, { spelling, budget }: Opening): Uint8Array {
  const hmac = hmacs[parameters.at(1).at(0).oid];
  if (hmac === undefined) throw new UnsupportedAlgorithm('PBMAC1 with an unknown HMAC');
  const kdf = parameters.at(0);
  const length = keyLengthOf(kdf) ?? hmac.size;
  if (length > 1024) throw new UnsupportedAlgorithm(`PBMAC1 with a key of ${length} bytes`);
  const key = deriveKey(kdf, spelling.text, { length, budget });
  return createHmac(hmac.name, key).update(content).digest();
}

function pkcs12MacOf(macData: Asn1, content: Uint8Array, { spelling, budget }: Opening): Uint8Array {
  const { oid } = macData.at(0).at(0).at(0);
  const digest = digests[oid];
  if (digest === undefined) throw new UnsupportedAlgorithm(`MAC digest ${oid}`);
  const iterations = macRounds(macData);
  budget.spend(iterations);
  const key = pkcs12Kdf({
    digest,
    password: spelling.bytes,
    salt: macData.at(1).octets,
    iterations,
    purpose: 3,
    length: digest.size,
  });
  return createHmac(digest.name, key).update(content).digest();
}
