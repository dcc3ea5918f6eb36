import { createDecipheriv, createHmac, timingSafeEqual, webcrypto } from 'node:crypto';
import { contentAlgorithms } from './algorithms.ts';
import { KeyUnavailableError, NotOpenedError } from './errors.ts';
import type { Unwrapper } from './keys.ts';
import { encodedBytes, type Token } from './token.ts';

const { subtle } = webcrypto;

/**
 * The IV Mastercard's libraries write with GCM, in bytes. AES-GCM itself takes it (NIST SP 800-38D); RFC 7518
 * does not.
 */
export const toleratedIvBytes = 16;

/**
 * Opens a token that jose does not: for a GCM token whose IV or alphabet it refuses, and for a key that is
 * not in memory. This is the rest of RFC 7516 section 5.2; the additional data is the header as received, and
 * a wrapped key that does not unwrap is replaced by a random one. Throws `NotOpenedError`, and
 * `KeyUnavailableError` when an opener fails.
 */
export async function openByHand({ header, parts }: Token, unwrapper: Unwrapper): Promise<Uint8Array> {
  const [protectedHeader, encryptedKey, iv, ciphertext, tag] = parts;
  const { cekBytes, mode } = contentAlgorithms[header.enc];
  const random = webcrypto.getRandomValues(new Uint8Array(cekBytes));
  const wrapped = decoded(encryptedKey);
  const unwrapped =
    typeof unwrapper === 'function'
      ? await unwrapper(wrapped, header.alg).catch((cause: unknown) => {
          throw new KeyUnavailableError(cause);
        })
      : await subtle.decrypt('RSA-OAEP', unwrapper, wrapped).then(
          (bytes) => new Uint8Array(bytes),
          () => undefined,
        );
  const cek = unwrapped?.length === cekBytes ? new Uint8Array(unwrapped) : random;
  try {
    const aad = Buffer.from(protectedHeader, 'latin1');
    const content = { cek, iv: decoded(iv), aad };
    return mode === 'gcm'
      ? await openGcm(Buffer.concat([decoded(ciphertext), decoded(tag)]), content)
      : openCbc({ ciphertext: decoded(ciphertext), tag: decoded(tag) }, content);
  } catch {
    throw new NotOpenedError();
  } finally {
    cek.fill(0);
  }
}

/** What content is opened with. */
type ContentKey = Readonly<Record<'cek' | 'iv' | 'aad', Uint8Array<ArrayBuffer>>>;

/** AES-GCM with a 16-byte tag at the end (NIST SP 800-38D); throws whatever WebCrypto does. */
export async function openGcm(
  sealed: Uint8Array<ArrayBuffer>,
  { cek, iv, aad }: ContentKey,
): Promise<Uint8Array> {
  const key = await subtle.importKey('raw', cek, 'AES-GCM', false, ['decrypt']);
  return new Uint8Array(
    await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad, tagLength: 128 }, key, sealed),
  );
}

/** A128CBC-HS256 (RFC 7518 section 5.2): the MAC over everything is checked before anything is decrypted. */
function openCbc(
  { ciphertext, tag }: Readonly<Record<'ciphertext' | 'tag', Uint8Array>>,
  { cek, iv, aad }: ContentKey,
): Uint8Array {
  const half = cek.length / 2;
  const aadBits = Buffer.alloc(8);
  aadBits.writeBigUInt64BE(BigInt(aad.length) * 8n);
  const mac = createHmac('sha256', cek.subarray(0, half))
    .update(aad)
    .update(iv)
    .update(ciphertext)
    .update(aadBits);
  const expected = mac.digest().subarray(0, half);
  if (tag.length !== half || !timingSafeEqual(expected, tag)) throw new NotOpenedError();
  const decipher = createDecipheriv('aes-128-cbc', cek.subarray(half), iv);
  return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
}

/** Node reads both alphabets, mixed too, and skips every other letter: that shows in the length. */
function decoded(text: string): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== encodedBytes(text)) throw new NotOpenedError();
  return bytes;
}
