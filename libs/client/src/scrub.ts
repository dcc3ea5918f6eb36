/** Longest text of the provider's that we repeat, in characters. */
export const longestMessage = 300;

/** Longest reason code that we repeat, in characters. */
export const longestCode = 64;

// Every run that could hide a card number is masked, whether or not it passes Luhn: a number with a digit in
// front of it passes no check and is still readable.
const couldBeCardNumber = /\d(?:[ -]?\d){11,}/g;
// A JOSE token begins with the base64url of `{"`; other long runs of base64 are keys, signatures or pieces of tokens.
const tokenLike = /eyJ[\w-]*(?:\.[\w-]*)*|[\w+/=.-]{80,}/g;
const emailLike = /[^\s@"'<>]+@[^\s@"'<>]+/g;
// Control and format characters, and both line separators: nothing that could move a terminal's cursor or forge a log line.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/**
 * Makes a text of the provider's safe to repeat: on one line, without control characters, at most `longest`
 * characters (default `longestMessage`), with runs of 12 or more digits (spaces and dashes allowed between them),
 * tokens, long runs of base64 and e-mail addresses each replaced by a word in brackets.
 */
export function scrub(text: string, longest: number = longestMessage): string {
  const clean = beginning(text, longest * 8)
    .replaceAll(unprintable, ' ')
    .replaceAll(tokenLike, '[token]')
    .replaceAll(emailLike, '[e-mail]')
    .replaceAll(couldBeCardNumber, '[number]')
    .trim();
  return clean.length <= longest ? clean : `${clean.slice(0, longest - 1)}…`;
}

/** What is cut off must not hide a number or a token from the patterns: the word at the cut goes too. */
function beginning(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\w+/=.@ -]{1,200}$/, '');
}
