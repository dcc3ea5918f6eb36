import { open, type FileHandle } from 'node:fs/promises';
import type { ValidationError } from '@enrollkit/enrollment';
import type { ColumnTarget } from '../load/input/columns.ts';
import type { Row } from '../load/input/row.ts';
import type { RowReader } from '../load/read.ts';
import type { RejectedRow } from '../load/validate.ts';
import { guarded, isRejectionColumn, rejectionColumns } from './columns.ts';
import { redacted } from './redact.ts';

const FLUSH_CHARS = 1 << 16;

/**
 * Writes rejected rows in the format of their input, with the original columns (or keys) and behind them what is wrong,
 * so that the file can be corrected and run again. All errors of a row stand in its one line, divided by ` | `.
 *
 * Card numbers are masked, damaged ones too; control characters become U+FFFD; a cell that a spreadsheet would take for
 * a formula is guarded by an apostrophe, which reading the file takes away. Only its owner may read the file (0600). It
 * is made with the first rejection; without one there is none.
 */
export class RejectionsFile {
  readonly path: string;
  readonly #reader: RowReader;
  #file: FileHandle | undefined;
  #pending: string[] = [];
  #chars = 0;
  #count = 0;

  constructor(path: string, reader: RowReader) {
    this.path = path;
    this.#reader = reader;
  }

  /** Rows added so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds a row. Throws what the file system throws. */
  async add(rejected: RejectedRow): Promise<void> {
    if (this.#count === 0) await this.#begin();
    this.#count++;
    const line = this.#reader.format === 'ndjson' ? this.#jsonLine(rejected) : this.#csvLine(rejected);
    this.#pending.push(line);
    this.#chars += line.length;
    if (this.#chars > FLUSH_CHARS) await this.#flush();
  }

  /** Writes what is left. Answers how many rows the file has; zero means that there is no file. */
  async close(): Promise<number> {
    await this.#flush();
    await this.#file?.close();
    this.#file = undefined;
    return this.#count;
  }

  async #begin(): Promise<void> {
    this.#file = await open(this.path, 'w', 0o600);
    await this.#file.chmod(0o600);
    const { names } = this.#reader.layout;
    if (this.#reader.format !== 'ndjson')
      this.#pending.push(this.#line([...ownNames(names), ...rejectionColumns]));
  }

  async #flush(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#chars = 0;
    await this.#file?.writeFile(text);
  }

  #csvLine({ row, rejection }: RejectedRow): string {
    const { names, targets } = this.#reader.layout;
    const cells = fitted(row, names.length, this.#delimiter).filter(
      (_, index) => !isRejectionColumn(names[index]),
    );
    const kept = targets.filter((_, index) => !isRejectionColumn(names[index]));
    const slipped = row.errors !== undefined;
    const values = cells.map((cell, index) => redacted(cell, slipped ? undefined : kept[index]));
    return this.#line([...values, ...errorColumns(rejection.place.line, rejection.errors)]);
  }

  #jsonLine({ row, rejection }: RejectedRow): string {
    const { names, targets } = this.#reader.layout;
    const members = targets.flatMap((target, index): [string, string][] => {
      const value = valueOf(row, target);
      return value === undefined ? [] : [[names[index] ?? target, redacted(value, target)]];
    });
    const errors = errorColumns(rejection.place.line, rejection.errors);
    return `${JSON.stringify(Object.fromEntries([...members, ...rejectionColumns.map((name, index) => [name, errors[index]])]))}\n`;
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

/** A row of another length than the header is padded, or its surplus joined into the last column: nothing gets lost. */
function fitted({ cells = [] }: Row, length: number, delimiter: string): string[] {
  if (cells.length <= length) return [...cells, ...Array<string>(length - cells.length).fill('')];
  return [...cells.slice(0, length - 1), cells.slice(length - 1).join(delimiter)];
}

function errorColumns(line: number, errors: readonly ValidationError[]): string[] {
  const joined = (of: (error: ValidationError) => string): string => errors.map(of).join(' | ');
  return [
    String(line),
    joined(({ field }) => field),
    joined(({ code }) => code),
    joined(({ message }) => message),
    joined(({ hint }) => hint),
  ];
}

function valueOf(row: Row, target: ColumnTarget): string | undefined {
  return target === 'ignore' || target === 'empty' ? undefined : row.raw[target];
}

function ownNames(names: readonly string[]): string[] {
  return names.filter((name) => !isRejectionColumn(name));
}
