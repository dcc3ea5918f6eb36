import { existsSync } from 'node:fs';
import {
  Batcher,
  contextAt,
  duplicateRejection,
  type PlacedRecord,
  type Rejection,
} from '@enrollkit/enrollment';
import {
  defaultSettings,
  openReader,
  RejectionsFile,
  Validator,
  type Input,
  type ReadingSettings,
  type Validated,
} from '@enrollkit/pipeline';
import { readingOf } from '../assemble.ts';
import { withInput } from '../process/input.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { count } from '../observe/progress.ts';
import { KeyIndex } from '../key-index.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Where the rejected rows go, if anywhere. */
export interface CheckOptions {
  readonly rejections?: string;
}

interface CheckSettings {
  readonly reading: ReadingSettings;
  readonly batchSize: number;
}

/** `enrollkit check FILE`: finds what `run` would reject. Needs no config file, no keys and no ledger; sends nothing. */
export async function check(context: Context, file: string, options: CheckOptions): Promise<ExitName> {
  const settings = settingsFor(context);
  return withInput(context, file, async (input) => {
    const checker = new Checker(settings.batchSize);
    const reader = await openReader(input, settings.reading);
    const rejected =
      options.rejections === undefined ? undefined : new RejectionsFile(options.rejections, reader);
    const validator = new Validator(contextAt(new Date()));
    try {
      for await (const chunk of validator.all(reader.rows())) {
        for (const rejection of checker.rejectionsIn(chunk)) {
          await print(context.terminal, input, rejection);
          await rejected?.add({ rejection, row: await reader.readOne(rejection.place) });
        }
        if (context.stop.aborted) return context.stoppedBy() === 'SIGTERM' ? 'terminated' : 'interrupted';
      }
    } finally {
      await rejected?.close();
    }
    return conclude(context.terminal, {
      rows: validator.count.rows,
      rejected: checker.rejected,
      looked: !checker.keysFull,
    });
  });
}

/** A check is for a first look: without a config file the defaults serve. */
function settingsFor({ flags, config }: Context): CheckSettings {
  if (!existsSync(flags.config)) return { reading: {}, batchSize: defaultSettings.batchSize };
  const loaded = config();
  return { reading: readingOf(loaded), batchSize: loaded.config.sending.batchSize };
}

/** The rules for rows, and those between rows. */
class Checker {
  readonly #batcher: Batcher;
  readonly #seen = new KeyIndex();
  rejected = 0;

  constructor(batchSize: number) {
    this.#batcher = new Batcher({ batchSize });
  }

  get keysFull(): boolean {
    return this.#seen.full;
  }

  *rejectionsIn(chunk: readonly Validated[]): Generator<Rejection> {
    for (const item of chunk) {
      const rejection = 'rejection' in item ? item.rejection : this.#between(item);
      if (rejection === undefined) continue;
      this.rejected += 1;
      yield rejection;
    }
  }

  #between(placed: PlacedRecord): Rejection | undefined {
    const { rejected } = this.#batcher.add(placed);
    if (rejected !== undefined) return rejected;
    const first = this.#seen.lineOf(placed.record, placed.place.line);
    return first === undefined ? undefined : duplicateRejection(placed, first);
  }
}

async function print(terminal: Terminal, { source }: Input, { place, errors }: Rejection): Promise<void> {
  for (const { field, code, message, hint } of errors) {
    await terminal.stream(
      terminal.mode.json
        ? JSON.stringify({ line: place.line, field, code, message, hint })
        : `${source}:${place.line}: ${field}: ${message} (${code})`,
    );
  }
}

function conclude(
  terminal: Terminal,
  { rows, rejected, looked }: { readonly rows: number; readonly rejected: number; readonly looked: boolean },
): ExitName {
  if (!looked)
    terminal.warn(
      'duplicates were looked for among the first two million records only',
      'enrollkit run finds them all, before it sends anything',
    );
  if (terminal.mode.json) terminal.resultJson({ rows, rejected, fit: rows - rejected });
  else
    terminal.result(
      `${count(rows)} rows read, ${count(rejected)} rejected, ${count(rows - rejected)} fit to be sent`,
    );
  return rejected > 0 ? 'someFailed' : 'allEnrolled';
}
