import type { Tally } from '@enrollkit/ledger';
import { environmentName } from '../config/provider-environment.ts';
import type { Context } from '../context.ts';
import { scheduleOf } from '@enrollkit/pipeline';
import { settingsOf } from '../assemble.ts';
import { count, plural } from '../terminal/format.ts';
import { paceText } from '../terminal/pace-text.ts';
import { allChanges, missingLines, plannedChangeLines } from '../terminal/change-lines.ts';
import { sumLine, unsentLines } from '../terminal/verdict-lines.ts';
import type { ProcessContext } from './process-context.ts';

/** A submission and a poll: each batch takes at least one of each. */
const REQUESTS_PER_BATCH = 2;

/**
 * Prints what is about to be sent, before the first request. On a terminal it asks when more of the rows
 * differ from what is enrolled than `limits.changedPercent` tolerates, or when nothing is new; elsewhere the
 * former is a warning. Returns whether to go on.
 */
export async function confirmed(
  { terminal }: Context,
  { ledger, loaded }: ProcessContext,
  { tally, ask }: { readonly tally: Tally; readonly ask: boolean },
): Promise<boolean> {
  for (const line of await summaryOf(tally, { ledger, loaded })) terminal.note(line);
  const { changedPercent } = loaded.config.limits;
  const percent = tally.rows === 0 ? 0 : ((tally.unsent.changed + tally.unsent.applied) / tally.rows) * 100;
  const doubt =
    percent > changedPercent
      ? `${percent.toFixed(1)} % of the rows differ from what is enrolled (limits.changedPercent: ${changedPercent})`
      : tally.records === 0 && tally.unsent.applied === 0 && tally.missing === 0
        ? 'nothing in this file is new'
        : undefined;
  if (doubt === undefined) return true;
  if (ask && terminal.interactive && process.stdin.isTTY) return question(`${doubt}. Go on?`);
  if (percent > changedPercent)
    terminal.warn(doubt, 'enrollkit plan FILE says what is done with each of them');
  return true;
}

async function summaryOf(
  tally: Tally,
  { ledger, loaded }: Pick<ProcessContext, 'ledger' | 'loaded'>,
): Promise<readonly string[]> {
  const settings = settingsOf(loaded.config);
  const batches = Object.values(tally.batches).reduce((sum, of) => sum + of, 0);
  const changes = allChanges(tally.changes);
  const single = Object.values(changes).reduce((sum, of) => sum + of, 0);
  const requests = batches * REQUESTS_PER_BATCH + single;
  return [
    `environment ${environmentName(loaded.config)}`,
    sumLine('rows read', tally.rows),
    sumLine('new: will be sent', tally.records),
    sumLine('rejected', tally.rejected),
    ...unsentLines(tally, await ledger.listIntakes()),
    ...missingLines(tally.missing, changes['delete-card']),
    ...plannedChangeLines(changes),
    ...(requests === 0
      ? []
      : [
          `  ${count(batches)} ${plural(batches, 'batch', 'batches')}, at least ${count(requests)} requests: ${paceText(scheduleOf(settings).durationOf(requests, Date.now()), settings)}`,
        ]),
  ];
}

async function question(message: string): Promise<boolean> {
  const { confirm } = await import('@clack/prompts');
  return (await confirm({ message, output: process.stderr, initialValue: false })) === true;
}
