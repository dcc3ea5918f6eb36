import { SeededRandom } from '@enrollkit/base';
import type { SourcePlace } from '@enrollkit/enrollment';
import type { ReadFrom, Row } from './input/row.ts';
import type { RowReader } from './read.ts';

/** Which rows of an input are taken, when not all of them; one of the two. */
export interface RowSelection {
  /** The first ones. */
  readonly limit?: number;
  /** So many from all over the file, chosen by its digest: the same ones each time. */
  readonly sample?: number;
}

/** Whether only some rows are taken. */
export function isSelective({ limit, sample }: RowSelection): boolean {
  return limit !== undefined || sample !== undefined;
}

/**
 * A reader of some rows of an input, which are counted as if there were no others; lines and offsets stay
 * those of the file. The whole input is read all the same, so that one that is broken in its last line is
 * refused. Reads from the first row only. `digest`: SHA-256 of the input, hex.
 */
export function selectRows(reader: RowReader, selection: RowSelection, digest: string): RowReader {
  return isSelective(selection) ? new SelectedReader(reader, selection, digest) : reader;
}

class SelectedReader implements RowReader {
  readonly #reader: RowReader;
  readonly #selection: RowSelection;
  readonly #digest: string;

  constructor(reader: RowReader, selection: RowSelection, digest: string) {
    this.#reader = reader;
    this.#selection = selection;
    this.#digest = digest;
  }

  get format(): RowReader['format'] {
    return this.#reader.format;
  }

  get delimiter(): string | undefined {
    return this.#reader.delimiter;
  }

  get layout(): RowReader['layout'] {
    return this.#reader.layout;
  }

  get headerRecord(): number | undefined {
    return this.#reader.headerRecord;
  }

  get openLine(): number | undefined {
    return this.#reader.openLine;
  }

  async *rows(from?: ReadFrom): AsyncGenerator<readonly Row[]> {
    if (from !== undefined && from.rows > 0)
      throw new RangeError('some rows are read from the first one only');
    const isChosen = await this.#chooser();
    let row = 0;
    for await (const portion of this.#reader.rows()) {
      const chosen = portion.flatMap((one): Row[] =>
        isChosen(one.place.row) ? [{ ...one, place: { ...one.place, row: (row += 1) } }] : [],
      );
      if (chosen.length > 0) yield chosen;
    }
  }

  readOne(place: SourcePlace): Promise<Row> {
    return this.#reader.readOne(place);
  }

  /** Tells of the number of a row whether it is taken. */
  async #chooser(): Promise<(row: number) => boolean> {
    const { limit, sample = 0 } = this.#selection;
    if (limit !== undefined) return (row) => row <= limit;
    let total = 0;
    for await (const portion of this.#reader.rows()) total += portion.length;
    const chosen = sampleOf(total, sample, this.#digest);
    return (row) => chosen.has(row);
  }
}

const SEED_DIGITS = 8;

/**
 * So many of the rows from 1 to `total`, each as likely as any other (selection sampling, Knuth 3.4.2
 * algorithm S).
 */
function sampleOf(total: number, size: number, digest: string): ReadonlySet<number> {
  const random = new SeededRandom(Number.parseInt(digest.slice(0, SEED_DIGITS), 16));
  const chosen = new Set<number>();
  for (let row = 1; row <= total && chosen.size < size; row += 1)
    if (random.next() * (total - row + 1) < size - chosen.size) chosen.add(row);
  return chosen;
}
