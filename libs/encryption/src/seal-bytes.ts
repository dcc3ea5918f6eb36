import {
  constants,
  createCipheriv,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  webcrypto,
} from 'node:crypto';
import { contentAlgorithms, type KeyAlgorithm, keyAlgorithms, type SealAlgorithm } from './algorithms.ts';

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

/** Seals on the calling thread: RFC 7516 section 5.1 for RSA-OAEP and AES-GCM, step by step. */
export function sealHere(plaintext: Uint8Array, sealer: Sealer, fixed?: Fixed): string {
  const { cekBytes, tagBytes } = contentAlgorithms[sealer.enc];
  const { cek, iv, encryptedKey } = contentKey(sealer, fixed);
  const cipher = createCipheriv(`aes-${cekBytes === 16 ? 128 : 256}-gcm`, cek, iv, {
    authTagLength: tagBytes,
  }).setAAD(sealer.additionalData);
  // GCM is a stream: nothing is left for `final`, which makes the tag.
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  // The content key is not needed again; the copy inside OpenSSL goes with the cipher.
  if (fixed === undefined) cek.fill(0);
  return `${sealer.protectedHeader}.${text(encryptedKey)}.${text(iv)}.${text(ciphertext)}.${text(cipher.getAuthTag())}`;
}

/** As {@link sealHere}, with the content encrypted on the thread pool. */
export async function sealOnPool(
  plaintext: Uint8Array<ArrayBuffer>,
  sealer: Sealer,
  fixed?: Fixed,
): Promise<string> {
  const { tagBytes } = contentAlgorithms[sealer.enc];
  const { cek, iv, encryptedKey } = contentKey(sealer, fixed);
  const key = await webcrypto.subtle.importKey('raw', cek, 'AES-GCM', false, ['encrypt']);
  if (fixed === undefined) cek.fill(0);
  const algorithm = {
    name: 'AES-GCM',
    iv,
    additionalData: sealer.additionalData,
    tagLength: tagBytes * 8,
  };
  const sealed = new Uint8Array(await webcrypto.subtle.encrypt(algorithm, key, plaintext));
  const end = sealed.length - tagBytes;
  return `${sealer.protectedHeader}.${text(encryptedKey)}.${text(iv)}.${text(sealed.subarray(0, end))}.${text(sealed.subarray(end))}`;
}

function contentKey(sealer: Sealer, fixed: Fixed | undefined): Fixed & { readonly encryptedKey: Buffer } {
  const { cekBytes, ivBytes } = contentAlgorithms[sealer.enc];
  const { cek, iv } = fixed ?? { cek: randomBytes(cekBytes), iv: randomBytes(ivBytes) };
  return { cek, iv, encryptedKey: publicEncrypt(sealer.wrapping, cek) };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}
