import { LedgerLockedError } from '@enrollkit/ledger';
import { theIntake } from '../assemble.ts';
import { carryForward, carrying, withInput } from '../carry.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { instruct } from '../instruction.ts';

/** Which intake, and where its input is now. */
export interface ResumeOptions {
  readonly intake?: string;
  readonly file?: string;
}

/** `enrollkit resume`: goes on with an intake, or lets the runner go on that was paused. The input is opened only when rows of it are still unread. */
export async function resume(context: Context, options: ResumeOptions): Promise<ExitName> {
  try {
    return await goOn(context, options);
  } catch (error) {
    if (!(error instanceof LedgerLockedError) || error.owner.told !== 'pause') throw error;
    await instruct(context, 'resume');
    return 'allEnrolled';
  }
}

function goOn(context: Context, options: ResumeOptions): Promise<ExitName> {
  return carrying(context, 'resume', async (tools) => {
    const intake = await theIntake(tools.ledger, options.intake);
    const file = options.file ?? (intake.state === 'reading' && intake.source !== '-' ? intake.source : undefined);
    if (file === undefined) return carryForward(context, tools, { intake });
    return withInput(context, file, (input) => carryForward(context, tools, { intake, input }));
  });
}
