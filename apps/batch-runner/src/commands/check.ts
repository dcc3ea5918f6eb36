import { toleratedOf } from '../config/tolerated.ts';
import {
  InputCheck,
  isLimitPassed,
  isWarning,
  openReader,
  RejectionsFile,
  scheduleOf,
  type Finding,
  type Input,
} from '@enrollkit/pipeline';
import { defineCommand, type AnyCommand } from '../command.ts';
import { readingOf } from '../assemble.ts';
import { errorLine, RejectionSummary } from '../check/summary.ts';
import type { InputConfig } from '../config/load.ts';
import type { Context } from '../context.ts';
import { exitOfSignal } from '../ending.ts';
import type { ExitName } from '../exit-codes.ts';
import { declareExpectations, expecting, type ExpectationOptions } from '../process/expectations.ts';
import { withInput } from '../process/input.ts';
import { defined } from '@enrollkit/base';
import { timesOf } from '../config/sending-times-schema.ts';
import { count, plural } from '../terminal/format.ts';
import { paceText } from '../terminal/pace-text.ts';
import { wouldStopText } from '../terminal/limit-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import {
  headerRecord,
  noLineEnd,
  noLineEndHint,
  shifted,
  shiftedHint,
  warningLines,
} from '../terminal/warning-lines.ts';

/** Where the rejected rows go, and how many are printed. */
export interface CheckOptions extends ExpectationOptions {
  readonly rejections?: string;
  /** Prints every rejection instead of three examples a code. */
  readonly all?: boolean;
}

/** A batch is sent and polled once, at least. */
const REQUESTS_PER_BATCH = 2;

/**
 * `enrollkit check FILE`: finds what `run` would reject. Needs no config file, no keys and no ledger; sends
 * nothing.
 */
export async function check(context: Context, file: string, options: CheckOptions): Promise<ExitName> {
  const { terminal } = context;
  const config = context.inputConfig();
  return withInput(context, file, async (input) => {
    const summary = new RejectionSummary(input.source);
    const reading = readingOf({ config });
    const reader = await openReader(input, reading);
    const checking = new InputCheck(input, reader, {
      batchSize: config.sending.batchSize,
      duplicates: config.duplicates,
      today: new Date(),
    });
    const rejected =
      options.rejections === undefined
        ? undefined
        : new RejectionsFile(options.rejections, { reader, digest: await input.digest() });
    const listed = terminal.mode.json || options.all === true;
    try {
      for await (const findings of checking.findings()) {
        for (const finding of findings) {
          if (listed) await print(terminal, input, finding);
          if (isWarning(finding.errors)) continue;
          summary.add(finding);
          await rejected?.add({ rejection: finding, row: await reader.readOne(finding.place) });
        }
        if (context.stop.aborted) return exitOfSignal(context.stoppedBy());
      }
    } finally {
      await rejected?.close();
    }
    if (!listed) {
      for (const line of summary.lines()) await terminal.stream(line);
      for (const line of warningLines(checking.warnings.kinds())) await terminal.stream(`warning: ${line}`);
    }
    const { openLine, headerRecord: header } = reader;
    if (header !== undefined) terminal.note(headerRecord(header));
    return conclude(terminal, { config, checking, summary, openLine });
  });
}

async function print(terminal: Terminal, { source }: Input, { place, errors }: Finding): Promise<void> {
  for (const error of errors) {
    const { field, code, message, hint, warning } = error;
    await terminal.stream(
      terminal.mode.json
        ? JSON.stringify({ line: place.line, field, code, message, hint, warning })
        : `${warning === true ? 'warning: ' : ''}${errorLine(source, place.line, error)}`,
    );
  }
}

type Pace = Parameters<typeof scheduleOf>[0];

interface Checked {
  readonly config: InputConfig;
  readonly checking: InputCheck;
  readonly summary: RejectionSummary;
  readonly openLine: number | undefined;
}

function conclude(terminal: Terminal, { config, checking, summary, openLine }: Checked): ExitName {
  const { rows, rejected, warnings } = checking;
  const valid = rows - rejected;
  const diagnosis = summary.diagnosis(rows);
  if (diagnosis !== undefined) terminal.warn(diagnosis, 'docs/input.md has every setting with an example');
  if (warnings.shiftedFrom !== undefined) terminal.warn(shifted(warnings.shiftedFrom), shiftedHint);
  const failures = { failed: rejected, rows };
  const stops = isLimitPassed(failures, toleratedOf(config.limits));
  if (stops) terminal.warn(wouldStopText(failures), 'docs/operating.md says how many failures are tolerated');
  if (openLine !== undefined) terminal.warn(noLineEnd(openLine), noLineEndHint);
  const { batchSize, requestsPerSecond } = config.sending;
  const requests = Math.ceil(valid / batchSize) * REQUESTS_PER_BATCH;
  const pace = defined<Pace>({ requestsPerSecond, times: timesOf(config.sending) });
  const durationMs = scheduleOf(pace).durationOf(requests, Date.now());
  if (terminal.mode.json)
    terminal.resultJson({
      rows,
      rejected,
      warned: warnings.rows,
      fit: valid,
      requests,
      seconds: durationMs / 1_000,
      limitPassed: stops,
      codes: summary.byCode(),
      ...(diagnosis !== undefined && { diagnosis }),
      ...(openLine !== undefined && { openLine }),
    });
  else
    terminal.result(
      `${count(rows)} ${plural(rows, 'row')} read, ${count(rejected)} rejected, ${count(valid)} fit to be sent${warnings.rows === 0 ? '' : ` (${count(warnings.rows)} of them with a warning)`}` +
        (valid === 0 ? '' : `: at least ${count(requests)} requests, ${paceText(durationMs, pace)}`),
    );
  return rejected > 0 ? 'someFailed' : 'allEnrolled';
}

/** `enrollkit check` as it is typed. */
export const checkCommand: AnyCommand = defineCommand<CheckOptions>({
  declare: (command) =>
    declareExpectations(command)
      .argument('<file>')
      .option('--rejections <file>', 'write the rejected rows there, to be corrected and run again')
      .option('--all', 'print every rejection, not three examples of each code'),
  examples: [
    { line: 'enrollkit check cardholders.csv', does: 'three examples of each kind of rejection' },
    { line: 'enrollkit check cardholders.csv --all', does: 'every rejection' },
  ],
  run: (context, options, [file]) => check(expecting(context, options), file, options),
});
