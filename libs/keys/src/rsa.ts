import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

const SMALLEST_BITS = 2048;
/** OpenSSL uses none that is larger. */
const LARGEST_BITS = 16_384;
const SMALLEST_EXPONENT = 65_537n;
/** OpenSSL uses no larger one with a modulus above 3,072 bits, and nobody makes one. */
const LARGEST_EXPONENT = 2n ** 64n - 1n;

/**
 * Why an RSA key is too weak, or no RSA key that could be, to encrypt with; undefined when it is fit: 2048
 * (RFC 7518 section 4.3) to 16,384 bits, an odd modulus, an odd public exponent of 65537 (FIPS 186-5) to
 * 2^64.
 */
export function rsaWeakness(key: KeyObject): string | undefined {
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== 'rsa' || modulusLength === undefined || publicExponent === undefined)
    return `a key of type ${key.asymmetricKeyType ?? key.type}`;
  if (modulusLength < SMALLEST_BITS || modulusLength > LARGEST_BITS)
    return `an RSA key of ${modulusLength} bits`;
  if (publicExponent > LARGEST_EXPONENT) return 'an RSA key with a public exponent beyond 64 bits';
  if (publicExponent < SMALLEST_EXPONENT || publicExponent % 2n === 0n)
    return `an RSA key with the public exponent ${publicExponent}`;
  return isModulusOdd(key) ? undefined : 'an RSA key with an even modulus';
}

/** Looked at once for each key: the newest of a set is chosen for every batch. */
const oddModuli = new WeakMap<KeyObject, boolean>();

function isModulusOdd(key: KeyObject): boolean {
  const known = oddModuli.get(key);
  if (known !== undefined) return known;
  const { n = '' } = key.export({ format: 'jwk' });
  const isOdd = ((Buffer.from(n, 'base64url').at(-1) ?? 0) & 1) === 1;
  oddModuli.set(key, isOdd);
  return isOdd;
}

/** Smaller keys cannot sign, and larger ones take their time: neither is tried. */
const [SMALLEST_TRIED_BITS, LARGEST_TRIED_BITS] = [1024, 8192];
const PROBE = Buffer.from('whether both halves belong together');

/**
 * Whether the numbers of an RSA key make one: none is missing, and what a private key signs its public half
 * verifies. True for keys of other types.
 */
export function hasRsaNumbers(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return true;
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const isTried = modulusLength >= SMALLEST_TRIED_BITS && modulusLength <= LARGEST_TRIED_BITS;
  if (key.type !== 'private' || !isTried) return modulusLength > 0;
  try {
    return verify('sha256', PROBE, createPublicKey(key), sign('sha256', PROBE, key));
  } catch {
    return false;
  }
}
