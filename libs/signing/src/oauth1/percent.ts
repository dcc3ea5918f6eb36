import { InvalidRequestError } from '../errors.ts';

const LEFT_ALONE_BY_PLATFORM = /[!*'()]/g;
const ESCAPE_OR_RESERVED = /%[0-9A-Fa-f]{2}|\+|[^A-Za-z0-9\-._~]/gu;
const UNRESERVED = /^[A-Za-z0-9\-._~]$/;

/**
 * Percent-encodes the UTF-8 bytes of a text: everything but `A-Z a-z 0-9 - . _ ~`, upper-case hex (RFC 5849
 * section 3.6).
 *
 * @throws {InvalidRequestError} when the text has a lone surrogate, which has no UTF-8 form
 */
export function percentEncode(text: string): string {
  if (!text.isWellFormed()) {
    throw new InvalidRequestError(
      'text to be signed has half a surrogate pair, which no encoding can carry',
      'Correct the URL: a text was cut in the middle of a character.',
    );
  }
  return encodeURIComponent(text).replace(LEFT_ALONE_BY_PLATFORM, escapeAscii);
}

/**
 * Brings one name or value of a query to its only encoded form, as if it were form-decoded
 * (`%41` and `A` are one, `+` is a space) and encoded again, byte by byte, so that no two differing
 * byte strings meet (RFC 5849 section 3.4.1.3). A `%` that begins no escape stands for itself.
 */
export function normaliseComponent(component: string): string {
  return component.replace(ESCAPE_OR_RESERVED, (match) => {
    if (match === '+') return '%20';
    if (match.length !== 3) return percentEncode(match);
    const character = String.fromCharCode(Number.parseInt(match.slice(1), 16));
    return UNRESERVED.test(character) ? character : match.toUpperCase();
  });
}

/**
 * Decodes what decodes; an escape that is not UTF-8 leaves the text as it was. For reading, never for
 * signing.
 */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function escapeAscii(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
