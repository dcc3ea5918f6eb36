import { InputError } from './errors.ts';

/** The last line of a complete file: how it begins, and where it counts the rows. */
export interface TrailerSettings {
  readonly starts: string;
  /** The number of the column that holds the count, from 1; or the places of it, `4-12`, in fixed width. */
  readonly count?: number | string | undefined;
  /** Records that are counted besides the rows: a header, the trailer. Default 0. */
  readonly extra?: number | undefined;
}

/** Watches for the trailer while rows are read. */
export class TrailerWatch {
  readonly #settings: TrailerSettings;
  #seen = false;

  constructor(settings: TrailerSettings) {
    this.#settings = settings;
  }

  /** Whether a line is the trailer. Throws `InputError` `trailer-early` for any line behind it. */
  takes(text: string, line: number): boolean {
    if (this.#seen)
      throw new InputError(
        'trailer-early',
        { message: 'A line stands behind the trailer', hint: 'Files were joined here: give each by itself' },
        { line },
      );
    return (this.#seen = text.startsWith(this.#settings.starts));
  }

  /** Compares the count of the trailer. Throws `InputError` `trailer-count`. */
  judge(
    text: string,
    cells: readonly string[],
    place: { readonly line: number; readonly rows: number },
  ): void {
    const { count, extra = 0 } = this.#settings;
    if (count === undefined) return;
    const found = valueAt(text, cells, count).trim();
    const said = /^\d{1,15}$/.test(found) ? Number(found) - extra : undefined;
    if (said === place.rows) return;
    throw new InputError(
      'trailer-count',
      {
        message:
          said === undefined
            ? 'The trailer has no number where input.trailer.count says'
            : `The trailer counts ${said} rows, and the file has ${place.rows}`,
        hint:
          said === undefined
            ? 'Correct input.trailer.count: the number of the column, or the places in the line as from-to'
            : 'The file is not the one that was exported: fetch it again. If the count includes header and trailer, set input.trailer.extra: 2',
      },
      { line: place.line },
    );
  }

  /** Throws `InputError` `trailer-missing` when the file ended without it. */
  end(line: number): void {
    if (this.#seen) return;
    throw new InputError(
      'trailer-missing',
      {
        message: 'The file ends without the trailer that input.trailer says it has',
        hint: 'The file was cut off: fetch it again',
      },
      { line },
    );
  }
}

function valueAt(text: string, cells: readonly string[], count: number | string): string {
  if (typeof count === 'number') return cells[count - 1] ?? '';
  const [from = 1, to = from] = count.split('-').map(Number);
  return text.slice(from - 1, to);
}

/** First cells of a line that closes a file. */
const TRAILER = /^"?(?:TRL|TRLR|TRAILER|TLR|TR|FTR|FOOTER|EOF|END|TOTAL|T|Z|9{1,3})"?$/i;
/** A line that is one of these words and nothing else closes a file, without a count. */
const TRAILER_WORD = /^(?:TRL|TRLR|TRAILER|FOOTER|EOF|END(?: OF FILE)?)$/i;
/** A trailer is short. */
const MOST_CELLS = 6;

/** The setting that reads a line as a trailer; undefined for a line that does not look like one. */
export function trailerLike(cells: readonly string[], rows: number): string | undefined {
  const [starts = ''] = cells.map((cell) => cell.trim());
  if (cells.length === 1 && TRAILER_WORD.test(starts)) return `{ starts: ${starts} }`;
  if (cells.length < 2 || cells.length > MOST_CELLS || !TRAILER.test(starts)) return undefined;
  const numbers = cells.flatMap((cell, index) => (/^\s*\d{1,12}\s*$/.test(cell) && index > 0 ? [index] : []));
  const count = numbers.find((index) => Number(cells[index]) === rows) ?? numbers[0];
  return count === undefined ? undefined : `{ starts: ${starts}, count: ${count + 1} }`;
}
