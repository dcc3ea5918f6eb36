import type { Intake, LedgerLock, LedgerView } from '@enrollkit/ledger';
import type { Ending, Input } from '@enrollkit/pipeline';
import { actor } from '../audit.ts';
import { doubt } from '../commands/ledger-adopt.ts';
import { printReport, type ReportedIntake } from '../commands/report.ts';
import type { Context } from '../context.ts';
import { adviceOn, exitOf } from '../ending.ts';
import type { ExitName } from '../exit-codes.ts';
import { writeRejections } from '../rejections.ts';
import { confirmed } from './confirm.ts';
import { inputNeeded } from './input.ts';
import { limitText } from '../terminal/limits-in-force.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ProcessContext } from './process-context.ts';

/** An intake to be processed, and its file where that is available. */
export interface IntakeJob {
  readonly intake: Intake;
  /** Read from where reading ended; the rejected rows are written to the rejections file. */
  readonly input?: Input;
  /** The same file when nothing is left to be read: it is used only for batches that must be sealed again. */
  readonly available?: Input;
  /** Whether to ask on a terminal before the first request; default: no. */
  readonly ask?: boolean;
  /** Prints what became of it; default: the report. */
  readonly print?: ReportPrinter;
}

/** Prints what became of an intake, and returns the exit that it earns. */
export type ReportPrinter = (
  terminal: Terminal,
  ledger: LedgerView,
  reported: ReportedIntake,
) => Promise<ExitName>;

/** Loads what is not loaded yet, sends, and prints the report. Returns the exit that the result earns. */
export async function processIntake(
  context: Context,
  processing: ProcessContext,
  job: IntakeJob,
): Promise<ExitName> {
  const { ledger, progress, loaded } = processing;
  processing.track(job.intake);
  if (job.print === undefined) context.terminal.note(limitText(loaded.config.limits));
  const ending = await loadAndSend(context, processing, job);
  progress.stop();
  const intake = (await ledger.findIntake(job.intake.id)) ?? job.intake;
  if (job.input !== undefined && (intake.state !== 'reading' || ending.kind === 'limit'))
    await writeRejections(context.terminal, processing, { intake, input: job.input });
  const advice = adviceOn(ending);
  if (advice !== undefined) context.terminal.warn(advice.text, advice.hint);
  const tally = await ledger.tally(intake.id);
  const exit = exitOf(ending, tally, context.stoppedBy());
  context.onIntakeEnded?.({ intake, tally });
  const { rows, rejected, enrolled, refused, unknown } = tally;
  await ledger.appendEvent({
    at: new Date(),
    actor: actor(),
    action: `${processing.command} ended`,
    intakeId: intake.id,
    detail: { exit, rows, rejected, enrolled, refused, unknown },
  });
  return (job.print ?? printReport)(context.terminal, ledger, { intake, exit });
}

async function loadAndSend(
  context: Context,
  processing: ProcessContext,
  { intake, input, available, ask = false }: IntakeJob,
): Promise<Ending> {
  const { pipeline, ledger, lock, tracing, stop } = processing;
  if (input === undefined && intake.state === 'reading') throw inputNeeded(intake);
  const load = (from: Input): Promise<boolean> =>
    tracing.span(
      { name: 'load', attributes: { 'enrollkit.intake': intake.id, 'enrollkit.bytes': from.bytes } },
      () => withClaim(lock, intake, () => pipeline.load(intake, from, stop)),
      (done) => ({ attributes: { 'enrollkit.loaded': done } }),
    );
  if (input !== undefined && !(await load(input)))
    return (stop.aborted ? undefined : await pipeline.passedLimit(intake)) ?? { kind: 'interrupted' };
  if (await ledger.isInDoubt()) context.terminal.warn(doubt.message, doubt.hint);
  if (intake.state === 'reading') {
    const tally = await ledger.tally(intake.id);
    if (!(await confirmed(context, processing, { tally, ask }))) return { kind: 'interrupted' };
  }
  return pipeline.send(intake, stop, input ?? available);
}

/**
 * Keeps everybody else from changing an intake while `work` runs; the end of the lock frees it when `work`
 * throws.
 */
export async function withClaim<T>(lock: LedgerLock, intake: Intake, work: () => Promise<T>): Promise<T> {
  const claim = await lock.claim(intake.id);
  const result = await work();
  await claim.release();
  return result;
}
