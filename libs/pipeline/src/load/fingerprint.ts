import { createHmac, createSecretKey } from 'node:crypto';

/** Keyed hash of a PAN, 64 hex digits: equal for equal PANs, useless without the key, which never stands in the ledger. */
export type Fingerprint = (pan: string) => string;

/**
 * Makes the fingerprint of a key: HMAC-SHA-256 (RFC 2104).
 *
 * @param key at least 32 bytes of secret; throws `RangeError` when shorter
 */
export function fingerprintWith(key: Uint8Array): Fingerprint {
  if (key.length < 32)
    throw new RangeError(`The fingerprint key must have at least 32 bytes; this one has ${key.length}`);
  const secret = createSecretKey(key);
  return (pan) => createHmac('sha256', secret).update(pan, 'latin1').digest('hex');
}
