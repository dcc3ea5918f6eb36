import { resendClassOf } from '@enrollkit/enrollment';
import type { RecordRow } from '@enrollkit/ledger';
import { wasRefused } from '@enrollkit/pipeline';
import { defineCommand, type AnyCommand } from '../command.ts';
import { theIntake } from '../intake-choice.ts';
import { withInput } from '../process/input.ts';
import { withProcessing } from '../process/process-context.ts';
import { processIntake, withClaim } from '../process/process-intake.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { count } from '../terminal/format.ts';

/** Which refused records of which intake. */
export interface RetryOptions {
  readonly intake?: string;
  readonly file?: string;
  readonly code?: readonly string[];
}

/**
 * `enrollkit retry`: sends refused records once more, under new batch ids, re-reading just those records. Without
 * `--code`, those of an account range that is not enabled yet are left out: they would be refused again.
 */
export async function retry(context: Context, options: RetryOptions): Promise<ExitName> {
  return withProcessing(context, { command: 'retry', as: 'loader' }, async (processing) => {
    const intake = await theIntake(processing.ledger, options.intake);
    const file = options.file ?? intake.source;
    if (file === '-') {
      throw new RunnerError(
        'input-needed',
        `Intake ${intake.id} came from standard input; its records can only be sent again from a file`,
        { hint: 'name it: enrollkit retry --file FILE' },
      );
    }
    return withInput(context, file, async (input) => {
      const codes = options.code === undefined ? undefined : new Set(options.code);
      const later = new Map<string, number>();
      const chosen = (record: RecordRow): boolean => {
        const { code = '' } = record;
        if (codes !== undefined) return codes.has(code);
        if (resendClassOf(code) !== 'later') return wasRefused(record);
        later.set(code, (later.get(code) ?? 0) + 1);
        return false;
      };
      const records = await withClaim(processing.lock, intake, () =>
        processing.pipeline.retry(intake, input, { chosen }),
      );
      context.terminal.note(`${count(records)} records will be sent again`);
      for (const [code, left] of later)
        context.terminal.note(
          `${count(left)} refused with ${code} left out: their account range is not enabled yet; in 3 to 6 months, or once it is: enrollkit retry --code ${code}`,
        );
      return processIntake(context, processing, {
        intake: (await processing.ledger.findIntake(intake.id)) ?? intake,
        available: input,
      });
    });
  });
}

/** `enrollkit retry` as it is typed. */
export const retryCommand: AnyCommand = defineCommand<RetryOptions>({
  declare: (command) =>
    command
      .option('--intake <id>', 'which (default: the newest)')
      .option('--file <file>', 'where the input is now, if it has moved')
      .option('--code <code...>', 'only those refused with these codes'),
  examples: [
    { line: 'enrollkit retry', does: 'every record that was refused, but for those that are for later' },
    { line: 'enrollkit retry --code RESULT_MISSING', does: 'those the provider gave no result for' },
  ],
  run: retry,
});
