import type { Rejection, ValidationError } from '@enrollkit/enrollment';
import type { ColumnTarget } from '../load/input/columns.ts';
import type { Row } from '../load/input/row.ts';
import type { RowReader } from '../load/read.ts';
import type { RejectedRow } from '../load/validate.ts';
import { guarded, isRejectionColumn, rejectionColumns } from './columns.ts';
import { NewFile } from './new-file.ts';
import { redacted } from './redact.ts';
import { referenceText } from './reference.ts';

const FLUSH_CHARS = 1 << 16;

/**
 * Writes rejected rows in the format of their input, with the original columns (or keys) and behind them what
 * is wrong, so that the file can be corrected and run again; the reference leads to the row in the input. All
 * errors of a row stand in its one line, divided by ` | `.
 *
 * Card numbers are masked, damaged ones too; control characters become U+FFFD; a cell that a spreadsheet
 * would take for a formula is guarded by an apostrophe, which reading the file takes away. Only its owner may
 * read the file (0600). It appears when it is complete, under a name that nothing has yet; without a
 * rejection there is none.
 */
export class RejectionsFile {
  readonly #wanted: string;
  readonly #reader: RowReader;
  readonly #digest: string;
  #path: string | undefined;
  #file: NewFile | undefined;
  #pending: string[] = [];
  #chars = 0;
  #count = 0;

  /** `digest` is that of the input. */
  constructor(path: string, { reader, digest }: { readonly reader: RowReader; readonly digest: string }) {
    this.#wanted = path;
    this.#reader = reader;
    this.#digest = digest;
  }

  /** Where it is, once it is closed and there is one: the wanted path, or that with a number. */
  get path(): string | undefined {
    return this.#path;
  }

  /** Rows added so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds a row. Throws what the file system throws, and leaves no file then. */
  async add(rejected: RejectedRow): Promise<void> {
    if (this.#count === 0) await this.#begin();
    this.#count++;
    const line = this.#reader.format === 'ndjson' ? this.#jsonLine(rejected) : this.#csvLine(rejected);
    this.#pending.push(line);
    this.#chars += line.length;
    if (this.#chars > FLUSH_CHARS) await this.#flush();
  }

  /**
   * Writes what is left. Answers how many rows the file has; zero means that there is no file. Throws what
   * the file system throws, and leaves no file then.
   */
  async close(): Promise<number> {
    await this.#flush();
    this.#path = await this.#file?.publish();
    this.#file = undefined;
    return this.#count;
  }

  /** Ends without a file. */
  async discard(): Promise<void> {
    await this.#file?.discard();
    this.#file = undefined;
  }

  async #begin(): Promise<void> {
    this.#file = await NewFile.begin(this.#wanted);
    const { names } = this.#reader.layout;
    if (this.#reader.format !== 'ndjson')
      this.#pending.push(this.#line([...ownNames(names), ...rejectionColumns]));
  }

  async #flush(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#chars = 0;
    try {
      await this.#file?.write(text);
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  #csvLine({ row, rejection }: RejectedRow): string {
    const { names, targets } = this.#reader.layout;
    const cells = fitted(row, names.length, this.#delimiter).filter(
      (_, index) => !isRejectionColumn(names[index]),
    );
    const kept = targets.filter((_, index) => !isRejectionColumn(names[index]));
    const slipped = row.errors !== undefined;
    const values = cells.map((cell, index) => redacted(cell, slipped ? undefined : kept[index]));
    return this.#line([...values, ...this.#errorColumns(row, rejection)]);
  }

  #jsonLine({ row, rejection }: RejectedRow): string {
    const { names, targets } = this.#reader.layout;
    const members = targets.flatMap((target, index): [string, string][] => {
      const value = valueOf(row, target);
      return value === undefined ? [] : [[names[index] ?? target, redacted(value, target)]];
    });
    const errors = this.#errorColumns(row, rejection);
    return `${JSON.stringify(Object.fromEntries([...members, ...rejectionColumns.map((name, index) => [name, errors[index]])]))}\n`;
  }

  #errorColumns(row: Row, { place, errors }: Rejection): string[] {
    const joined = (of: (error: ValidationError) => string): string => errors.map(of).join(' | ');
    return [
      String(place.line),
      joined(({ field }) => field),
      joined(({ code }) => code),
      joined(({ message }) => message),
      joined(({ hint }) => hint),
      // A corrected row keeps the reference to where it was read first.
      row.reference ?? referenceText(this.#digest, place),
    ];
  }

  get #delimiter(): string {
    return this.#reader.delimiter ?? ',';
  }

  #line(cells: readonly string[]): string {
    return `${cells.map((cell) => this.#quoted(guarded(cell))).join(this.#delimiter)}\r\n`;
  }

  #quoted(cell: string): string {
    return cell.includes('"') || cell.includes(this.#delimiter) || /[\r\n]/.test(cell)
      ? `"${cell.replaceAll('"', '""')}"`
      : cell;
  }
}

/**
 * A row of another length than the header is padded, or its surplus joined into the last column: nothing gets
 * lost.
 */
function fitted({ cells = [] }: Row, length: number, delimiter: string): string[] {
  if (cells.length <= length) return [...cells, ...Array<string>(length - cells.length).fill('')];
  return [...cells.slice(0, length - 1), cells.slice(length - 1).join(delimiter)];
}

function valueOf(row: Row, target: ColumnTarget): string | undefined {
  return target === 'ignore' || target === 'empty' ? undefined : row.raw[target];
}

function ownNames(names: readonly string[]): string[] {
  return names.filter((name) => !isRejectionColumn(name));
}
