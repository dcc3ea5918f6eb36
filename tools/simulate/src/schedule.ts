import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@enrollkit/base';
import { cardholdersOf } from './cardholders.ts';
import { ProviderKeys } from './keys.ts';
import { operate, type ProcessEnd } from './operator.ts';
import { planOf } from './plan.ts';
import type { Simulation } from './commands.ts';
import { World } from './provider.ts';
import { RequestLog } from './request-log.ts';
import { onMachineOf, VirtualTime } from './time.ts';
import { Trace } from './trace.ts';
import { judge, leaksAtRest, countUnknown, worldOf } from './verdict.ts';
import { MovesWatch } from './watch.ts';

/** What came of one schedule. */
export interface Verdict {
  readonly seed: number;
  /** What did not hold, in words; empty when everything held. */
  readonly complaints: readonly string[];
  /** How each process ended. */
  readonly processes: readonly ProcessEnd[];
  /** Digest of everything that happened: the same seed has the same. */
  readonly trace: string;
  readonly moments: number;
  readonly rows: number;
}

const START = Date.UTC(2026, 10, 22, 20);

/** Runs one schedule; the seed decides everything. `onLine` gets everything that happens. */
export async function simulate(seed: number, onLine?: (line: string) => void): Promise<Verdict> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'enrollkit-simulate-'));
  try {
    return await run({ seed, folder, onLine });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Schedule {
  readonly seed: number;
  readonly folder: string;
  readonly onLine: ((line: string) => void) | undefined;
}

async function run({ seed, folder, onLine }: Schedule): Promise<Verdict> {
  const plan = planOf(seed);
  const [ofFile, ofTime, ofWorld, ofProcesses] = [1, 2, 3, 4].map(
    (each) => new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ each),
  ) as [SeededRandom, SeededRandom, SeededRandom, SeededRandom];
  const cardholders = cardholdersOf(plan.file, ofFile);
  const time = new VirtualTime(START, ofTime);
  const elapsed = (): number => time.now() - START;
  const trace = new Trace(elapsed, onLine);
  const keys = new ProviderKeys(plan.rotation);
  const world = new World({ plan, keys, random: ofWorld, elapsed });
  const moves = new MovesWatch();
  const requestLog = new RequestLog(plan.settings.requestsPerSecond);
  const truth = { ledgerPath: join(folder, 'ledger.db'), cardholders, world };
  const simulation: Simulation = {
    ...truth,
    plan,
    time,
    random: ofProcesses,
    elapsed,
    requestLog,
    keys,
    watch: moves.look,
    observe: (event) =>
      trace.note(
        'event',
        JSON.stringify(event, (name, value: unknown) =>
          name === 'kid' || name === 'body' ? undefined : value,
        ),
      ),
  };
  const complaints: string[] = [];
  const atRest = (): void => void complaints.push(...leaksAtRest(truth));
  onLine?.(JSON.stringify({ seed, ...plan }));
  let processes: readonly ProcessEnd[] = [];
  try {
    processes = await onMachineOf(time, () =>
      operate({
        simulation,
        random: ofProcesses,
        trace,
        atRest,
        unknown: () => countUnknown(truth.ledgerPath),
      }),
    );
    complaints.push(...(await judge(truth)));
  } catch (error) {
    complaints.push(
      `ended with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ...worldOf(truth),
    );
  }
  complaints.push(...moves.complaints, ...requestLog.complaints());
  return {
    seed,
    complaints: [...new Set(complaints)],
    processes,
    moments: trace.lines,
    trace: trace.digest(),
    rows: cardholders.rows,
  };
}
