import type { SourcePlace } from '@enrollkit/enrollment';

/** Where a rejected row stands, and in which file: enough to read its card number again. */
export interface RowReference {
  /** The first digits of the input's digest. */
  readonly file: string;
  readonly place: SourcePlace;
}

const DIGITS = 12;
const SHAPE = /^([\da-f]{12})r(\d+)l(\d+)o(\d+)n(\d+)$/;

/**
 * The reference of a row, as one word: the file, then row, line, offset and length. No digits of it run
 * together.
 */
export function referenceText(digest: string, { row, line, offset, length }: SourcePlace): string {
  return `${digest.slice(0, DIGITS)}r${row}l${line}o${offset}n${length}`;
}

/** Reads a reference; undefined for any other text. */
export function referenceOf(text: string): RowReference | undefined {
  const [, file, row, line, offset, length] = SHAPE.exec(text.trim()) ?? [];
  if (file === undefined) return undefined;
  return {
    file,
    place: { row: Number(row), line: Number(line), offset: Number(offset), length: Number(length) },
  };
}
