import { setTimeout as delay } from 'node:timers/promises';
import { openLedgerOverview, type LedgerOverview, type LockOwner } from '@enrollkit/ledger';
import { defineLightCommand, type AnyCommand } from '../command.ts';
import { ledgerAddress } from '../config/ledger-address.ts';
import { readLedgerSettings } from '../config/ledger-settings.ts';
import type { Config } from '../config/schema.ts';
import { environmentName } from '../config/provider-environment.ts';
import type { LightContext } from '../context.ts';
import { exitOfSignal, exitOfTally } from '../ending.ts';
import type { ExitName } from '../exit-codes.ts';
import { theIntake } from '../intake-choice.ts';
import { clockText } from '../terminal/format.ts';
import { describeOwner } from '../terminal/owner-text.ts';
import { statusTable, type Standing } from '../terminal/status-table.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Which intakes, and whether to go on looking. */
export interface StatusOptions {
  readonly intake?: string;
  readonly watch?: boolean;
}

interface Seen {
  readonly standings: readonly Standing[];
  readonly owner: LockOwner | undefined;
}

/** How often `--watch` looks. */
const WATCH_MS = 1000;

/** What an owner is doing that was instructed. */
const doing = { pause: 'paused; enrollkit resume lets it continue', stop: 'ending, as instructed' } as const;

/**
 * `enrollkit status`: where each intake stands, one line each, and who works on them. May run beside a
 * runner. Its exit says what is left to do: 5 when a batch waits for a decision, 4 when an intake is
 * unfinished, else 0; of one intake, what `report` says of it.
 */
export async function status(context: LightContext, options: StatusOptions): Promise<ExitName> {
  const settings = await readLedgerSettings(context.sources);
  const ledger = await openLedgerOverview(ledgerAddress(settings));
  try {
    const environment = environmentName(settings.config);
    const opens = await windowOf(settings.config.sending);
    if (options.watch === true) return await watch(context, { ledger, environment, opens }, options);
    const seen = await look(ledger, options.intake);
    print(context.terminal, seen, { environment, opens });
    return exitOf(seen, options);
  } finally {
    await ledger.close();
  }
}

async function look(ledger: LedgerOverview, id: string | undefined): Promise<Seen> {
  const intakes = id === undefined ? await ledger.listIntakes() : [await theIntake(ledger, id)];
  const standings: Standing[] = [];
  for (const intake of intakes) standings.push({ intake, tally: await ledger.tally(intake.id) });
  return { standings, owner: await ledger.owner() };
}

function print(terminal: Terminal, { standings, owner }: Seen, { environment, opens }: Place): void {
  if (terminal.mode.json)
    terminal.resultJson(
      standings.map(({ intake: { id, source, state }, tally }) => ({ id, source, state, tally })),
    );
  else for (const line of statusTable(standings, environment)) terminal.result(line);
  if (owner !== undefined) terminal.note(ownerLine(owner));
  const closed = standings.some(isUnfinished) ? opens() : undefined;
  if (closed !== undefined) terminal.note(closed);
}

function isUnfinished({ intake: { state } }: Standing): boolean {
  return state !== 'settled';
}

/** What is not seen in the ledger. */
interface Place {
  readonly environment: string;
  /** Says when the sending window opens, while it is closed. */
  readonly opens: () => string | undefined;
}

/**
 * The pipeline, which knows the hours, is loaded only where a window is set: it takes longer than the answer.
 */
async function windowOf(sending: Config['sending'] | undefined): Promise<Place['opens']> {
  if (sending?.window === undefined) return () => undefined;
  const { timesOf } = await import('../config/sending-times-schema.ts');
  const { Schedule } = await import('@enrollkit/pipeline');
  const schedule = new Schedule(sending.requestsPerSecond, timesOf(sending));
  return () => {
    const now = Date.now();
    if (schedule.isOpen(now)) return undefined;
    return `the sending window is closed until ${clockText(new Date(schedule.opensAt(now)), sending.timeZone ?? 'UTC')}`;
  };
}

function ownerLine(owner: LockOwner): string {
  return `${describeOwner(owner)}, is ${owner.instruction === undefined ? 'at work' : doing[owner.instruction]}`;
}

/** Looks again and again until nothing is unfinished; shows what has changed, on a terminal in place. */
async function watch(
  { terminal, stop, stoppedBy }: LightContext,
  { ledger, environment, opens }: Place & { readonly ledger: LedgerOverview },
  options: StatusOptions,
): Promise<ExitName> {
  let shown = '';
  for (;;) {
    const seen = await look(ledger, options.intake);
    const closed = seen.standings.some(isUnfinished) ? opens() : undefined;
    const now = JSON.stringify([seen, closed]);
    if (now !== shown) {
      shown = now;
      if (terminal.mode.json) print(terminal, seen, { environment, opens });
      else
        terminal.repaint([
          ...statusTable(seen.standings, environment),
          ...(seen.owner === undefined ? [] : [ownerLine(seen.owner)]),
          ...(closed === undefined ? [] : [closed]),
        ]);
    }
    const open = seen.standings.some(isUnfinished);
    if (!open || (seen.owner === undefined && seen.standings.every(isStuck))) return exitOf(seen, options);
    await delay(WATCH_MS, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return exitOfSignal(stoppedBy());
  }
}

/** Whether only a person can move it on. */
function isStuck({ tally }: Standing): boolean {
  return tally.waiting + tally.submitted === 0;
}

function exitOf({ standings }: Seen, { intake }: StatusOptions): ExitName {
  const [first] = standings;
  if (intake !== undefined && first !== undefined) return exitOfTally(first.tally);
  if (standings.some(({ tally }) => tally.unknown + tally.unsent.unresolved > 0)) return 'unknown';
  return standings.some(isUnfinished) ? 'stopped' : 'allEnrolled';
}

/** `enrollkit status` as it is typed. */
export const statusCommand: AnyCommand = defineLightCommand<StatusOptions>({
  declare: (command) =>
    command
      .option('--intake <id>', 'only this one; its exit code is the one report would give')
      .option('-w, --watch', 'look every second until nothing is unfinished'),
  examples: [
    { line: 'enrollkit status', does: 'a line for each intake; exit 5 or 4 when something is left to do' },
    { line: 'enrollkit status --watch', does: 'until nothing is unfinished' },
    { line: 'enrollkit --json status', does: 'for a monitor' },
  ],
  run: status,
});
