import type { ColumnFinder } from './columns.ts';
import { cellsOf, textOf } from './csv.ts';
import { InputError } from './errors.ts';
import type { Block, Frame } from './frames.ts';
import { fieldLike, headerBlock, columnsBlock } from './suggest.ts';

/** A first line by which a spreadsheet says the delimiter. */
export const SEPARATOR_LINE = /^"?sep=(.)"?$/i;

/** What is looked for when neither the configuration nor the file says it. */
const usual = [',', ';', '\t', '|'] as const;
/** What is taken only when it makes several names known. */
const unusual = ['~', '^', '¦', '\u0001', '\u001f', '§', ':', '#', '/', '*', '\u00ac', ' '] as const;
/** So many known names are no chance. */
const CERTAIN = 3;

/** The first line of a file and the one behind it. */
export interface FirstLines {
  readonly block: Block;
  readonly frame: Frame;
  readonly next: Frame | undefined;
}

/**
 * The delimiter with which most names of a header are known. Throws `InputError` `delimiter-unknown`, with
 * what the line looks like.
 */
export function foundDelimiter(lines: FirstLines, find: ColumnFinder): string {
  const { block, frame } = lines;
  const best = mostKnown(usual, (delimiter) => countKnown(block, frame, { delimiter, find }));
  if (best.count > 0) return best.delimiter;
  const other = mostKnown(unusual, (delimiter) => countKnown(block, frame, { delimiter, find }));
  if (other.count >= CERTAIN) return other.delimiter;
  throw notAHeader(lines, find);
}

/** The delimiter, or two of it where the header shows that it is written twice: `a||b`. */
export function doubled(text: string, delimiter: string, set: string | undefined): string {
  if (set !== undefined) return set;
  const names = text.split(delimiter);
  const isDoubled = names.length >= CERTAIN && names.every((name, index) => index % 2 === 0 || name === '');
  return isDoubled ? delimiter + delimiter : delimiter;
}

/** The usual delimiter that divides a line into so many cells; undefined when none does. */
export function listDelimiter(block: Block, frame: Frame, columns: number): string | undefined {
  return [...usual, ...unusual, '||', ';;', '~~', '::'].find(
    (delimiter) => cellsSafely(block, frame, delimiter).length === columns,
  );
}

function mostKnown(
  delimiters: readonly string[],
  count: (delimiter: string) => number,
): { readonly delimiter: string; readonly count: number } {
  return delimiters
    .map((delimiter) => ({ delimiter, count: count(delimiter) }))
    .reduce((one, other) => (other.count > one.count ? other : one));
}

function countKnown(
  block: Block,
  frame: Frame,
  guess: { readonly delimiter: string; readonly find: ColumnFinder },
): number {
  return cellsSafely(block, frame, guess.delimiter).filter((name) => guess.find(name.trim()) !== undefined)
    .length;
}

function cellsSafely(block: Block, frame: Frame, delimiter: string): readonly string[] {
  try {
    return cellsOf(block, frame, delimiter);
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

/** What a first line that names no field looks like, and what to set. */
function notAHeader(lines: FirstLines, find: ColumnFinder): InputError {
  const { block, frame, next } = lines;
  const { delimiter } = mostKnown(
    [...usual, ...unusual],
    (one) => cellsSafely(block, frame, one).length - (one === ' ' ? 1e6 : 0),
  );
  const cells = cellsSafely(block, frame, delimiter).map((cell) => cell.trim());
  const refused = (message: string, hint: string): InputError =>
    new InputError('delimiter-unknown', { message, hint }, { line: frame.line });
  if (next && usual.some((one) => countKnown(block, next, { delimiter: one, find }) >= CERTAIN))
    return refused(
      'The first line names no field, and the one behind it does',
      `Pass over it: set input.skipFirst: ${next.line - 1} (and input.trailer, if the file ends in a line of its own)`,
    );
  if (cells.filter((name) => fieldLike(name) !== undefined).length >= CERTAIN)
    return refused(
      'The first line names no field by its own name, and several by another',
      `Set this in the configuration, corrected where it is wrong:\n${columnsBlock(cells, (name) => find(name) !== undefined)}`,
    );
  const text = textOf(block, frame);
  if (cells.length < CERTAIN && next && /\S {3}/.test(text))
    return refused(
      'The lines look like fixed width: the fields stand at the same places in each, with spaces between them',
      'Set the places of each field, from 1, both ends included: input.layout: { externalConsumerId: 1-10, externalCardId: 11-20, ... }',
    );
  if (cells.length >= CERTAIN && cells.some((cell) => /\d/.test(cell)))
    return refused(
      `The first line names no field: it looks like a row of ${cells.length} columns, divided by ${named(delimiter)}`,
      `A file without a header needs one in the configuration, each column in its order:\n${headerBlock(cells)}`,
    );
  return refused(
    'The first line names no field, whether comma, semicolon, tab or | divides it',
    'The first line must be a header: map its names (input.columns) or set the delimiter (input.delimiter), of one character or more',
  );
}

function named(delimiter: string): string {
  return delimiter === '\t' ? 'tabs' : `"${delimiter}"`;
}
