import type { KeyObject } from 'node:crypto';

const SMALLEST_BITS = 2048;
const SMALLEST_EXPONENT = 65_537n;

/**
 * Why an RSA key is too weak, or no RSA key that could be, to encrypt with; undefined when it is fit: at
 * least 2048 bits (RFC 7518 section 4.3), an odd modulus, an odd public exponent of at least 65537 (FIPS
 * 186-5).
 */
export function rsaWeakness(key: KeyObject): string | undefined {
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== 'rsa' || modulusLength === undefined || publicExponent === undefined)
    return `a key of type ${key.asymmetricKeyType ?? key.type}`;
  if (modulusLength < SMALLEST_BITS) return `an RSA key of ${modulusLength} bits`;
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
