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
import { openToken } from './open-content.ts';
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

/**
 * The IV Mastercard's libraries write with GCM, in bytes. AES-GCM itself takes it (NIST SP 800-38D); RFC 7518
 * does not.
 */
const toleratedIvBytes = 16;

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
  refuseDeviation(token, relaxed);
  return firstOpened(candidates.map((key) => openToken(token, unwrapperOf(key))));
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

/** A token departs from RFC 7518 in nothing but what is tolerated, and that only with GCM. */
function refuseDeviation({ header, parts }: Token, relaxed: boolean): void {
  const { ivBytes, mode } = contentAlgorithms[header.enc];
  const found = encodedBytes(parts[2]);
  const toleratedIv = mode === 'gcm' && found === toleratedIvBytes;
  if (found !== ivBytes && !(relaxed && toleratedIv)) {
    const hint = toleratedIv ? ` (tolerate: 'mastercard-libraries' reads ${toleratedIvBytes})` : '';
    throw new TokenMalformedError(
      `The IV of the JWE has ${found} bytes; ${header.enc} needs ${ivBytes}${hint}`,
    );
  }
  if (relaxed && mode !== 'gcm' && parts.some((part) => /[+/]/.test(part)))
    throw new TokenMalformedError(`The JWE has "+" or "/", which ${header.enc} is not read with`);
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
