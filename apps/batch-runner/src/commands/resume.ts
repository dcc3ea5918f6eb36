import { LedgerLockedError } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedger } from '../assemble.ts';
import { theIntake } from '../intake-choice.ts';
import { withInput, withOwnInput } from '../process/input.ts';
import { withProcessing } from '../process/process-context.ts';
import { processIntake } from '../process/process-intake.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { instruct } from '../instruction.ts';

/** Which intake, and where its input is now. */
export interface ResumeOptions {
  readonly intake?: string;
  readonly file?: string;
}

/** `enrollkit resume`: continues an intake, or lets a paused runner continue. The input is read from where reading ended; what must be sealed again is read from its file, if that is unchanged. */
export async function resume(context: Context, options: ResumeOptions): Promise<ExitName> {
  if (await isPaused(context)) return unpause(context);
  try {
    return await continueIntake(context, options);
  } catch (error) {
    if (!(error instanceof LedgerLockedError) || error.owner.instruction !== 'pause') throw error;
    return unpause(context);
  }
}

/** Whether the runners that share the ledger are paused; a runner that has the ledger to itself is found by its lock. */
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

function continueIntake(context: Context, options: ResumeOptions): Promise<ExitName> {
  return withProcessing(context, { command: 'resume', as: 'loader' }, async (processing) => {
    const intake = await theIntake(processing.ledger, options.intake);
    const file =
      options.file ?? (intake.state === 'reading' && intake.source !== '-' ? intake.source : undefined);
    if (file === undefined)
      return withOwnInput(context, intake, (available) =>
        processIntake(context, processing, { intake, ...(available && { available }) }),
      );
    return withInput(context, file, (input) => processIntake(context, processing, { intake, input }));
  });
}

/** `enrollkit resume` as it is typed. */
export const resumeCommand: AnyCommand = defineCommand<ResumeOptions>({
  declare: (command) =>
    command
      .option('--intake <id>', 'which (default: the newest)')
      .option('--file <file>', 'where the input is now, if it is needed and has moved'),
  examples: [
    { line: 'enrollkit resume', does: 'continues the newest intake' },
    { line: 'enrollkit resume --file archive/cardholders.csv', does: 'the same, its input having moved' },
  ],
  run: resume,
});
