import { maskPansIn } from '@enrollkit/enrollment';

const SHOWN_MAX = 40;

/** A name found in the input (a header, a key) as a message may show it: short, in quotes, no control characters, no PAN. */
export function quoted(name: string): string {
  const short = name.length > SHOWN_MAX ? `${name.slice(0, SHOWN_MAX)}…` : name;
  return `"${maskPansIn(short).replace(/[\p{Cc}\p{Cf}\p{Cs}"\u2028\u2029]/gu, '?')}"`;
}
