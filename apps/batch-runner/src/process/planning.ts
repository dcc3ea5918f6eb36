import { toleratedOf } from '../config/tolerated.ts';
import type { EnrollmentRecord } from '@enrollkit/enrollment';
import { contextAt } from '@enrollkit/enrollment/validation';
import type { Intake } from '@enrollkit/ledger';
import {
  isLimitPassed,
  openReader,
  plan,
  selectRows,
  Validator,
  validationOf,
  type Input,
  type Plan,
  type PlannedRow,
  type RowSelection,
} from '@enrollkit/pipeline';
import { readingOf, settingsOf } from '../assemble.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { RunnerError } from '../errors.ts';
import type { OpenRegister } from '../register.ts';
import { missingLines, plannedChangeLines } from '../terminal/change-lines.ts';
import { count, plural } from '../terminal/format.ts';
import { paceText } from '../terminal/pace-text.ts';
import { wouldStopText } from '../terminal/limit-text.ts';
import { sumLine, unsentLines } from '../terminal/verdict-lines.ts';

/** What is planned, and who hears of it. */
export interface PlanningOptions {
  readonly again: boolean;
  readonly full: boolean;
  readonly confirmRemovals: number | undefined;
  readonly selection?: RowSelection;
  readonly onRow?: (row: PlannedRow) => Promise<void>;
  readonly onRecord?: (record: EnrollmentRecord) => Promise<void>;
}

/** What a run would do with the input, by the register as it is now; writes nothing and sends nothing. */
export function planInput(
  loaded: LoadedConfig,
  { ledger, digests }: OpenRegister,
  {
    input,
    again,
    full,
    confirmRemovals,
    selection = {},
    ...observers
  }: PlanningOptions & { readonly input: Input },
): Promise<Plan> {
  return planned(
    loaded,
    { input, selection },
    {
      ledger: { ...ledger, fillDigests: () => Promise.reject(new Error('a plan writes nothing')) },
      digests,
      settings: settingsOf(loaded.config),
      again,
      full,
      confirmed: confirmRemovals,
      ...observers,
    },
  );
}

async function planned(
  loaded: LoadedConfig,
  { input, selection }: { readonly input: Input; readonly selection: RowSelection },
  context: Omit<Parameters<typeof plan>[1], 'today'>,
): Promise<Plan> {
  const today = new Date();
  const reading = readingOf(loaded);
  const reader = selectRows(await openReader(input, reading), selection, await input.digest());
  const validator = new Validator(contextAt(today, validationOf(reading)));
  return plan({ reader, validator }, { ...context, today });
}

/** Throws `RunnerError` `usage` for removals that are confirmed of a file that is not the whole. */
export function assertFull({
  full,
  confirmRemovals,
}: {
  readonly full?: boolean;
  readonly confirmRemovals?: number;
}): void {
  if (confirmRemovals === undefined || full === true) return;
  throw new RunnerError('usage', '--confirm-removals is for a file that is the whole of all cardholders', {
    hint: 'add --full',
  });
}

/** The sums of a plan as a person reads them; `run` prints the same before its first request. */
export function planText(made: Plan, config: Config, intakes: readonly Intake[]): string {
  const { rows, rejected, batches, requests, durationMs } = made;
  const failures = { failed: rejected, rows };
  return [
    sumLine('rows read', rows),
    sumLine('new: would be sent', made.new),
    sumLine('rejected', rejected),
    ...unsentLines(made, intakes),
    ...missingLines(made.missing, made.changes['delete-card']),
    ...plannedChangeLines(made.changes),
    '',
    requests === 0
      ? '  nothing would be sent'
      : `  ${count(batches)} ${plural(batches, 'batch', 'batches')}, at least ${count(requests)} requests: ${paceText(durationMs, settingsOf(config))}`,
    ...(isLimitPassed(failures, toleratedOf(config.limits)) ? [`  ${wouldStopText(failures)}`] : []),
  ].join('\n');
}
