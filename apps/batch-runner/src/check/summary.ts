import type { Rejection, ValidationError } from '@enrollkit/enrollment';
import { count, plural } from '../terminal/format.ts';

/** Examples that are kept of each code. */
const EXAMPLES = 3;
/** A code that so large a share of the rows has is a matter of the whole file. */
const WHOLE_FILE = 0.9;
/** Below so many rows a share says nothing. */
const FEWEST_ROWS = 20;

interface Kind {
  readonly code: string;
  readonly field: string;
  readonly hint: string | undefined;
  readonly examples: string[];
  rows: number;
}

/** One line of a check: where and what is wrong. Never holds the value. */
export function errorLine(source: string, line: number, { field, code, message }: ValidationError): string {
  return `${source}:${line}: ${field}: ${message} (${code})`;
}

/** Rejections by code and field, with the first examples of each: its memory does not grow with the file. */
export class RejectionSummary {
  readonly #source: string;
  readonly #kinds = new Map<string, Kind>();

  constructor(source: string) {
    this.#source = source;
  }

  add({ place, errors }: Rejection): void {
    for (const error of errors) {
      const { code, field, hint } = error;
      const key = `${code} ${field}`;
      const kind = this.#kinds.get(key) ?? { code, field, hint, examples: [], rows: 0 };
      kind.rows += 1;
      if (kind.examples.length < EXAMPLES) kind.examples.push(errorLine(this.#source, place.line, error));
      this.#kinds.set(key, kind);
    }
  }

  /** The kinds, the most frequent first. */
  byCode(): readonly { readonly code: string; readonly field: string; readonly rows: number }[] {
    return this.#ranked().map(({ code, field, rows }) => ({ code, field, rows }));
  }

  /** Lines for the terminal: each kind with its count, its first examples and its hint. */
  lines(): string[] {
    return this.#ranked().flatMap(({ code, field, rows, examples, hint }) => [
      `${code} in ${field}: ${count(rows)} ${plural(rows, 'row')}`,
      ...examples.map((example) => `  ${example}`),
      ...(rows > examples.length ? [`  and ${count(rows - examples.length)} more`] : []),
      ...(hint === undefined ? [] : [`  hint: ${hint}`]),
    ]);
  }

  /** What is wrong with the file as a whole, if nearly every row fails alike; undefined otherwise. */
  diagnosis(rows: number): string | undefined {
    const [first] = this.#ranked();
    if (first === undefined || rows < FEWEST_ROWS || first.rows < rows * WHOLE_FILE) return undefined;
    const percent = Math.floor((first.rows / rows) * 100);
    return `${percent} % of the rows fail on ${first.field} (${first.code}): this looks like the whole column, not like single rows`;
  }

  #ranked(): Kind[] {
    return [...this.#kinds.values()].sort((a, b) => b.rows - a.rows || a.code.localeCompare(b.code));
  }
}
