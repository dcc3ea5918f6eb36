import {
  constants,
  KeyObject,
  sign as cryptoSign,
  verify as cryptoVerify,
  type SigningOptions,
} from 'node:crypto';
import { InvalidKeyError, KeyFailedError } from './errors.ts';

/** OAuth 1.0a signature methods of Mastercard's gateway, by their header value. */
export type SignatureMethod = 'RSA-SHA256' | 'RSA-PSS';

/** JWS algorithms that FAPI 2.0 allows and Mastercard names (RFC 7518 sections 3.4 and 3.5). */
export type JwsAlgorithm = 'PS256' | 'ES256';

/** All signature algorithms this package knows. */
export type Algorithm = SignatureMethod | JwsAlgorithm;

/**
 * Signs bytes somewhere else: in an HSM, in a cloud KMS. Resolves to the raw signature: for RSA as long as
 * the modulus, for ES256 the 64 bytes r || s. It hashes the data itself (SHA-256).
 */
export type SignFunction = (data: Uint8Array) => Promise<Uint8Array>;

const PKCS1: SigningOptions = { padding: constants.RSA_PKCS1_PADDING };
const PSS: SigningOptions = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

const ALGORITHMS: Readonly<
  Record<Algorithm, { readonly keyTypes: readonly string[]; readonly options: SigningOptions }>
> = {
  'RSA-SHA256': { keyTypes: ['rsa'], options: PKCS1 },
  'RSA-PSS': { keyTypes: ['rsa', 'rsa-pss'], options: PSS },
  PS256: { keyTypes: ['rsa', 'rsa-pss'], options: PSS },
  ES256: { keyTypes: ['ec'], options: { dsaEncoding: 'ieee-p1363' } },
};
const SMALLEST_RSA_BITS = 2048;
const ES256_CURVE = 'prime256v1';
const ES256_LENGTH = 64;

/**
 * A signer for one key and algorithm. The key is judged here, once; each signature is made on node's thread
 * pool.
 *
 * @throws {InvalidKeyError} when the key cannot serve the algorithm
 */
export function createSigner(key: KeyObject | SignFunction, algorithm: Algorithm): SignFunction {
  if (typeof key === 'function') return (data) => callSigner(key, data, algorithm);
  checkKey(key, 'private', algorithm);
  const input = { key, ...ALGORITHMS[algorithm].options };
  return (data) =>
    new Promise((resolve, reject) => {
      cryptoSign('sha256', data, input, (error, signature) => {
        if (error === null) resolve(signature);
        else reject(new KeyFailedError(`private key could not sign with ${algorithm}`, { cause: error }));
      });
    });
}

/**
 * Whether a signature is right. False for anything wrong with it, whatever that is.
 *
 * @throws {InvalidKeyError} when the key cannot serve the algorithm
 */
export function verifySignature(
  algorithm: Algorithm,
  key: KeyObject,
  signed: { data: Uint8Array; signature: Uint8Array },
): boolean {
  checkKey(key, 'public', algorithm);
  try {
    return cryptoVerify('sha256', signed.data, { key, ...ALGORITHMS[algorithm].options }, signed.signature);
  } catch {
    return false;
  }
}

async function callSigner(key: SignFunction, data: Uint8Array, algorithm: Algorithm): Promise<Uint8Array> {
  let signature: unknown;
  try {
    signature = await key(data);
  } catch (cause) {
    throw new KeyFailedError(`signer function failed while signing with ${algorithm}`, { cause });
  }
  if (!(signature instanceof Uint8Array) || signature.length === 0) {
    throw new KeyFailedError(
      `signer function must resolve to a signature as bytes; it resolved to ${nameOf(signature)}`,
    );
  }
  if (algorithm === 'ES256' && signature.length !== ES256_LENGTH) {
    throw new KeyFailedError(
      `signer function must resolve to ${ES256_LENGTH} bytes r || s for ES256; it resolved to ${signature.length} bytes (ASN.1 form?)`,
    );
  }
  return signature;
}

function checkKey(key: KeyObject, half: 'private' | 'public', algorithm: Algorithm): void {
  // The type says KeyObject; JavaScript callers pass PEM text, as the official signer wants it.
  const given: unknown = key;
  if (!(given instanceof KeyObject)) {
    throw new InvalidKeyError(
      `key for ${algorithm} must be a ${half} KeyObject; found ${nameOf(given)}`,
      "Load it with readPrivateKey of @enrollkit/keys or node:crypto's createPrivateKey.",
    );
  }
  if (given.type !== half) {
    throw new InvalidKeyError(
      `key for ${algorithm} must be a ${half} key; found a ${given.type} key`,
      half === 'private'
        ? 'A certificate or public key cannot sign: give the private half.'
        : 'Verify with the public half only.',
    );
  }
  const { keyTypes } = ALGORITHMS[algorithm];
  const found = given.asymmetricKeyType ?? 'unknown';
  if (!keyTypes.includes(found)) {
    throw new InvalidKeyError(
      `key for ${algorithm} must be of type ${keyTypes.join(' or ')}; found ${found}`,
      'Give the signing key that was made for this project.',
    );
  }
  checkStrength(given, algorithm);
}

function checkStrength(key: KeyObject, algorithm: Algorithm): void {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && modulusLength < SMALLEST_RSA_BITS) {
    throw new InvalidKeyError(
      `RSA key for ${algorithm} has ${modulusLength} bits; at least ${SMALLEST_RSA_BITS} are needed`,
      'Make a new key of 2048 bits or more and register it with the provider.',
    );
  }
  if (algorithm === 'ES256' && namedCurve !== ES256_CURVE) {
    throw new InvalidKeyError(
      `EC key for ES256 must lie on P-256 (${ES256_CURVE}); found ${namedCurve ?? 'an unnamed curve'}`,
      'Make a new key: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem',
    );
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return `a ${value.constructor?.name ?? 'object'}`;
}
