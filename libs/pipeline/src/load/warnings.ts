import type { SourcePlace, ValidationError } from '@enrollkit/enrollment';

/** Lines that are kept of each kind. */
const EXAMPLES = 3;
/** So many rows one behind the other with a place that is none say that columns have slipped. */
const SHIFTED_ROWS = 5;

const placeCodes: ReadonlySet<string> = new Set(['POSTAL_CODE_SHAPE', 'CITY_SHAPE', 'STATE_SHAPE']);

/** What rows that are sent were warned of, by code and field. */
export interface WarningKind {
  readonly code: string;
  readonly field: string;
  /** Of the first one. */
  readonly message: string;
  readonly hint: string;
  readonly rows: number;
  /** Of the first few. */
  readonly lines: readonly number[];
}

/** Collects the warnings of rows; its memory does not grow with the file. */
export class WarningLog {
  readonly #kinds = new Map<string, WarningKind & { rows: number; lines: number[] }>();
  #run: { first: number; last: number; rows: number } | undefined;
  #shiftedFrom: number | undefined;
  #rows = 0;

  /** Rows with a warning. */
  get rows(): number {
    return this.#rows;
  }

  /** The line from which columns look shifted; undefined when they do not. */
  get shiftedFrom(): number | undefined {
    return this.#shiftedFrom;
  }

  /** The kinds, the most frequent first. */
  kinds(): readonly WarningKind[] {
    return [...this.#kinds.values()].sort((one, other) => other.rows - one.rows);
  }

  add(place: SourcePlace, warnings: readonly ValidationError[]): void {
    this.#rows += 1;
    for (const { code, field, message, hint } of warnings) {
      const key = `${code} ${field}`;
      const kind = this.#kinds.get(key) ?? { code, field, message, hint, rows: 0, lines: [] };
      kind.rows += 1;
      if (kind.lines.length < EXAMPLES) kind.lines.push(place.line);
      this.#kinds.set(key, kind);
    }
    if (warnings.some(({ code }) => placeCodes.has(code))) this.#addToRun(place);
  }

  #addToRun({ row, line }: SourcePlace): void {
    const run = this.#run;
    if (run !== undefined && run.last === row - 1) {
      run.last = row;
      run.rows += 1;
      if (run.rows >= SHIFTED_ROWS) this.#shiftedFrom ??= run.first;
    } else this.#run = { first: line, last: row, rows: 1 };
  }
}
