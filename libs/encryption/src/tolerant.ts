import { webcrypto } from 'node:crypto';
import { contentAlgorithms } from './algorithms.ts';
import { NotOpenedError } from './errors.ts';
import { encodedBytes, type Token } from './token.ts';

const { subtle } = webcrypto;

/** The IV Mastercard's libraries write with GCM, in bytes. AES-GCM itself takes it (NIST SP 800-38D); RFC 7518 does not. */
export const toleratedIvBytes = 16;

/**
 * Opens a GCM token that jose refuses for its IV or its alphabet: the rest of RFC 7516 section 5.2 in WebCrypto. The
 * additional data is the header as received, and a wrapped key that does not unwrap is replaced by a random one.
 */
export async function openTolerantly(
  { header, parts }: Token,
  key: webcrypto.CryptoKey,
): Promise<Uint8Array> {
  const [protectedHeader, encryptedKey, iv, ciphertext, tag] = parts;
  const { cekBytes } = contentAlgorithms[header.enc];
  const random = webcrypto.getRandomValues(new Uint8Array(cekBytes));
  try {
    const unwrapped = await subtle.decrypt('RSA-OAEP', key, decoded(encryptedKey)).then(
      (cek) => new Uint8Array(cek),
      () => random,
    );
    return await openGcm(Buffer.concat([decoded(ciphertext), decoded(tag)]), {
      cek: unwrapped.length === cekBytes ? unwrapped : random,
      iv: decoded(iv),
      aad: Buffer.from(protectedHeader, 'latin1'),
    });
  } catch {
    throw new NotOpenedError();
  }
}

/** AES-GCM with a 16-byte tag at the end (NIST SP 800-38D); throws whatever WebCrypto does. */
export async function openGcm(
  sealed: Uint8Array<ArrayBuffer>,
  { cek, iv, aad }: Readonly<Record<'cek' | 'iv' | 'aad', Uint8Array<ArrayBuffer>>>,
): Promise<Uint8Array> {
  const key = await subtle.importKey('raw', cek, 'AES-GCM', false, ['decrypt']);
  return new Uint8Array(
    await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad, tagLength: 128 }, key, sealed),
  );
}

/** Node reads both alphabets, mixed too, and skips every other letter: that shows in the length. */
function decoded(text: string): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== encodedBytes(text)) throw new NotOpenedError();
  return bytes;
}
