import type { Intake, Ledger } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedger } from '../assemble.ts';
import { actor } from '../audit.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { count } from '../terminal/format.ts';

/** How long an intake must have been idle, and whether to remove it or only say so. */
export interface PurgeOptions {
  readonly olderThan: string;
  readonly yes?: boolean;
}

const unitMs = { h: 3_600_000, d: 24 * 3_600_000 } as const;

/**
 * `enrollkit purge --older-than 90d [--yes]`: removes the rows of settled intakes that have been idle for
 * that long. Intakes that are not settled stay whole, and so do each intake's sums and the audit trail.
 */
export async function purge(context: Context, { olderThan, yes }: PurgeOptions): Promise<ExitName> {
  const idleSince = new Date(Date.now() - ageMs(olderThan));
  const ledger = await openLedger(context.config());
  try {
    const lock = await ledger.lock('purge');
    try {
      const intakes = await ledger.purgeable(idleSince);
      const open = (await ledger.listIntakes()).filter(({ state }) => state !== 'settled').length;
      if (yes !== true) await announce(context, ledger, intakes);
      else for (const intake of intakes) await remove(context, ledger, { intake, olderThan });
      const { terminal } = context;
      if (intakes.length === 0)
        terminal.note(`nothing to purge: no settled intake has been idle for ${olderThan}`);
      if (open > 0) terminal.note(`${count(open)} intakes are not settled and stay whole`);
      if (yes !== true && intakes.length > 0) terminal.note('nothing was removed; --yes does it');
      return 'allEnrolled';
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

/** Throws `RunnerError` `usage`. */
function ageMs(text: string): number {
  const { number, unit } = /^(?<number>\d{1,5})(?<unit>[dh])$/.exec(text)?.groups ?? {};
  if (unit === 'd' || unit === 'h') return Number(number) * unitMs[unit];
  throw new RunnerError('usage', `--older-than ${text}: expected days or hours`, {
    hint: 'for example --older-than 90d, or 36h',
  });
}

async function announce({ terminal }: Context, ledger: Ledger, intakes: readonly Intake[]): Promise<void> {
  for (const { id, source } of intakes) {
    const { records, rejected } = await ledger.tally(id);
    if (terminal.mode.json)
      terminal.resultJson({ kind: 'would purge', intake: id, source, records, rejections: rejected });
    else
      terminal.result(
        `${id}  would lose ${count(records)} records and ${count(rejected)} rejections  ${source}`,
      );
  }
}

async function remove(
  { terminal }: Context,
  ledger: Ledger,
  { intake, olderThan }: { readonly intake: Intake; readonly olderThan: string },
): Promise<void> {
  const { records, attempts, rejections, batches } = await ledger.purge(intake.id);
  const removed = { records, attempts, rejections, batches };
  await ledger.appendEvent({
    at: new Date(),
    actor: actor(),
    action: 'purge',
    intakeId: intake.id,
    detail: { olderThan, ...removed },
  });
  if (terminal.mode.json)
    return terminal.resultJson({
      kind: 'purged',
      intake: intake.id,
      source: intake.source,
      removed,
      kept: ['sums', 'audit trail', 'ids of enrolled cards'],
    });
  terminal.result(
    `${intake.id}  removed ${count(records)} records, ${count(rejections)} rejections, ${count(batches)} batches; kept its sums, the audit trail and the ids of enrolled cards  ${intake.source}`,
  );
}

/** `enrollkit purge` as it is typed. */
export const purgeCommand: AnyCommand = defineCommand<PurgeOptions>({
  declare: (command) =>
    command
      .requiredOption(
        '--older-than <age>',
        'only those with which nothing has happened for so long: 90d, 36h',
      )
      .option('--yes', 'do it; without this, only tell what would go'),
  examples: [
    { line: 'enrollkit purge --older-than 90d', does: 'tells what would go' },
    { line: 'enrollkit purge --older-than 90d --yes', does: 'removes it' },
  ],
  run: purge,
});
