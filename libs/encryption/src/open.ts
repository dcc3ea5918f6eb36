import { compactDecrypt } from 'jose/jwe/compact/decrypt';
import { contentAlgorithms, type ContentAlgorithm, isContentAlgorithm } from './algorithms.ts';
import {
  KidRefusedError,
  NotOpenedError,
  OptionUnfitError,
  TokenMalformedError,
  TokenRefusedError,
} from './errors.ts';
import { parseJson } from './json.ts';
import { type DecryptionKey, unwrapperOf } from './keys.ts';
import { defaultMaxLength, positiveInteger } from './limits.ts';
import { openByHand, toleratedIvBytes } from './open-content.ts';
import type { Jwe } from './seal.ts';
import { encodedBytes, type JweHeader, parseToken, type Token } from './token.ts';

/** How a token is read. */
export interface OpenOptions {
  /**
   * Also reads what Mastercard's own libraries write: a 16-byte IV with GCM, and `+` and `/` where base64url
   * has `-` and `_`. Nothing else is relaxed. Default: RFC 7516 and 7518 to the letter.
   */
  readonly tolerate?: 'mastercard-libraries';
  /** The content encryptions accepted. Default: A128GCM, A192GCM, A256GCM and A128CBC-HS256. */
  readonly enc?: readonly ContentAlgorithm[];
  /** Longest token read, in characters. Default 16,777,216. */
  readonly maxLength?: number;
}

/** How JSON is read. */
export interface OpenJsonOptions extends OpenOptions {
  /**
   * What becomes of integers beyond 2^53 - 1, which a number cannot carry: they are refused
   * (`NumberUnsafeError`, the default), or given as strings of their digits, or as BigInt.
   */
  readonly largeIntegers?: 'refuse' | 'string' | 'bigint';
}

const everyEnc: ReadonlySet<ContentAlgorithm> = new Set(
  Object.keys(contentAlgorithms).filter(isContentAlgorithm),
);

/**
 * Opens a compact JWE and returns its plaintext. With one key, the token's `kid` matters only if the key pins
 * it. With several, the `kid` chooses; one that names none of them has each key tried that does not pin its
 * kid, all of them and always, so that time does not tell which fits. Throws `TokenMalformedError`,
 * `TokenRefusedError`, `KidRefusedError`, `KeyUnavailableError`, and for every cryptographic failure
 * `NotOpenedError`: same message, no cause, and a wrapped key that does not unwrap goes on with a random one
 * (RFC 7516 section 11.5).
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
  const candidates = keysFor(token.header, keys);
  const deviation = deviationOf(token, relaxed);
  const byHand = deviation !== undefined;
  if (byHand && !(relaxed && contentAlgorithms[token.header.enc].mode === 'gcm'))
    throw new TokenMalformedError(deviation);
  return firstOpened(candidates.map((key) => openWith(jwe, token, { key, byHand })));
}

/**
 * Opens a compact JWE and parses its plaintext as JSON. Throws what {@link open} throws,
 * `PlaintextNotJsonError` and `NumberUnsafeError`.
 */
export async function openJson<Plaintext>(
  jwe: Jwe<Plaintext>,
  keys: DecryptionKey | readonly DecryptionKey[],
  options: OpenJsonOptions = {},
): Promise<Plaintext> {
  const { largeIntegers = 'refuse' } = options;
  if (!['refuse', 'string', 'bigint'].includes(largeIntegers))
    throw new OptionUnfitError(
      `largeIntegers: found ${String(largeIntegers)}; refuse, string or bigint is known`,
    );
  return parseJson(await open(jwe, keys, options), largeIntegers) as Plaintext;
}

/**
 * The protected header of a compact JWE, unauthenticated: to see which key it is for. Throws as {@link open}
 * does.
 */
export function headerOf(jwe: string, options: OpenOptions = {}): JweHeader {
  return parseToken(
    bounded(jwe, options.maxLength),
    checkedTolerance(options) ? 'both' : 'base64url',
    allowedEnc(options.enc),
  ).header;
}

/** Waits for all attempts, whichever succeeds. */
async function firstOpened(attempts: readonly Promise<Uint8Array>[]): Promise<Uint8Array> {
  const outcomes = await Promise.allSettled(attempts);
  const opened = outcomes.find((outcome) => outcome.status === 'fulfilled');
  if (opened !== undefined) return opened.value;
  const failures: readonly unknown[] = outcomes.flatMap((one) =>
    one.status === 'rejected' ? [one.reason] : [],
  );
  throw failures.find((error) => !(error instanceof NotOpenedError)) ?? new NotOpenedError();
}

/** Everything that could be refused by looking was; whatever fails now is one failure. */
async function openWith(
  jwe: string,
  token: Token,
  { key, byHand }: { readonly key: DecryptionKey; readonly byHand: boolean },
): Promise<Uint8Array> {
  const unwrapper = unwrapperOf(key);
  if (byHand || typeof unwrapper === 'function') return openByHand(token, unwrapper);
  const { header, parts } = token;
  const limits = { keyManagementAlgorithms: [header.alg], contentEncryptionAlgorithms: [header.enc] };
  const opened = await compactDecrypt(jwe, unwrapper, limits).catch(() => {
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

/**
 * How a token departs from RFC 7518, in words; undefined when it does not. Only looked for where it matters.
 */
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

function keysFor(
  { kid, alg }: JweHeader,
  keys: DecryptionKey | readonly DecryptionKey[],
): readonly DecryptionKey[] {
  const configured = 'kid' in keys ? [keys] : keys;
  const named = configured.filter((one) => kid !== undefined && one.kid === kid);
  const meant = named.length > 0 ? named : configured.filter((one) => !one.pinned);
  if (meant.length === 0) {
    const found = kid === undefined ? 'names no key' : 'names a key that is not configured';
    throw new KidRefusedError(
      `The JWE ${found}; configured: ${configured.map((one) => one.kid).join(', ') || 'none'}`,
    );
  }
  const fitting = meant.filter((one) => one.alg === alg);
  if (fitting.length > 0) return fitting;
  const others = [...new Set(meant.map((one) => one.alg))].join(' or ');
  throw new TokenRefusedError(`The "alg" of the JWE is ${alg}; the key is for ${others}`);
}

function bounded(jwe: string, limit: number = defaultMaxLength): string {
  const maxLength = positiveInteger('maxLength', limit);
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
