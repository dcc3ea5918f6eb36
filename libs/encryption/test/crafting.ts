import {
  createCipheriv,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  constants,
  randomBytes,
} from 'node:crypto';

/** One key pair for a whole test file: making them is what takes time. */
export const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** What a crafted token is made of; everything may be bent. */
export interface Craft {
  readonly header: Readonly<Record<string, unknown>> | string;
  readonly plaintext?: Uint8Array;
  readonly cek?: Uint8Array;
  /** Replaces the wrapped key. */
  readonly encryptedKey?: Uint8Array;
  readonly iv?: Uint8Array;
  readonly publicKey?: KeyObject;
  readonly oaepHash?: string;
}

/**
 * Builds a compact JWE with node:crypto alone, also one that no library would write. GCM by the length of
 * `cek`.
 */
export function craft({
  header,
  plaintext = Buffer.from('{}'),
  cek = randomBytes(16),
  encryptedKey,
  iv = randomBytes(12),
  publicKey = pair.publicKey,
  oaepHash = 'sha256',
}: Craft): string {
  const protectedHeader = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header)).toString(
    'base64url',
  );
  const gcmKey = [16, 24, 32].includes(cek.length) ? cek : randomBytes(16);
  const cipher = createCipheriv(
    gcmKey.length === 16 ? 'aes-128-gcm' : gcmKey.length === 24 ? 'aes-192-gcm' : 'aes-256-gcm',
    gcmKey,
    iv,
  );
  cipher.setAAD(Buffer.from(protectedHeader));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const wrapped =
    encryptedKey ??
    publicEncrypt({ key: publicKey, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING }, cek);
  return [
    protectedHeader,
    ...[wrapped, iv, ciphertext, cipher.getAuthTag()].map((part) => Buffer.from(part).toString('base64url')),
  ].join('.');
}

/** The header most tests use. */
export const gcm128 = { alg: 'RSA-OAEP-256', enc: 'A128GCM' } as const;

/** What went wrong, as the code a caller would switch on; `opened` when nothing did. */
export function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => 'opened',
    (error: unknown) =>
      error instanceof Error && 'code' in error ? String(error.code) : `untyped: ${String(error)}`,
  );
}
