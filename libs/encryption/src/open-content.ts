import { createDecipheriv, createHmac, type Decipheriv, timingSafeEqual, webcrypto } from 'node:crypto';
import { type ContentAlgorithm, contentAlgorithms } from './algorithms.ts';
import { KeyUnavailableError, NotOpenedError } from './errors.ts';
import type { Unwrapper } from './keys.ts';
import { encodedBytes, type Token } from './token.ts';
import { pieceBytes, admit, shortBytes } from './turns.ts';

const { subtle } = webcrypto;
/** The characters of a piece in base64. */
const pieceLength = (pieceBytes / 3) * 4;

/**
 * Opens a token whose form was judged: the rest of RFC 7516 section 5.2. The additional data is the header as
 * received, and a wrapped key that does not unwrap is replaced by a random one. The content key is unwrapped
 * on the thread pool; content is decrypted on the calling thread, in pieces, and the event loop turns in
 * between. Throws `NotOpenedError`, and `KeyUnavailableError` when an opener fails.
 */
export async function openToken({ header, parts }: Token, unwrapper: Unwrapper): Promise<Uint8Array> {
  const [protectedHeader, encryptedKey, iv, ciphertext, tag] = parts;
  const { cekBytes } = contentAlgorithms[header.enc];
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
    return await openContent({ ciphertext, tag: decoded(tag) }, header.enc, { cek, iv: decoded(iv), aad });
  } catch {
    throw new NotOpenedError();
  } finally {
    cek.fill(0);
    unwrapped?.fill(0);
  }
}

/** What content is opened with. */
type ContentKey = Readonly<Record<'cek' | 'iv' | 'aad', Uint8Array>>;

/** What is opened: the ciphertext in base64, its tag in bytes. */
interface Sealed {
  readonly ciphertext: string;
  readonly tag: Uint8Array;
}

/**
 * AES-GCM (NIST SP 800-38D) or A128CBC-HS256 (RFC 7518 section 5.2). Nothing is returned before the tag was
 * found right; throws whatever node:crypto does, or `NotOpenedError`.
 */
export async function openContent(
  { ciphertext, tag }: Sealed,
  enc: ContentAlgorithm,
  { cek, iv, aad }: ContentKey,
): Promise<Uint8Array> {
  const { mode, cipher, tagBytes } = contentAlgorithms[enc];
  if (tag.length !== tagBytes) throw new NotOpenedError();
  if (mode === 'gcm') {
    const decipher = createDecipheriv(cipher, cek, iv, { authTagLength: tagBytes });
    return decrypted(decipher.setAAD(aad).setAuthTag(tag), ciphertext);
  }
  // The MAC over everything is checked before anything is decrypted.
  const half = cek.length / 2;
  const mac = createHmac('sha256', cek.subarray(0, half)).update(aad).update(iv);
  for await (const piece of decodedPieces(ciphertext)) mac.update(piece);
  const aadBits = Buffer.alloc(8);
  aadBits.writeBigUInt64BE(BigInt(aad.length) * 8n);
  if (!timingSafeEqual(mac.update(aadBits).digest().subarray(0, tagBytes), tag)) throw new NotOpenedError();
  return decrypted(createDecipheriv(cipher, cek.subarray(half), iv), ciphertext);
}

async function decrypted(decipher: Decipheriv, ciphertext: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of decodedPieces(ciphertext)) pieces.push(decipher.update(piece));
  const last = decipher.final();
  const { buffer, byteOffset, length } =
    pieces.length === 1 && pieces[0] !== undefined && last.length === 0
      ? pieces[0]
      : Buffer.concat([...pieces, last]);
  return new Uint8Array(buffer, byteOffset, length);
}

/** The bytes of a ciphertext, a piece at a time; short ones at once. */
async function* decodedPieces(ciphertext: string): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < ciphertext.length; start += pieceLength) {
    const piece = ciphertext.slice(start, start + pieceLength);
    if (ciphertext.length > shortBytes) await admit(piece.length);
    yield decoded(piece);
  }
}

/** Node reads both alphabets, mixed too, and skips every other letter: that shows in the length. */
function decoded(text: string): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== encodedBytes(text)) throw new NotOpenedError();
  return bytes;
}
