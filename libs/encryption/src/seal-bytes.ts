import { constants, createCipheriv, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto';
import { contentAlgorithms, type KeyAlgorithm, keyAlgorithms, type SealAlgorithm } from './algorithms.ts';
import { pieceBytes, admit, shortBytes } from './turns.ts';

/** A protected header, in the order its members are written. */
export interface Header {
  readonly alg: KeyAlgorithm;
  readonly enc: SealAlgorithm;
}

/** A public key, and what all tokens sealed with it share. */
export interface Sealer {
  readonly wrapping: { readonly key: KeyObject; readonly oaepHash: string; readonly padding: number };
  readonly protectedHeader: string;
  readonly additionalData: Uint8Array<ArrayBuffer>;
  readonly enc: SealAlgorithm;
}

/** Content key and IV as the published vectors fix them; never given outside of tests. */
export interface Fixed {
  readonly cek: Uint8Array<ArrayBuffer>;
  readonly iv: Uint8Array<ArrayBuffer>;
}

/** Wrapping a content key takes as long as encrypting this many bytes. */
const wrappingCost = 65_536;

/** Makes ready what does not change from body to body. */
export function sealerFor(key: KeyObject, header: Header): Sealer {
  const protectedHeader = Buffer.from(JSON.stringify(header)).toString('base64url');
  return {
    wrapping: {
      key,
      oaepHash: keyAlgorithms[header.alg].hash.replace('-', '').toLowerCase(),
      padding: constants.RSA_PKCS1_OAEP_PADDING,
    },
    protectedHeader,
    additionalData: Buffer.from(protectedHeader),
    enc: header.enc,
  };
}

/**
 * Seals as RFC 7516 section 5.1 says, for RSA-OAEP and AES-GCM, step by step, on the calling thread: handing
 * bytes to the thread pool costs more of it than encrypting them. Long plaintexts are encrypted in pieces,
 * and the event loop turns in between.
 */
export async function sealBytes(plaintext: Uint8Array, sealer: Sealer, fixed?: Fixed): Promise<string> {
  if (plaintext.length > shortBytes) await admit(wrappingCost + Math.min(plaintext.length, pieceBytes));
  const { cipher: name, tagBytes } = contentAlgorithms[sealer.enc];
  const { cek, iv, encryptedKey } = contentKey(sealer, fixed);
  const cipher = createCipheriv(name, cek, iv, { authTagLength: tagBytes });
  // The content key is not needed again; the copy inside OpenSSL goes with the cipher.
  if (fixed === undefined) cek.fill(0);
  cipher.setAAD(sealer.additionalData);
  let ciphertext = '';
  for (let start = 0; start < plaintext.length; start += pieceBytes) {
    if (start > 0) await admit(pieceBytes);
    ciphertext += text(cipher.update(plaintext.subarray(start, start + pieceBytes)));
  }
  // GCM is a stream: nothing is left for `final`, which makes the tag.
  cipher.final();
  return `${sealer.protectedHeader}.${text(encryptedKey)}.${text(iv)}.${ciphertext}.${text(cipher.getAuthTag())}`;
}

function contentKey(sealer: Sealer, fixed: Fixed | undefined): Fixed & { readonly encryptedKey: Buffer } {
  const { cekBytes, ivBytes } = contentAlgorithms[sealer.enc];
  const { cek, iv } = fixed ?? { cek: randomBytes(cekBytes), iv: randomBytes(ivBytes) };
  return { cek, iv, encryptedKey: publicEncrypt(sealer.wrapping, cek) };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}
