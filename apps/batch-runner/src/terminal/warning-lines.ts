import type { WarningKind } from '@enrollkit/pipeline';
import { count, plural } from './format.ts';

/** One line for each kind of warning: what, how often, and where first. */
export function warningLines(kinds: readonly WarningKind[]): string[] {
  return kinds.map(
    ({ code, field, message, rows, lines }) =>
      `${field}: ${message} (${code}): ${count(rows)} ${plural(rows, 'row')}, ${plural(lines.length, 'line')} ${lines.join(', ')}${rows > lines.length ? ', ...' : ''}`,
  );
}

/** What is said of a file whose last line nothing ends. */
export function noLineEnd(line: number): string {
  return `the last line (${line}) has no line end: the file may be cut off there`;
}

/** What makes sure of it. */
export const noLineEndHint =
  'compare the number of rows with the source: --expect-rows N, or input.trailer, refuses a file that is cut off';

/** What is said of a file whose columns have slipped. */
export function shifted(line: number): string {
  return `columns look shifted from line ${line} on: postal code, city or state are none in many rows`;
}

/** What to do about it. */
export const shiftedHint = 'compare these lines with the header before you send them';

/** Said of a header record that was found in a file of fixed width. */
export function headerRecord(line: number): string {
  return `line ${line} is a header record and was passed over (input.skipFirst: 0 takes it for a row)`;
}
