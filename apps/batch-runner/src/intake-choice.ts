import type { Intake, Ledger } from '@enrollkit/ledger';
import { RunnerError } from './errors.ts';
import type { ExitName } from './exit-codes.ts';

/**
 * Which intakes a command is for: one by its id or the beginning of it, all that fit, or the only one that it
 * can be.
 */
export interface IntakeChoice {
  readonly intake?: string | undefined;
  readonly all?: boolean | undefined;
}

/** How a command that was given no id finds its intakes. */
export interface ChoiceRules {
  /** For the message: `enrollkit resume`. */
  readonly command: string;
  /** What fits, for the message: `are unfinished`. */
  readonly what: string;
  fits(intake: Intake): boolean | Promise<boolean>;
}

/**
 * The intake with that id (or its beginning), or the newest. Throws `RunnerError` `intake-unknown` when there
 * is none.
 */
export async function theIntake(
  ledger: Pick<Ledger, 'listIntakes'>,
  id: string | undefined,
): Promise<Intake> {
  const intakes = await ledger.listIntakes();
  const fitting =
    id === undefined ? intakes.slice(0, 1) : intakes.filter((intake) => intake.id.startsWith(id));
  const [found, other] = fitting;
  if (found !== undefined && other === undefined) return found;
  throw new RunnerError(
    'intake-unknown',
    found === undefined
      ? `There is no intake${id === undefined ? '' : ` ${id}`} in the ledger`
      : `${fitting.length} intakes begin with ${id ?? ''}`,
    { hint: 'enrollkit status lists the intakes' },
  );
}

/**
 * The intakes of a command, oldest first: the one that was named; else those that fit, which must be a single
 * one unless `all` asks for several; else, when none fits, the newest. Throws `RunnerError` `intake-unknown`,
 * which lists the choice.
 */
export async function chooseIntakes(
  ledger: Pick<Ledger, 'listIntakes'>,
  { intake, all = false }: IntakeChoice,
  { command, what, fits }: ChoiceRules,
): Promise<readonly Intake[]> {
  if (intake !== undefined) return [await theIntake(ledger, intake)];
  const fitting: Intake[] = [];
  for (const one of await ledger.listIntakes()) if (await fits(one)) fitting.unshift(one);
  if (fitting.length === 0) return [await theIntake(ledger, undefined)];
  if (fitting.length === 1 || all) return fitting;
  throw new RunnerError(
    'intake-unknown',
    [
      `${fitting.length} intakes ${what}; say which, or all of them:`,
      ...fitting.map(({ id, source }) => `  ${command} --intake ${id.slice(0, 12)}   ${source}`),
    ].join('\n'),
    { hint: `${command} --all` },
  );
}

/** From the one that asks for most to the one that asks for nothing. */
const byUrgency: readonly ExitName[] = [
  'internal',
  'usage',
  'interrupted',
  'terminated',
  'stopped',
  'limitPassed',
  'unknown',
  'differs',
  'someFailed',
  'allEnrolled',
];

/**
 * Does the work for each intake until one was interrupted; returns the exit that asks for most. Throws when
 * the work does.
 */
export async function oneAfterTheOther(
  intakes: readonly Intake[],
  work: (intake: Intake) => Promise<ExitName>,
): Promise<ExitName> {
  const exits: ExitName[] = [];
  for (const intake of intakes) {
    const exit = await work(intake);
    exits.push(exit);
    if (exit === 'interrupted' || exit === 'terminated') break;
  }
  return byUrgency.find((exit) => exits.includes(exit)) ?? 'allEnrolled';
}
