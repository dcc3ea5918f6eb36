import type { Comparison, Difference, ReportedResult } from '@enrollkit/pipeline';
import { defineCommand, type AnyCommand } from '../command.ts';
import { theIntake } from '../intake-choice.ts';
import { actor } from '../audit.ts';
import { withProcessing, type ProcessContext } from '../process/process-context.ts';
import type { Context } from '../context.ts';
import { adviceOn, exitOfSignal } from '../ending.ts';
import type { ExitName } from '../exit-codes.ts';
import { count, plural } from '../terminal/format.ts';

/**
 * `enrollkit reconcile`: polls every batch again and prints each difference from the ledger, which it does
 * not change; only a batch that was not settled and is finished now is settled, as `resume` would do.
 */
export async function reconcile(context: Context, options: { readonly intake?: string }): Promise<ExitName> {
  return withProcessing(context, { command: 'reconcile', as: 'loader' }, async (processing) => {
    const { ledger, pipeline, stop } = processing;
    const intake = await theIntake(ledger, options.intake);
    const { terminal } = context;
    const comparison = await pipeline.compare(intake, stop, (difference) =>
      terminal.stream(
        terminal.mode.json ? JSON.stringify({ kind: 'difference', ...difference }) : lineOf(difference),
      ),
    );
    const { unknown } = (await ledger.tally(intake.id)).batches;
    const exit = exitOf(comparison, context);
    const { ending: _ending, ...sums } = comparison;
    await ledger.appendEvent({
      at: new Date(),
      actor: actor(),
      action: 'reconcile ended',
      intakeId: intake.id,
      detail: { exit, ...sums, unknown },
    });
    conclude(context, processing, { comparison, unknown, exit });
    return exit;
  });
}

function exitOf({ ending, differences, unanswered }: Comparison, context: Context): ExitName {
  if (ending.kind === 'interrupted') return exitOfSignal(context.stoppedBy());
  if (differences > 0) return 'differs';
  return ending.kind === 'denied' || unanswered > 0 ? 'stopped' : 'allEnrolled';
}

interface Concluded {
  readonly comparison: Comparison;
  readonly unknown: number;
  readonly exit: ExitName;
}

function conclude(
  { terminal }: Context,
  { command }: ProcessContext,
  { comparison, unknown, exit }: Concluded,
): void {
  const { ending, batches, settled, open, differences, unanswered } = comparison;
  const advice = adviceOn(ending);
  if (advice !== undefined)
    terminal.warn(advice.text, advice.hint.replaceAll('enrollkit resume', `enrollkit ${command}`));
  if (unanswered > 0)
    terminal.warn(
      `the provider did not answer about ${count(unanswered)} ${plural(unanswered, 'batch', 'batches')}`,
      'try again later',
    );
  if (unknown > 0)
    terminal.warn(
      `${count(unknown)} ${plural(unknown, 'batch', 'batches')} in state unknown ${plural(unknown, 'has', 'have')} no id at the provider and cannot be polled`,
      'enrollkit report lists them, enrollkit resolve records a decision',
    );
  if (terminal.mode.json)
    return terminal.resultJson({
      kind: 'summary',
      batches,
      settled,
      open,
      differences,
      unanswered,
      unknown,
      exit,
    });
  terminal.result(
    `polled ${count(batches)} ${plural(batches, 'batch', 'batches')}: ${count(differences)} ${plural(differences, 'difference')}, ${count(settled)} settled by this, ${count(open)} not finished yet`,
  );
  if (differences > 0)
    terminal.warn(
      'the ledger was not changed',
      'enrollkit report --csv shows what it holds for each record; ask the provider which is right',
    );
}

function lineOf({ externalBatchId, providerBatchId, record, ledger, provider }: Difference): string {
  const what =
    record === undefined
      ? 'the batch'
      : `${record.externalConsumerId} ${record.externalCardId}${record.line === undefined ? '' : ` (line ${record.line})`}`;
  return `${externalBatchId} (${providerBatchId})  ${what}: ledger ${resultText(ledger)}, provider ${resultText(provider)}`;
}

function resultText({ result, code }: ReportedResult): string {
  return code === undefined ? result : `${result} ${code}`;
}

/** `enrollkit reconcile` as it is typed. */
export const reconcileCommand: AnyCommand = defineCommand<{ readonly intake?: string }>({
  declare: (command) => command.option('--intake <id>', 'of which intake (default: the newest)'),
  examples: [
    { line: 'enrollkit reconcile', does: 'exit 7 when the provider answers otherwise than the ledger says' },
  ],
  run: reconcile,
});
