import type { Finding } from './report.ts';

/**
 * Controls, format characters such as bidirectional overrides, and the separators of Unicode; line ends and
 * tabs stay.
 */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A value at the bound of a length is one sign over and over. */
const longRun = /([^\s-])\1{79,}/g;

/**
 * A text of a document's as it may reach a terminal, a comment or a page: what would steer them is shown as
 * its code point.
 */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(longRun, (run, sign: string) => `${sign.repeat(8)}...(${run.length} in all)`)
    .replaceAll(unprintable, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll(/^(\s*)::/gm, '$1\\u{3a}:')
    .replaceAll(/^(\s*)##\[/gm, '$1\\u{23}#[');
}

/** A finding whose texts are printable. */
export function printableFinding(finding: Finding): Finding {
  const { message, hint, details, place } = finding;
  return {
    ...finding,
    id: printable(finding.id),
    message: printable(message),
    ...(hint === undefined ? {} : { hint: printable(hint) }),
    ...(place === undefined ? {} : { place: { ...place, file: printable(place.file) } }),
    ...(details === undefined
      ? {}
      : { details: details.map(({ label, text }) => ({ label: printable(label), text: printable(text) })) }),
  };
}
