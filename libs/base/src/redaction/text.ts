import { maskCardNumbers, replaceLongNumbers } from './card-numbers.ts';

/** Longest foreign text that a message repeats, in characters. */
export const longestText = 300;

/** Longest foreign code or name that a message repeats, in characters. */
export const longestCode = 64;

/** Longest name that {@link quoted} repeats, in characters. */
const longestName = 40;

/**
 * Control characters, line and paragraph separators, lone surrogates, and format characters, which can turn
 * the direction of writing or hide text (Unicode TR 36). The joiners stay: Persian and many emoji are written
 * with them.
 */
const unprintable = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\u200c\u200d]]/gv;
const lineBreakOrTab = /[\t\n]/;

// A JOSE token begins with the base64url of `{"`; other long runs of base64 are keys, signatures or pieces of
// tokens.
const tokenLike = /eyJ[\w-]*(?:\.[\w-]*)*|[\w+/=.-]{80,}/g;
// Each word is entered at its beginning only, so that a long one is read once.
const emailLike = /(?<![^\s"'<>])[^\s@＠"'<>]+?(?:[@＠]|%40)[^\s"'<>]+/giu;

/**
 * Makes a foreign text safe to repeat: on one line, without control characters, at most `longest`
 * characters (default {@link longestText}), with every run of 12 or more digits replaced by `[number]`, JOSE
 * tokens and long base64 by `[token]`, and e-mail addresses by `[e-mail]`.
 */
export function redactText(text: string, longest: number = longestText): string {
  const clean = replaceLongNumbers(
    beginningOf(text, longest * 8)
      .replaceAll(tokenLike, '[token]')
      .replaceAll(emailLike, '[e-mail]'),
    '[number]',
  )
    .replaceAll(unprintable, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  return clean.length <= longest ? clean : `${clean.slice(0, longest - 1)}…`;
}

/** Replaces every character that moves a cursor, hides text or is half a character. */
export function replaceUnprintable(text: string, replacement: string): string {
  return text.replaceAll(unprintable, replacement);
}

/** Shows what is unprintable as a dot; tabs and line feeds stay. For texts that go to a terminal. */
export function visible(text: string): string {
  return text.replaceAll(unprintable, (character) => (lineBreakOrTab.test(character) ? character : '·'));
}

/**
 * A name found in input (a header, a key) as a message may show it: in quotes, printable, no card number, at
 * most `longest` characters (default 40).
 */
export function quoted(name: string, longest: number = longestName): string {
  const masked = maskCardNumbers(beginningOf(name, longest * 8));
  const printable = replaceUnprintable(masked, '?').replaceAll('"', '?');
  return `"${printable.length > longest ? `${printable.slice(0, longest)}…` : printable}"`;
}

/** Cuts a text and drops the word at the cut, since half a number or half a token matches no pattern. */
function beginningOf(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[^\s]{1,200}$|[\w+/=.@% -]{1,200}$/, '');
}
