import { resolve } from 'node:path';
import { report as makeReport } from '@enrollkit/pipeline';
import type { Rejection } from '@enrollkit/enrollment';
import type { ChangeRow, Intake, LedgerView, RecordRow, UnsentRow } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedgerView } from '../assemble.ts';
import { oneAfterTheOther, theIntake, type IntakeChoice } from '../intake-choice.ts';
import type { Context } from '../context.ts';
import { exitOfTally } from '../ending.ts';
import type { ExitName } from '../exit-codes.ts';
import { reportText } from '../terminal/report-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { csvLine } from '../terminal/csv.ts';
import { writePrivateFile } from '../private-file.ts';
import { RunnerError } from '../errors.ts';

/** Which intake, and in which form. */
export interface ReportOptions extends IntakeChoice {
  /** One line a record instead of the sums. */
  readonly csv?: boolean;
  /** Where to write it as a page. */
  readonly html?: string;
  /** Writes over a file that is there. */
  readonly force?: boolean;
}

/** `enrollkit report`: what became of an intake; its exit code is the one the run earned. */
export async function report(context: Context, options: ReportOptions): Promise<ExitName> {
  const ledger = await openLedgerView(context.config());
  try {
    const intakes =
      options.all === true
        ? (await ledger.listIntakes()).toReversed()
        : [await theIntake(ledger, options.intake)];
    if (options.html !== undefined)
      return await writeHtml(context, ledger, { ...options, html: options.html, intakes });
    if (options.csv === true) context.terminal.result(columns.join(','));
    return await oneAfterTheOther(intakes, (intake) =>
      options.csv === true
        ? writeCsv(context.terminal, ledger, intake)
        : printReport(context.terminal, ledger, { intake }),
    );
  } finally {
    await ledger.close();
  }
}

/** Which intake is reported, and the exit its run earned; by default the one that its state earns. */
export interface ReportedIntake {
  readonly intake: Intake;
  readonly exit?: ExitName;
}

/** Prints the report of an intake in the chosen output mode. */
export async function printReport(
  terminal: Terminal,
  ledger: LedgerView,
  { intake, exit }: ReportedIntake,
): Promise<ExitName> {
  const current = (await ledger.findIntake(intake.id)) ?? intake;
  const made = await makeReport(ledger, current);
  const earned = exit ?? exitOfTally(made.tally);
  if (terminal.mode.json) terminal.resultJson({ ...made, exit: earned });
  else terminal.result(reportText(made, earned, await ledger.listIntakes()));
  return earned;
}

/**
 * Writes one page; several intakes would be several pages. Throws `RunnerError` `usage` and `file-exists`.
 */
async function writeHtml(
  { terminal, config }: Context,
  ledger: LedgerView,
  {
    intakes,
    html,
    force,
  }: { readonly intakes: readonly Intake[]; readonly html: string; readonly force?: boolean },
): Promise<ExitName> {
  const [intake, another] = intakes;
  if (intake === undefined || another !== undefined)
    throw new RunnerError('usage', '--html writes the page of one intake', {
      hint: 'name it with --intake; enrollkit status lists them',
    });
  const { reportHtml } = await import('../html/report-of.ts');
  const { text, exit } = await reportHtml(ledger, intake, config().config);
  writePrivateFile(html, text, { force: force === true });
  terminal.note(`wrote ${resolve(html)}`);
  return exit;
}

const columns = [
  'line',
  'externalConsumerId',
  'externalCardId',
  'pan',
  'state',
  'generation',
  'externalBatchId',
  'providerConsumerId',
  'providerCardId',
  'code',
  'message',
] as const;

/** Every record, every row that was not sent, and every change. */
async function writeCsv(terminal: Terminal, ledger: LedgerView, intake: Intake): Promise<ExitName> {
  const write = (line: CsvRow): Promise<void> => terminal.stream(csvLine(columns.map((name) => line[name])));
  for await (const record of ledger.records(intake.id)) await write(recordRow(record));
  for await (const rejection of ledger.rejections(intake.id)) await write(rejectionRow(rejection));
  for await (const unsent of ledger.unsent(intake.id)) await write(unsentRow(unsent));
  for await (const change of ledger.changes(intake.id)) await write(changeRow(change));
  return exitOfTally(await ledger.tally(intake.id));
}

type CsvRow = Partial<Readonly<Record<(typeof columns)[number], string | undefined>>>;

function recordRow(record: RecordRow): CsvRow {
  const { externalConsumerId, externalCardId, externalBatchId, maskedPan, code, message } = record;
  return {
    externalConsumerId,
    externalCardId,
    externalBatchId,
    code,
    message,
    line: String(record.place.line),
    pan: maskedPan,
    state: record.state === 'batched' ? record.batchState : record.state,
    generation: String(record.generation),
    providerConsumerId: record.providerConsumerId,
    providerCardId: record.providerCardId,
  };
}

function rejectionRow({ place, externalConsumerId, externalCardId, errors: [first] }: Rejection): CsvRow {
  const { code, field, message } = first;
  const what = { state: 'rejected', code, message: `${field}: ${message}` };
  return { externalConsumerId, externalCardId, line: String(place.line), ...what };
}

/** What differs, and the intake that enrolled it, refused it or has it. */
function unsentRow({ place, reason, groups, intakeId, ...row }: UnsentRow): CsvRow {
  const { externalConsumerId, externalCardId, code } = row;
  const by = intakeId === undefined ? [] : [`intake ${intakeId}`];
  const message = [...(groups === undefined ? [] : [groups.join(' ')]), ...by].join(', ');
  return { externalConsumerId, externalCardId, line: String(place.line), state: reason, code, message };
}

/** A card that is not in the file has no line. */
function changeRow({ kind, state, address, place, reason }: ChangeRow): CsvRow {
  return {
    externalConsumerId: address?.externalConsumerId,
    externalCardId: address?.externalCardId,
    line: place && String(place.line),
    state: `${kind}: ${state}`,
    code: reason?.code,
    message: reason?.message,
  };
}

/** `enrollkit report` as it is typed. */
export const reportCommand: AnyCommand = defineCommand<ReportOptions>({
  declare: (command) =>
    command
      .option('--intake <id>', 'which (default: the newest)')
      .option('--all', 'every intake, oldest first')
      .option('--csv', 'one line for each record, row that was not sent, and change')
      .option('--html <file>', 'write it as a page: outcomes, codes, time line; no card number')
      .option('--force', 'write over the file of --html'),
  examples: [
    { line: 'enrollkit report', does: 'the sums of the newest intake' },
    { line: 'enrollkit report --html report.html', does: 'a page to look at, send and print' },
    { line: 'enrollkit report --csv', does: 'one line for each record, row not sent and change' },
  ],
  run: report,
});
