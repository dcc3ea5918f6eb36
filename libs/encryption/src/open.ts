import { compactDecrypt } from 'jose/jwe/compact/decrypt';
import { contentAlgorithms, type ContentAlgorithm, isContentAlgorithm } from './algorithms.ts';
import {
  KidRefusedError,
  NotOpenedError,
  OptionUnfitError,
  PlaintextNotJsonError,
  TokenMalformedError,
  TokenRefusedError,
} from './errors.ts';
import { privateHalfOf, type DecryptionKey } from './keys.ts';
import type { Jwe } from './seal.ts';
import { encodedBytes, type JweHeader, parseToken, type Token } from './token.ts';
import { openTolerantly, toleratedIvBytes } from './tolerant.ts';

/** How a token is read. */
export interface OpenOptions {
  /**
   * Also reads what Mastercard's own libraries write: a 16-byte IV with GCM, and `+` and `/` where base64url has `-`
   * and `_`. Nothing else is relaxed. Default: RFC 7516 and 7518 to the letter.
   */
  readonly tolerate?: 'mastercard-libraries';
  /** The content encryptions accepted. Default: A128GCM, A192GCM, A256GCM and A128CBC-HS256. */
  readonly enc?: readonly ContentAlgorithm[];
  /** Longest token read, in characters. Default 16,777,216. */
  readonly maxLength?: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const everyEnc: ReadonlySet<ContentAlgorithm> = new Set(
  Object.keys(contentAlgorithms).filter(isContentAlgorithm),
);

/**
 * Opens a compact JWE and returns its plaintext. With one key, the token's `kid` matters only if the key pins it; with
 * several, the `kid` chooses and must be there. Throws `TokenMalformedError`, `TokenRefusedError`, `KidRefusedError`,
 * and for every cryptographic failure `NotOpenedError`: same message, no cause, and a wrapped key that does not unwrap
 * goes on with a random one, so that time does not tell either (RFC 7516 section 11.5).
 */
export async function open(
  jwe: string,
  keys: DecryptionKey | readonly DecryptionKey[],
  options: OpenOptions = {},
): Promise<Uint8Array> {
  const relaxed = checkedTolerance(options);
  const token = parseToken(
    bounded(jwe, options.maxLength),
    relaxed ? 'both' : 'base64url',
    allowedEnc(options.enc),
  );
  const key = keyFor(token.header, keys);
  const deviation = deviationOf(token, relaxed);
  if (deviation === undefined) return openStrictly(jwe, token, key);
  if (relaxed && contentAlgorithms[token.header.enc].mode === 'gcm')
    return openTolerantly(token, privateHalfOf(key));
  throw new TokenMalformedError(deviation);
}

/** Opens a compact JWE and parses its plaintext as JSON. Throws what {@link open} throws, and `PlaintextNotJsonError`. */
export async function openJson<Plaintext>(
  jwe: Jwe<Plaintext>,
  keys: DecryptionKey | readonly DecryptionKey[],
  options: OpenOptions = {},
): Promise<Plaintext> {
  const bytes = await open(jwe, keys, options);
  try {
    return JSON.parse(utf8.decode(bytes)) as Plaintext;
  } catch {
    throw new PlaintextNotJsonError();
  }
}

/** The protected header of a compact JWE, unauthenticated: to see which key it is for. Throws as {@link open} does. */
export function headerOf(jwe: string, options: OpenOptions = {}): JweHeader {
  return parseToken(
    bounded(jwe, options.maxLength),
    checkedTolerance(options) ? 'both' : 'base64url',
    allowedEnc(options.enc),
  ).header;
}

/** Everything that could be refused by looking was; whatever fails now is one failure. */
async function openStrictly(jwe: string, { header, parts }: Token, key: DecryptionKey): Promise<Uint8Array> {
  const limits = { keyManagementAlgorithms: [header.alg], contentEncryptionAlgorithms: [header.enc] };
  const opened = await compactDecrypt(jwe, privateHalfOf(key), limits).catch(() => {
    throw new NotOpenedError();
  });
  // jose refuses every letter outside of base64url and skips blanks: these show in the length.
  if (ciphertextBytes(opened.plaintext.length, header.enc) !== encodedBytes(parts[3]))
    throw new NotOpenedError();
  return opened.plaintext;
}

function ciphertextBytes(plaintextBytes: number, enc: ContentAlgorithm): number {
  const block = 16;
  return contentAlgorithms[enc].mode === 'gcm'
    ? plaintextBytes
    : (Math.floor(plaintextBytes / block) + 1) * block;
}

/** How a token departs from RFC 7518, in words; undefined when it does not. Only looked for where it matters. */
function deviationOf({ header, parts }: Token, relaxed: boolean): string | undefined {
  const { ivBytes, mode } = contentAlgorithms[header.enc];
  const found = encodedBytes(parts[2]);
  if (found !== ivBytes) {
    const hint =
      mode === 'gcm' && found === toleratedIvBytes ? ` (tolerate: 'mastercard-libraries' reads 16)` : '';
    if (!relaxed || hint === '')
      throw new TokenMalformedError(
        `The IV of the JWE has ${found} bytes; ${header.enc} needs ${ivBytes}${hint}`,
      );
    return 'a 16-byte IV';
  }
  return relaxed && parts.some((part) => /[+/]/.test(part))
    ? `The JWE has "+" or "/", which ${header.enc} is not read with`
    : undefined;
}

function keyFor({ kid, alg }: JweHeader, keys: DecryptionKey | readonly DecryptionKey[]): DecryptionKey {
  const candidates = 'kid' in keys ? [keys] : keys;
  const several = !('kid' in keys);
  const key = candidates.find((one) => (several || one.pinned ? one.kid === kid : true));
  if (key === undefined) {
    const named = kid === undefined ? 'names no key' : 'names a key that is not configured';
    throw new KidRefusedError(
      `The JWE ${named}; configured: ${candidates.map((one) => one.kid).join(', ') || 'none'}`,
    );
  }
  if (alg !== key.alg)
    throw new TokenRefusedError(`The "alg" of the JWE is ${alg}; the key ${key.kid} is for ${key.alg}`);
  return key;
}

function bounded(jwe: string, maxLength = 16_777_216): string {
  if (typeof jwe !== 'string') throw new TokenMalformedError(`A compact JWE is text; found ${typeof jwe}`);
  if (jwe.length > maxLength)
    throw new TokenRefusedError(`The JWE has ${jwe.length} characters; at most ${maxLength} are read`);
  return jwe;
}

function checkedTolerance({ tolerate }: OpenOptions): boolean {
  if (tolerate === undefined || tolerate === 'mastercard-libraries') return tolerate !== undefined;
  throw new OptionUnfitError(`tolerate: found ${String(tolerate)}; only 'mastercard-libraries' is known`);
}

function allowedEnc(enc: readonly ContentAlgorithm[] | undefined): ReadonlySet<ContentAlgorithm> {
  if (enc === undefined) return everyEnc;
  const unknown = enc.find((one) => !isContentAlgorithm(one));
  if (unknown === undefined) return new Set(enc);
  throw new OptionUnfitError(`enc: found ${String(unknown)}; known are ${[...everyEnc].join(', ')}`);
}
