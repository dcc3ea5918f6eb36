import type { Tally } from '@enrollkit/ledger';
import { digestsWith, openFingerprintKey } from '../assemble.ts';
import { actor } from '../audit.ts';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { keepReading, openIntake } from '../process/earlier-reading.ts';
import { absolute, withInput } from '../process/input.ts';
import { listedSideOf, oldSideOf, withholds, type OldSide } from '../process/migration.ts';
import { withProcessing } from '../process/process-context.ts';
import { processIntake } from '../process/process-intake.ts';
import { sumLine } from '../terminal/verdict-lines.ts';

/** Where the old side is known from; just one of them. */
interface MigrateOptions {
  readonly from?: string;
  readonly ids?: string;
  readonly yes?: boolean;
}

/**
 * `enrollkit migrate FILE`: enrolls in the Credential Directory what was enrolled with Click to Pay. The
 * register holds no card numbers, so the file gives the data; the register of the old configuration, or a
 * list of ids, says whom. Who opted out there is remembered here. The old side is not touched.
 */
export async function migrate(context: Context, file: string, options: MigrateOptions): Promise<ExitName> {
  const { from, ids } = options;
  const loaded = context.config();
  if ((from === undefined) === (ids === undefined))
    throw new RunnerError('usage', 'enrollkit migrate needs either --from OLD_CONFIG or --ids FILE', {
      hint: 'the configuration that the cards were enrolled with, or a CSV of their ids',
    });
  if (loaded.config.provider.family !== 'credential-directory')
    throw new RunnerError('usage', 'enrollkit migrate moves into the Credential Directory', {
      hint: 'set provider.family: credential-directory and provider.directoryId, with a ledger of its own',
    });
  return withInput(context, absolute(file), async (input) => {
    const old = await (from === undefined
      ? listedSideOf(input, loaded, ids ?? '')
      : oldSideOf(input, loaded, from));
    const withhold = withholds(old);
    return withProcessing(context, { command: 'migrate', as: 'loader', withhold }, async (processing) => {
      const { ledger, pipeline } = processing;
      const digests = digestsWith(loaded, openFingerprintKey(loaded));
      await ledger.bind(digests.binding);
      const remembered = await ledger.optOut(digests.keysOf(old.optedOut));
      const intake = await openIntake(processing, input, () => pipeline.open(input));
      await keepReading(processing, intake);
      const exit = await processIntake(context, processing, { intake, input, ask: options.yes !== true });
      const sums = sumsOf(old, await ledger.tally(intake.id));
      await ledger.appendEvent({
        at: new Date(),
        actor: actor(),
        action: 'migrate',
        intakeId: intake.id,
        detail: { from: from ?? ids ?? '', remembered, ...sums },
      });
      if (context.terminal.mode.json)
        context.terminal.resultJson({ kind: 'migration', intake: intake.id, ...sums });
      else context.terminal.result(migrationText(sums));
      const isWhole = sums.missing + sums.open === 0;
      return exit === 'allEnrolled' && !isWhole ? 'someFailed' : exit;
    });
  });
}

/** What a migration came to. Enrolled there = in the file + missing. */
interface Sums {
  readonly enrolledThere: number;
  readonly inFile: number;
  /** Enrolled there, and not in the file. */
  readonly missing: number;
  readonly enrolledHere: number;
  readonly open: number;
  readonly optedOut: number;
  readonly notEnrolledThere: number;
}

function sumsOf(old: OldSide, tally: Tally): Sums {
  const { enrolled: enrolledThere, inFile, open, optedOut, withheld } = old;
  const enrolledHere = tally.enrolled + tally.unsent.unchanged + tally.unsent.changed;
  const notEnrolledThere = withheld.size - open - optedOut.length;
  const missing = Math.max(0, enrolledThere - inFile);
  return { enrolledThere, inFile, missing, enrolledHere, open, optedOut: optedOut.length, notEnrolledThere };
}

function migrationText({ enrolledThere, inFile, missing, enrolledHere, ...rest }: Sums): string {
  return [
    'migration from click-to-pay',
    sumLine('enrolled there', enrolledThere),
    sumLine('    in this file', inFile),
    sumLine(
      '    not in this file',
      missing,
      missing > 0 ? '  stay there: migrate them with a file that has them' : '',
    ),
    sumLine('enrolled here now', enrolledHere),
    sumLine('opted out there', rest.optedOut, '  remembered: no file enrolls them here'),
    sumLine('not settled there', rest.open, rest.open > 0 ? '  settle them there, then migrate again' : ''),
    sumLine(
      'in the file, not enrolled there',
      rest.notEnrolledThere,
      '  left alone: enrollkit run enrolls them',
    ),
  ].join('\n');
}

/** `enrollkit migrate` as it is typed. */
export const migrateCommand: AnyCommand = defineCommand<MigrateOptions>({
  declare: (command) =>
    command
      .argument('<file>', 'the cardholders with their card numbers, which no ledger has')
      .option('--from <config>', 'the configuration of click-to-pay, whose register says who is enrolled')
      .option(
        '--ids <file>',
        'instead: a CSV of externalConsumerId, externalCardId, srcConsumerId, srcDigitalCardId',
      )
      .option('-y, --yes', 'do not ask on a terminal'),
  examples: [
    {
      line: 'enrollkit migrate extract.csv --from enrollkit.yaml -c directory.yaml',
      does: 'what the old register has, into the directory; started again, it continues',
    },
    {
      line: 'enrollkit migrate extract.csv --ids enrolled.csv -c directory.yaml',
      does: 'where the cards were enrolled by other means',
    },
  ],
  run: (context, options, [file]) => migrate(context, file, options),
});
