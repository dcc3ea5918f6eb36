import { randomFillSync } from 'node:crypto';
import type { ValidationContext } from '@enrollkit/enrollment/validation';
import type { Row } from '../input/row.ts';
import type { RowReader } from '../read.ts';
import { WarningLog } from '../warnings.ts';
import { Checker, type CheckRules } from './checker.ts';
import { isWarning, judgeRows, type Finding, type JudgedRows } from './judge.ts';
import { RowHasher, type HashSeed, type Origin } from './row-hashes.ts';

/** How an input is checked. */
export interface CheckSettings extends CheckRules {
  readonly validation: ValidationContext;
}

/** Finds what a run would reject, without a ledger: reads, validates and compares every row with all others. */
export class InputCheck {
  /** What rows that would be sent were warned of. */
  readonly warnings = new WarningLog();
  readonly #reader: RowReader;
  readonly #settings: CheckSettings;
  readonly #checker: Checker;
  #rows = 0;
  #rejected = 0;

  constructor(reader: RowReader, settings: CheckSettings) {
    this.#reader = reader;
    this.#settings = settings;
    this.#checker = new Checker(settings);
  }

  /** Rows read so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows rejected so far. */
  get rejected(): number {
    return this.#rejected;
  }

  /** Rejections and warnings in the order of the rows, portion by portion. Throws what {@link RowReader.rows} does. */
  async *findings(): AsyncGenerator<readonly Finding[]> {
    for await (const { from, judged } of this.#judged()) {
      this.#rows += judged.rows;
      const findings = [...this.#checker.findingsIn(judged, from)];
      for (const { place, errors } of findings)
        if (isWarning(errors)) this.warnings.add(place, errors);
        else this.#rejected += 1;
      yield findings;
    }
  }

  async *#judged(): AsyncGenerator<{ readonly from: Origin; readonly judged: JudgedRows }> {
    const context = { validation: this.#settings.validation, hasher: new RowHasher(newSeed()) };
    for await (const rows of this.#reader.rows()) {
      const from = originOf(rows);
      yield { from, judged: judgeRows(rows, from, context) };
    }
  }
}

/** The first of some rows. */
function originOf([first]: readonly Row[]): Origin {
  const { row, line, offset } = first?.place ?? { row: 1, line: 1, offset: 0 };
  return { rows: row - 1, line, offset };
}

function newSeed(): HashSeed {
  const [one = 0, other = 0] = randomFillSync(new Int32Array(2));
  return [one, other];
}
