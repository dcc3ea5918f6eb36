import { type Rejection } from '@enrollkit/enrollment';
import { contextAt } from '@enrollkit/enrollment/validation';
import { openReader, RejectionsFile, Validator, validationOf, type Input } from '@enrollkit/pipeline';
import { defineCommand, type AnyCommand } from '../command.ts';
import { readingOf } from '../assemble.ts';
import { Checker } from '../check/checker.ts';
import { errorLine, RejectionSummary } from '../check/summary.ts';
import type { InputConfig } from '../config/load.ts';
import type { Context } from '../context.ts';
import { exitOfSignal } from '../ending.ts';
import type { ExitName } from '../exit-codes.ts';
import { withInput } from '../process/input.ts';
import { count, duration, plural } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Where the rejected rows go, and how many are printed. */
export interface CheckOptions {
  readonly rejections?: string;
  /** Prints every rejection instead of three examples a code. */
  readonly all?: boolean;
}

/** A batch is sent and polled once, at least. */
const REQUESTS_PER_BATCH = 2;

/** `enrollkit check FILE`: finds what `run` would reject. Needs no config file, no keys and no ledger; sends nothing. */
export async function check(context: Context, file: string, options: CheckOptions): Promise<ExitName> {
  const { terminal } = context;
  const config = context.inputConfig();
  return withInput(context, file, async (input) => {
    const checker = new Checker(config.sending.batchSize);
    const summary = new RejectionSummary(input.source);
    const reading = readingOf({ config });
    const reader = await openReader(input, reading);
    const rejected =
      options.rejections === undefined
        ? undefined
        : new RejectionsFile(options.rejections, { reader, digest: await input.digest() });
    const validator = new Validator(contextAt(new Date(), validationOf(reading)));
    try {
      for await (const portion of validator.all(reader.rows())) {
        for (const rejection of checker.rejectionsIn(portion)) {
          summary.add(rejection);
          if (terminal.mode.json || options.all === true) await print(terminal, input, rejection);
          await rejected?.add({ rejection, row: await reader.readOne(rejection.place) });
        }
        if (context.stop.aborted) return exitOfSignal(context.stoppedBy());
      }
    } finally {
      await rejected?.close();
    }
    if (!terminal.mode.json && options.all !== true)
      for (const line of summary.lines()) await terminal.stream(line);
    return conclude(terminal, { config, checker, summary, rows: validator.count.rows });
  });
}

async function print(terminal: Terminal, { source }: Input, { place, errors }: Rejection): Promise<void> {
  for (const error of errors) {
    const { field, code, message, hint } = error;
    await terminal.stream(
      terminal.mode.json
        ? JSON.stringify({ line: place.line, field, code, message, hint })
        : errorLine(source, place.line, error),
    );
  }
}

interface Checked {
  readonly config: InputConfig;
  readonly checker: Checker;
  readonly summary: RejectionSummary;
  readonly rows: number;
}

function conclude(terminal: Terminal, { config, checker, summary, rows }: Checked): ExitName {
  const { rejected } = checker;
  const valid = rows - rejected;
  const diagnosis = summary.diagnosis(rows);
  if (diagnosis !== undefined) terminal.warn(diagnosis, 'compare the column with docs/input-file.md');
  if (checker.keysFull)
    terminal.warn(
      'duplicates were looked for among the first two million records only',
      'enrollkit run finds them all, before it sends anything',
    );
  const { batchSize, requestsPerSecond } = config.sending;
  const requests = Math.ceil(valid / batchSize) * REQUESTS_PER_BATCH;
  const seconds = requests / requestsPerSecond;
  if (terminal.mode.json)
    terminal.resultJson({ rows, rejected, fit: valid, requests, seconds, codes: summary.byCode() });
  else
    terminal.result(
      `${count(rows)} ${plural(rows, 'row')} read, ${count(rejected)} rejected, ${count(valid)} fit to be sent` +
        (valid === 0
          ? ''
          : `: at least ${count(requests)} requests, ${duration(seconds)} at ${requestsPerSecond} a second`),
    );
  return rejected > 0 ? 'someFailed' : 'allEnrolled';
}

/** `enrollkit check` as it is typed. */
export const checkCommand: AnyCommand = defineCommand<CheckOptions>({
  declare: (command) =>
    command
      .argument('<file>')
      .option('--rejections <file>', 'write the rejected rows there, to be corrected and run again')
      .option('--all', 'print every rejection, not three examples of each code'),
  examples: [
    { line: 'enrollkit check cardholders.csv', does: 'three examples of each kind of rejection' },
    { line: 'enrollkit check cardholders.csv --all', does: 'every rejection' },
  ],
  run: (context, options, [file]) => check(context, file, options),
});
