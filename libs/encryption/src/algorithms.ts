/**
 * Key encryption (RFC 7518 section 4.3): the hash of OAEP and of its MGF1. Only the default is used for
 * sealing.
 */
export const keyAlgorithms = {
  'RSA-OAEP-256': { hash: 'SHA-256' },
  'RSA-OAEP': { hash: 'SHA-1' },
  'RSA-OAEP-384': { hash: 'SHA-384' },
  'RSA-OAEP-512': { hash: 'SHA-512' },
} as const;

/** Name of a key encryption algorithm. */
export type KeyAlgorithm = keyof typeof keyAlgorithms;

/**
 * Content encryption (RFC 7518 section 5): the cipher of OpenSSL, lengths in bytes. Whether we write it, or
 * only read it.
 */
export const contentAlgorithms = {
  A128GCM: { mode: 'gcm', cipher: 'aes-128-gcm', cekBytes: 16, ivBytes: 12, tagBytes: 16, sealed: true },
  A192GCM: { mode: 'gcm', cipher: 'aes-192-gcm', cekBytes: 24, ivBytes: 12, tagBytes: 16, sealed: false },
  A256GCM: { mode: 'gcm', cipher: 'aes-256-gcm', cekBytes: 32, ivBytes: 12, tagBytes: 16, sealed: true },
  'A128CBC-HS256': {
    mode: 'cbc',
    cipher: 'aes-128-cbc',
    cekBytes: 32,
    ivBytes: 16,
    tagBytes: 16,
    sealed: false,
  },
} as const;

/** Name of a content encryption algorithm that is read. */
export type ContentAlgorithm = keyof typeof contentAlgorithms;

/**
 * Name of a content encryption algorithm that is written: A128GCM as Mastercard's reference app does, or
 * A256GCM.
 */
export type SealAlgorithm = {
  [Name in ContentAlgorithm]: (typeof contentAlgorithms)[Name]['sealed'] extends true ? Name : never;
}[ContentAlgorithm];

/** Narrows a header's `enc`. */
export function isContentAlgorithm(name: unknown): name is ContentAlgorithm {
  return typeof name === 'string' && Object.hasOwn(contentAlgorithms, name);
}

/** Narrows a header's `alg`. */
export function isKeyAlgorithm(name: unknown): name is KeyAlgorithm {
  return typeof name === 'string' && Object.hasOwn(keyAlgorithms, name);
}
