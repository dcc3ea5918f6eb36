import { theIntake } from '../assemble.ts';
import { carryForward, carrying, withInput } from '../carry.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';

/** Which intake, and where its input is now. */
export interface ResumeOptions {
  readonly intake?: string;
  readonly file?: string;
}

/** `enrollkit resume`: goes on with an intake. The input is opened only when rows of it are still unread. */
export async function resume(context: Context, options: ResumeOptions): Promise<ExitName> {
  return carrying(context, 'resume', async (tools) => {
    const intake = await theIntake(tools.ledger, options.intake);
    const file = options.file ?? (intake.state === 'reading' && intake.source !== '-' ? intake.source : undefined);
    if (file === undefined) return carryForward(context, tools, { intake });
    return withInput(file, (input) => carryForward(context, tools, { intake, input }));
  });
}
