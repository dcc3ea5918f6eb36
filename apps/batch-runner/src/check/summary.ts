import type { Rejection, ValidationError } from '@enrollkit/enrollment';
import { count, plural } from '../terminal/format.ts';

/** Examples that are kept of each code. */
const EXAMPLES = 3;
/** A code that so large a share of the rows has is a matter of the whole file. */
const WHOLE_FILE = 0.9;
/** Below so many rows a share says nothing. */
const FEWEST_ROWS = 20;

/** What it means when a whole column has a code, with the setting that reads it where there is one. */
const wholeColumn: Readonly<Record<string, (field: string) => string>> = {
  EXPIRY_YEAR_FIRST: () => 'the column looks like YYMM; set input.expiry: YYMM',
  EXPIRY_FORMAT: () =>
    'the column is written in another form; set input.expiry to it, for example DD.MM.YYYY',
  EXPIRY_SETTING: () =>
    'the column is not written as input.expiry says; correct the setting, or leave it out',
  EXPIRY_PAST: () => 'the cards have expired, or the column is written as YYMM; then set input.expiry: YYMM',
  MOBILE_COUNTRY_CODE_MISSING: () =>
    'the column looks like national numbers; set input.mobile: national, which takes the country from its column',
  COUNTRY_CASE: (field) => `the column is in lower case; set input.convert: { ${field}: upperCase }`,
  LANGUAGE_CASE: (field) => `the column is in upper case; set input.convert: { ${field}: lowerCase }`,
  COUNTRY_ALPHA3: () => 'the column holds codes of three letters; export those of two (ISO 3166-1 alpha-2)',
  COUNTRY_UNKNOWN: (field) =>
    `the column holds no country codes; give all rows one by input.defaults: { ${field}: DE }, or export the codes`,
  PAN_SEPARATORS: () => 'the column is written in groups; set input.convert: { pan: digits }',
  PAN_MASKED: () => 'the column is masked; export it in clear',
  PAN_SCIENTIFIC: () =>
    'a spreadsheet turned the column into numbers, and digits are lost; export it again as text',
  PAN_LENGTH: () => 'the column holds no card numbers; look whether columns are shifted or mapped wrongly',
  PAN_LUHN: () => 'the column holds no card numbers, or its last digits were lost in a spreadsheet',
  PAN_NETWORK: () => 'the cards are of other account ranges; set input.accountRanges if they are enrolled',
  TEXT_SPREADSHEET_MARK: (field) =>
    `a spreadsheet marked the column as text; export it from the source, or set input.convert: { ${field}: textMark }`,
  TEXT_DOUBLE_ENCODED: () =>
    'the file was read in an older encoding and saved as UTF-8; export it again as UTF-8',
  TEXT_QUESTION_MARK: () => 'the export wrote letters as question marks; export it as UTF-8',
  TEXT_NO_VALUE: (field) =>
    `the column is empty in the source; give all rows a value by input.defaults: { ${field}: ... }`,
  FIELD_MISSING: (field) =>
    `the column is empty; give all rows a value by input.defaults: { ${field}: ... }, or map the column that has it`,
  ROW_COLUMNS: () => 'the header does not fit the rows: set input.delimiter, or look at the header',
  ID_CHARACTERS: (field) =>
    `the ids hold other characters than A-Z a-z 0-9 _ -; export ids that ${field} can be`,
};

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
    const says =
      wholeColumn[first.code]?.(first.field) ??
      `(${first.code}) this looks like the whole column, not like single rows`;
    return `${percent} % of the rows fail on ${first.field}: ${says}`;
  }

  #ranked(): Kind[] {
    return [...this.#kinds.values()].sort((a, b) => b.rows - a.rows || a.code.localeCompare(b.code));
  }
}
