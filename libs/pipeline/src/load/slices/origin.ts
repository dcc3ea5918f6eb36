import type { SourcePlace } from '@enrollkit/enrollment';
import type { ReadFrom, Row } from '../input/row.ts';
import type { SliceExtent } from './slice-reader.ts';

/** Where rows begin to count: places of a portion are kept as distances from here. */
export type Origin = Pick<SourcePlace, 'offset' | 'line'> & { readonly rows: number };

/** A place as its distance from an origin. */
export function distance({ row, line, offset, length }: SourcePlace, from: Origin): SourcePlace {
  return { row: row - from.rows, line: line - from.line, offset: offset - from.offset, length };
}

/** The place at a distance from an origin. */
export function placeFrom({ rows, line, offset }: Origin, place: SourcePlace): SourcePlace {
  return {
    row: rows + place.row,
    line: line + place.line,
    offset: offset + place.offset,
    length: place.length,
  };
}

/** The origin of some rows that begins with the first of them. */
export function originOf([first]: readonly Row[]): Origin {
  const { row, line, offset } = first?.place ?? { row: 1, line: 1, offset: 0 };
  return { rows: row - 1, line, offset };
}

/** Where reading goes on behind a slice that begins at `from` and ends at `offset`. */
export function behind(from: ReadFrom, { rows, lines, lastLine }: SliceExtent, offset: number): ReadFrom {
  return {
    offset,
    line: from.line + lines,
    rows: from.rows + rows,
    lastLine: lastLine === undefined ? (from.lastLine ?? from.line) : from.line + lastLine,
  };
}
