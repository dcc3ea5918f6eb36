import { defined } from '@enrollkit/base';
import {
  contentAlgorithms,
  type ContentAlgorithm,
  isContentAlgorithm,
  isKeyAlgorithm,
  type KeyAlgorithm,
} from './algorithms.ts';
import { TokenMalformedError, TokenRefusedError } from './errors.ts';

/**
 * A protected header that is read; members we do not know are kept and have no effect (RFC 7516 section 4).
 */
export interface JweHeader {
  readonly alg: KeyAlgorithm;
  readonly enc: ContentAlgorithm;
  readonly kid?: string;
  readonly cty?: string;
  readonly [member: string]: unknown;
}

/** A compact JWE taken apart; every part still in its received text. */
export interface Token {
  readonly header: JweHeader;
  readonly parts: readonly [
    header: string,
    encryptedKey: string,
    iv: string,
    ciphertext: string,
    tag: string,
  ];
}

/** The alphabets a token may be written in: RFC 4648 section 5, or with that of section 4 mixed in. */
export type Alphabet = 'base64url' | 'both';

const alphabets = { base64url: /^[\w-]*$/, both: /^[\w+/-]*$/ } as const;
const base64Characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const maxHeaderLength = 8_192;

/**
 * Takes a compact JWE apart and judges everything that can be judged without the key. Every part must be the
 * one spelling its bytes have (RFC 4648 section 3.5): otherwise two different tokens would be the same
 * message. Throws `TokenMalformedError` or `TokenRefusedError`.
 */
export function parseToken(token: string, alphabet: Alphabet, allowed: ReadonlySet<ContentAlgorithm>): Token {
  const parts = token.split('.', 6);
  const [protectedHeader, encryptedKey, iv, ciphertext, tag] = parts;
  if (
    parts.length !== 5 ||
    protectedHeader === undefined ||
    encryptedKey === undefined ||
    iv === undefined ||
    ciphertext === undefined ||
    tag === undefined
  ) {
    throw new TokenMalformedError(
      `A compact JWE has five parts between dots; found ${parts.length > 5 ? 'more' : parts.length}`,
    );
  }
  for (const [index, part] of parts.entries()) {
    const canonical =
      endsWell(part) && (part === ciphertext ? isSpelled(part, alphabet) : alphabets[alphabet].test(part));
    if (!canonical)
      throw new TokenMalformedError(`Part ${index + 1} of the JWE is not base64url in its only spelling`);
  }
  const header = readHeader(protectedHeader, allowed);
  const { tagBytes } = contentAlgorithms[header.enc];
  if (encodedBytes(tag) !== tagBytes)
    throw new TokenMalformedError(
      `The tag of the JWE has ${encodedBytes(tag)} bytes; ${header.enc} needs ${tagBytes}`,
    );
  return { header, parts: [protectedHeader, encryptedKey, iv, ciphertext, tag] };
}

/** How many bytes a base64 text without padding stands for. */
export function encodedBytes(text: string): number {
  return Math.floor((text.length * 3) / 4);
}

function readHeader(encoded: string, allowed: ReadonlySet<ContentAlgorithm>): JweHeader {
  if (encoded.length > maxHeaderLength)
    throw new TokenRefusedError(`The protected header is longer than ${maxHeaderLength} characters`);
  const header = parseHeader(encoded);
  const { alg, enc, kid } = header;
  // Neither is understood here, and a reader must refuse what it does not understand (RFC 7516 section
  // 4.1.13).
  if ('crit' in header)
    throw new TokenRefusedError('The protected header has "crit": no extension is understood here');
  if ('zip' in header)
    throw new TokenRefusedError('The protected header has "zip": compressed plaintexts are not read');
  if (!isKeyAlgorithm(alg)) throw new TokenRefusedError('The "alg" of the JWE is not one that is read here');
  if (!isContentAlgorithm(enc) || !allowed.has(enc))
    throw new TokenRefusedError('The "enc" of the JWE is not one that is read here');
  if (kid !== undefined && typeof kid !== 'string')
    throw new TokenMalformedError('The "kid" of the JWE is not text');
  return defined<JweHeader>({ ...header, alg, enc, kid });
}

function parseHeader(encoded: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64')),
    );
  } catch {
    throw new TokenMalformedError('The protected header is not JSON in UTF-8');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TokenMalformedError('The protected header is not a JSON object');
  return { ...value };
}

/**
 * The ciphertext may be long: here only the letters are looked for that decoding would take for others. It
 * refuses whatever is of no alphabet.
 */
function isSpelled(ciphertext: string, alphabet: Alphabet): boolean {
  return alphabet === 'both' || !(ciphertext.includes('+') || ciphertext.includes('/'));
}

/** A length that encodes whole bytes, and zero in the bits that encode none. */
function endsWell(part: string): boolean {
  const rest = part.length % 4;
  if (rest === 0) return true;
  const last = base64Characters.indexOf(part.at(-1)?.replace('+', '-').replace('/', '_') ?? '');
  return rest !== 1 && last !== -1 && (last & (rest === 2 ? 0b1111 : 0b11)) === 0;
}
