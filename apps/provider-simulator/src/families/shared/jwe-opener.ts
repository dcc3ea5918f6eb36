import { createDecipheriv, type KeyObject, type webcrypto } from 'node:crypto';

/** A JWE that could not be opened. The message holds nothing of its content. */
export class JweError extends Error {
  readonly code = 'JWE_NOT_OPENED';
}

/** Content encryption by its `enc` name. */
const ciphers = {
  A128GCM: { cipher: 'aes-128-gcm', keyBytes: 16 },
  A256GCM: { cipher: 'aes-256-gcm', keyBytes: 32 },
} as const;

const RSA_OAEP_256 = { name: 'RSA-OAEP', hash: 'SHA-256' };
const imported = new WeakMap<KeyObject, webcrypto.CryptoKey>();

/**
 * Opens a compact JWE (RFC 7516) the way the provider has to: RSA-OAEP-256 with A128GCM or A256GCM, a nonce
 * of 12 bytes (RFC 7518) or 16 (Mastercard's own Node and Java libraries), base64url or plain base64 letters
 * (the Node library leaves `/` in), any other header member ignored. On node:crypto alone, so that it shares
 * no code with what it judges. Throws `JweError`.
 */
export async function openJwe(
  jwe: string,
  keyFor: (kid: string | undefined) => KeyObject | undefined,
): Promise<Buffer> {
  const parts = jwe.split('.');
  const [head = '', wrapped = '', nonce = '', ciphertext = '', tag = ''] = parts;
  if (parts.length !== 5) throw new JweError(`A compact JWE has 5 parts, this has ${parts.length}`);
  const { kid, cipher, keyBytes } = readHeader(head);
  const key = keyFor(kid);
  if (key === undefined) throw new JweError(`No key has the id ${JSON.stringify(kid)}`);
  const contentKey = await unwrap(key, bytesOf(wrapped));
  const [iv, mark] = [bytesOf(nonce), bytesOf(tag)];
  if (contentKey.length !== keyBytes || (iv.length !== 12 && iv.length !== 16) || mark.length !== 16)
    throw notOpened();
  const decipher = createDecipheriv(cipher, contentKey, iv, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(head, 'ascii')).setAuthTag(mark);
  try {
    return Buffer.concat([decipher.update(bytesOf(ciphertext)), decipher.final()]);
  } catch {
    throw notOpened();
  }
}

function readHeader(head: string): {
  kid: string | undefined;
  cipher: 'aes-128-gcm' | 'aes-256-gcm';
  keyBytes: number;
} {
  const { alg, enc, kid, zip, crit } = parseHeader(head);
  if (alg !== 'RSA-OAEP-256') throw new JweError('alg must be RSA-OAEP-256');
  if (enc !== 'A128GCM' && enc !== 'A256GCM') throw new JweError('enc must be A128GCM or A256GCM');
  if (zip !== undefined || crit !== undefined) throw new JweError('zip and crit are not supported');
  if (kid !== undefined && typeof kid !== 'string') throw new JweError('kid must be a text');
  return { kid, ...ciphers[enc] };
}

function parseHeader(head: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(bytesOf(head).toString('utf8'));
    if (typeof header === 'object' && header !== null) return { ...header };
  } catch {
    // Told below, as anything else that is no header.
  }
  throw new JweError('The header is no JSON object');
}

async function unwrap(key: KeyObject, wrapped: Buffer): Promise<Buffer> {
  try {
    const known = imported.get(key) ?? key.toCryptoKey(RSA_OAEP_256, false, ['decrypt']);
    imported.set(key, known);
    // The asynchronous way: it runs on the thread pool, where privateDecrypt would hold up every other
    // request.
    return Buffer.from(await crypto.subtle.decrypt(RSA_OAEP_256, known, new Uint8Array(wrapped)));
  } catch {
    throw notOpened();
  }
}

/** Node reads both alphabets. */
function bytesOf(part: string): Buffer {
  return Buffer.from(part, 'base64url');
}

function notOpened(): JweError {
  return new JweError('The encrypted value could not be decrypted');
}
