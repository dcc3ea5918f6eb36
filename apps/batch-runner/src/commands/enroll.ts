import type { Intake, LedgerView } from '@enrollkit/ledger';
import { openReader, type Input } from '@enrollkit/pipeline';
import { readingOf } from '../assemble.ts';
import { actor } from '../audit.ts';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Context } from '../context.ts';
import { exitOfTally } from '../ending.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { withInput } from '../process/input.ts';
import { withProcessing } from '../process/process-context.ts';
import { processIntake, type ReportPrinter } from '../process/process-intake.ts';
import { unsentLabels } from '../terminal/verdict-lines.ts';

/** Whether and why a card that is enrolled is enrolled anew. */
interface EnrollOptions {
  readonly again?: string;
}

/**
 * `enrollkit enroll FILE`: enrolls one cardholder by the operation that answers at once. The file has one record, and is
 * an intake like any other: compared with the register, its intent written down first, resumed when it was interrupted.
 */
export async function enroll(context: Context, file: string, { again }: EnrollOptions): Promise<ExitName> {
  return withInput(context, file, async (input) => {
    await assertOneRecord(input, context.config());
    return withProcessing(context, { command: 'enroll', as: 'loader', oneCard: true }, async (processing) => {
      const intake = await processing.pipeline.open(input, {
        again: again === undefined ? undefined : { actor: actor(), reason: again },
      });
      return processIntake(context, processing, { intake, input, print: printOne });
    });
  });
}

async function assertOneRecord(input: Input, loaded: LoadedConfig): Promise<void> {
  const reader = await openReader(input, readingOf(loaded));
  let rows = 0;
  for await (const chunk of reader.rows()) {
    rows += chunk.length;
    if (rows > 1) break;
  }
  if (rows === 1) return;
  throw new RunnerError(
    'usage',
    'The input has more than one record, and enroll is for one; nothing was sent',
    {
      hint: 'enrollkit run FILE enrolls all of them, in batches',
    },
  );
}

/** What became of the only row. */
interface OneResult {
  readonly externalConsumerId?: string | undefined;
  readonly externalCardId?: string | undefined;
  /** `enrolled`, `refused`, `rejected`, `unknown`, a state of its batch, or why it was not sent. */
  readonly result: string;
  readonly providerConsumerId?: string | undefined;
  readonly providerCardId?: string | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

const printOne: ReportPrinter = async (terminal, ledger, { intake, exit }) => {
  const result = await resultOf(ledger, intake);
  const earned = exit ?? exitOfTally(await ledger.tally(intake.id));
  if (terminal.mode.json) {
    terminal.resultJson({ kind: 'enrollment', intake: intake.id, ...result, exit: earned });
    return earned;
  }
  const {
    externalConsumerId,
    externalCardId,
    result: outcome,
    providerConsumerId,
    providerCardId,
    code,
    message,
  } = result;
  const whom = [externalConsumerId, externalCardId].filter(Boolean).join(' ');
  terminal.result(
    [
      [whom, outcome, code, message].filter(Boolean).join('  '),
      ...(providerConsumerId === undefined ? [] : [`  consumer at the provider  ${providerConsumerId}`]),
      ...(providerCardId === undefined ? [] : [`  card at the provider      ${providerCardId}`]),
    ].join('\n'),
  );
  return earned;
};

async function resultOf(ledger: LedgerView, intake: Intake): Promise<OneResult> {
  for await (const { externalConsumerId, externalCardId, state, batchState, ...rest } of ledger.records(
    intake.id,
  )) {
    const { providerConsumerId, providerCardId, code, message } = rest;
    const ids = { externalConsumerId, externalCardId, providerConsumerId, providerCardId };
    return { ...ids, result: state === 'batched' ? batchState : state, code, message };
  }
  for await (const { externalConsumerId, externalCardId, errors } of ledger.rejections(intake.id)) {
    const [{ code, field, message }] = errors;
    return { externalConsumerId, externalCardId, result: 'rejected', code, message: `${field}: ${message}` };
  }
  for await (const { externalConsumerId, externalCardId, reason, code } of ledger.unsent(intake.id))
    return { externalConsumerId, externalCardId, result: reason, code, message: unsentLabels[reason] };
  return { result: 'unchanged', message: unsentLabels.unchanged };
}

/** `enrollkit enroll` as it is typed. */
export const enrollCommand: AnyCommand = defineCommand<EnrollOptions>({
  declare: (command) =>
    command
      .argument('<file>', 'CSV or NDJSON with one record; - is standard input')
      .option(
        '--again <reason>',
        'enroll anew what is enrolled already; the reason goes into the audit trail',
      ),
  examples: [
    { line: 'enrollkit enroll cardholder.ndjson', does: 'one cardholder, answered at once' },
    {
      line: 'print-cardholder 4711 | enrollkit --json enroll -',
      does: 'from standard input: a card number never stands on a command line',
    },
  ],
  run: (context, options, [file]) => enroll(context, file, options),
});
