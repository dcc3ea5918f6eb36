import { LedgerLockedError, type Intake } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedger } from '../assemble.ts';
import { chooseIntakes, oneAfterTheOther, type IntakeChoice } from '../intake-choice.ts';
import { absolute, withInput, withOwnInput } from '../process/input.ts';
import { withProcessing, type ProcessContext } from '../process/process-context.ts';
import { processIntake } from '../process/process-intake.ts';
import { notifyingEnd } from '../on-end/notify.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { instruct } from '../instruction.ts';

/** Which intake, and where its input is now. */
export interface ResumeOptions extends IntakeChoice {
  readonly file?: string;
}

/**
 * `enrollkit resume`: continues an intake, or lets a paused runner continue. The input is read from where
 * reading ended; what must be sealed again is read from its file, if that is unchanged.
 */
export async function resume(context: Context, options: ResumeOptions): Promise<ExitName> {
  if (await isPaused(context)) return unpause(context);
  try {
    return await notifyingEnd(context, { command: 'resume', isNoEnd: isByPaused }, (observed) =>
      continueIntakes(observed, options),
    );
  } catch (error) {
    if (!isByPaused(error)) throw error;
    return unpause(context);
  }
}

/** Whether the ledger was refused because a paused runner has it. */
function isByPaused(error: unknown): boolean {
  return error instanceof LedgerLockedError && error.owner.instruction === 'pause';
}

/**
 * Whether the runners that share the ledger are paused; a runner that has the ledger to itself is found by
 * its lock.
 */
async function isPaused(context: Context): Promise<boolean> {
  const loaded = context.config();
  if (loaded.config.ledger.url === undefined) return false;
  const ledger = await openLedger(loaded);
  try {
    return (await ledger.owner())?.instruction === 'pause';
  } finally {
    await ledger.close();
  }
}

async function unpause(context: Context): Promise<ExitName> {
  await instruct(context, 'resume');
  return 'allEnrolled';
}

function continueIntakes(context: Context, options: ResumeOptions): Promise<ExitName> {
  return withProcessing(context, { command: 'resume', as: 'loader' }, async (processing) => {
    const intakes = await chooseIntakes(processing.ledger, options, {
      command: 'enrollkit resume',
      what: 'are unfinished',
      fits: ({ state }) => state !== 'settled',
    });
    return oneAfterTheOther(intakes, (intake) =>
      continueIntake(context, processing, { intake, named: options.file }),
    );
  });
}

function continueIntake(
  context: Context,
  processing: ProcessContext,
  { intake, named }: { readonly intake: Intake; readonly named: string | undefined },
): Promise<ExitName> {
  const ownFile = intake.state === 'reading' && intake.source !== '-' ? intake.source : undefined;
  const file = named ?? ownFile;
  if (file === undefined)
    return withOwnInput(context, intake, (available) =>
      processIntake(context, processing, { intake, ...(available && { available }) }),
    );
  return withInput(context, absolute(file), (input) => processIntake(context, processing, { intake, input }));
}

/** `enrollkit resume` as it is typed. */
export const resumeCommand: AnyCommand = defineCommand<ResumeOptions>({
  declare: (command) =>
    command
      .option('--intake <id>', 'which, where several are unfinished')
      .option('--all', 'every unfinished one, oldest first')
      .option('--file <file>', 'where the input is now, if it is needed and has moved'),
  examples: [
    { line: 'enrollkit resume', does: 'continues the newest intake' },
    { line: 'enrollkit resume --file archive/cardholders.csv', does: 'the same, its input having moved' },
  ],
  run: resume,
});
