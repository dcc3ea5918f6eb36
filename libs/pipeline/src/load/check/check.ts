import { randomFillSync } from 'node:crypto';
import type { WholeReader } from '../read.ts';
import type { Input } from '../input/source.ts';
import { WarningLog } from '../warnings.ts';
import { Checker, type CheckRules } from './checker.ts';
import { isWarning, type Finding } from './judge.ts';
import { usualThreads, type ThreadSettings } from '../slices/work.ts';
import { judgedPortions } from './judging.ts';
import type { HashSeed } from './row-hashes.ts';

/** How an input is checked. */
export interface CheckSettings extends CheckRules {
  /** The day for which rows are judged. */
  readonly today: Date;
  /** Default: as many threads as there are processors, for inputs of 4 MiB and more. */
  readonly threads?: ThreadSettings;
}

/**
 * Finds what a run would reject, without a ledger: reads, validates and compares every row with all others.
 */
export class InputCheck {
  /** What rows that would be sent were warned of. */
  readonly warnings = new WarningLog();
  readonly #input: Pick<Input, 'bytes'>;
  readonly #reader: WholeReader;
  readonly #settings: CheckSettings;
  #rows = 0;
  #rejected = 0;

  /** `reader` reads `input`. */
  constructor(input: Pick<Input, 'bytes'>, reader: WholeReader, settings: CheckSettings) {
    this.#input = input;
    this.#reader = reader;
    this.#settings = settings;
  }

  /** Rows read so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows rejected so far. */
  get rejected(): number {
    return this.#rejected;
  }

  /**
   * Rejections and warnings in the order of the rows, portion by portion; behind them, in their order, those
   * of rows whose hashes were kept on disk. Throws what {@link WholeReader.rows} does, and `InputError`
   * `spool-failed`.
   */
  async *findings(): AsyncGenerator<readonly Finding[]> {
    const { today, threads = usualThreads() } = this.#settings;
    const portions = judgedPortions(this.#reader, {
      reading: this.#reader.plan,
      today,
      seed: newSeed(),
      threads: { ...threads, bytes: this.#input.bytes },
    });
    using checker = new Checker(this.#settings);
    for await (const { from, judged } of portions) {
      this.#rows += judged.rows;
      yield this.#counted(checker.findingsIn(judged, from));
    }
    for (const finding of checker.rest()) yield this.#counted([finding]);
  }

  #counted(found: Iterable<Finding>): readonly Finding[] {
    const findings = [...found];
    for (const { place, errors } of findings)
      if (isWarning(errors)) this.warnings.add(place, errors);
      else this.#rejected += 1;
    return findings;
  }
}

function newSeed(): HashSeed {
  const [one = 0, other = 0] = randomFillSync(new Int32Array(2));
  return [one, other];
}
