import { resendClassOf } from '@enrollkit/enrollment';
import type { Intake, RecordRow } from '@enrollkit/ledger';
import { wasRefused } from '@enrollkit/pipeline';
import { defineCommand, type AnyCommand } from '../command.ts';
import { chooseIntakes, oneAfterTheOther, type IntakeChoice } from '../intake-choice.ts';
import { absolute, withInput } from '../process/input.ts';
import { withProcessing, type ProcessContext } from '../process/process-context.ts';
import { processIntake, withClaim } from '../process/process-intake.ts';
import { notifyingEnd } from '../on-end/notify.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { count } from '../terminal/format.ts';

/** Which refused records of which intake. */
export interface RetryOptions extends IntakeChoice {
  readonly file?: string;
  readonly code?: readonly string[];
}

/**
 * `enrollkit retry`: sends refused records once more, under new batch ids, re-reading just those records.
 * Without `--code`, those of an account range that is not enabled yet are left out: they would be refused
 * again.
 */
export async function retry(context: Context, options: RetryOptions): Promise<ExitName> {
  return withProcessing(context, { command: 'retry', as: 'loader' }, async (processing) => {
    const { ledger } = processing;
    const intakes = await chooseIntakes(ledger, options, {
      command: 'enrollkit retry',
      what: 'have refused records',
      fits: async ({ id }) => (await ledger.tally(id)).refused > 0,
    });
    return oneAfterTheOther(intakes, (intake) => retryIntake(context, processing, { ...options, intake }));
  });
}

async function retryIntake(
  context: Context,
  processing: ProcessContext,
  { intake, file: named, code }: Omit<RetryOptions, 'intake'> & { readonly intake: Intake },
): Promise<ExitName> {
  const file = named ?? intake.source;
  if (file === '-') {
    throw new RunnerError(
      'input-needed',
      `Intake ${intake.id} came from standard input; its records can only be sent again from a file`,
      { hint: 'name it: enrollkit retry --file FILE' },
    );
  }
  return withInput(context, absolute(file), async (input) => {
    const { chosen, later } = choiceOf(code);
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
}

/** Which records are sent again, and how many are left for later, by code. */
function choiceOf(asked: RetryOptions['code']): {
  readonly chosen: (record: RecordRow) => boolean;
  readonly later: ReadonlyMap<string, number>;
} {
  const codes = asked === undefined ? undefined : new Set(asked);
  const later = new Map<string, number>();
  const chosen = (record: RecordRow): boolean => {
    const { code = '' } = record;
    if (codes !== undefined) return codes.has(code);
    if (resendClassOf(code) !== 'later') return wasRefused(record);
    later.set(code, (later.get(code) ?? 0) + 1);
    return false;
  };
  return { chosen, later };
}

/** `enrollkit retry` as it is typed. */
export const retryCommand: AnyCommand = defineCommand<RetryOptions>({
  declare: (command) =>
    command
      .option('--intake <id>', 'which, where several have refused records')
      .option('--all', 'every one that has, oldest first')
      .option('--file <file>', 'where the input is now, if it has moved')
      .option('--code <code...>', 'only those refused with these codes'),
  examples: [
    { line: 'enrollkit retry', does: 'every record that was refused, but for those that are for later' },
    { line: 'enrollkit retry --code RESULT_MISSING', does: 'those the provider gave no result for' },
  ],
  run: (context, options) =>
    notifyingEnd(context, { command: 'retry' }, (observed) => retry(observed, options)),
});
