import { CompactEncrypt } from 'jose/jwe/compact/encrypt';
import {
  constants,
  createCipheriv,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  type webcrypto,
} from 'node:crypto';
import { contentAlgorithms, type KeyAlgorithm, keyAlgorithms, type SealAlgorithm } from './algorithms.ts';

/** A protected header, in the order its members are written. */
export interface Header {
  readonly alg: KeyAlgorithm;
  readonly enc: SealAlgorithm;
}

/** Content key and IV as the published vectors fix them; never given outside of tests. */
export interface Fixed {
  readonly cek: Uint8Array;
  readonly iv: Uint8Array;
}

/** Seals with jose, whose work runs on the thread pool. */
export async function sealOnPool(
  plaintext: Uint8Array,
  header: Header,
  { key, fixed }: { key: webcrypto.CryptoKey; fixed?: Fixed },
): Promise<string> {
  const message = new CompactEncrypt(plaintext).setProtectedHeader({ ...header });
  if (fixed !== undefined) message.setContentEncryptionKey(fixed.cek).setInitializationVector(fixed.iv);
  return message.encrypt(key);
}

/** Seals with node:crypto on the calling thread: RFC 7516 section 5.1 for RSA-OAEP and AES-GCM, step by step. */
export function sealHere(
  plaintext: Uint8Array,
  header: Header,
  { key, fixed }: { key: KeyObject; fixed?: Fixed },
): string {
  const { cekBytes, ivBytes, tagBytes } = contentAlgorithms[header.enc];
  const { cek, iv } = fixed ?? { cek: randomBytes(cekBytes), iv: randomBytes(ivBytes) };
  const oaepHash = keyAlgorithms[header.alg].hash.replace('-', '').toLowerCase();
  const encryptedKey = publicEncrypt({ key, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING }, cek);
  const protectedHeader = Buffer.from(JSON.stringify(header)).toString('base64url');
  const cipher = createCipheriv(`aes-${cekBytes === 16 ? 128 : 256}-gcm`, cek, iv, {
    authTagLength: tagBytes,
  }).setAAD(Buffer.from(protectedHeader));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  // The content key is not needed again; the copy inside OpenSSL goes with the cipher.
  if (fixed === undefined) cek.fill(0);
  return [
    protectedHeader,
    ...[encryptedKey, Buffer.from(iv), ciphertext, cipher.getAuthTag()].map((part) =>
      part.toString('base64url'),
    ),
  ].join('.');
}
