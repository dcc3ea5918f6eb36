import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@enrollkit/base';
import type { Simulation } from './commands.ts';
import { filesOf } from './files.ts';
import { ProviderKeys } from './keys.ts';
import { onMachine } from './machine.ts';
import { Operator, type ProcessEnd } from './operator.ts';
import { planOf } from './plan.ts';
import { Population } from './population.ts';
import { World } from './provider.ts';
import { RequestLog } from './request-log.ts';
import { VirtualTime } from './time.ts';
import { Trace } from './trace.ts';
import { judge, leaksAtRest, worldOf } from './verdict.ts';
import { TransitionWatch } from './watch.ts';

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
  const [ofFiles, ofTime, ofWorld, ofProcesses] = [1, 2, 3, 4].map(
    (each) => new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ each),
  ) as [SeededRandom, SeededRandom, SeededRandom, SeededRandom];
  const files = filesOf(plan.files, new Population(plan.population, ofFiles), ofFiles);
  const time = new VirtualTime(START, ofTime);
  const elapsed = (): number => time.now() - START;
  const trace = new Trace(elapsed, onLine);
  const keys = new ProviderKeys(plan.rotation);
  const world = new World({ plan, keys, random: ofWorld, elapsed });
  const transitions = new TransitionWatch();
  const requestLog = new RequestLog(plan.settings.requestsPerSecond);
  const truth = { ledgerPath: join(folder, 'ledger.db'), files, world };
  const simulation: Simulation = {
    ...truth,
    plan,
    time,
    random: ofProcesses,
    elapsed,
    requestLog,
    keys,
    watch: transitions.look,
    observe: (name, event) => trace.note(name, 'event', shownEvent(event)),
  };
  const complaints: string[] = [];
  const atRest = (): void => void complaints.push(...leaksAtRest(truth));
  onLine?.(JSON.stringify({ seed, ...plan }));
  const operator = new Operator({ simulation, files, random: ofProcesses, trace, atRest });
  try {
    await onMachine({ time, othersLive: (asking) => operator.othersLive(asking) }, () =>
      time.run(operator.work()),
    );
    complaints.push(...(await judge(truth)));
  } catch (error) {
    complaints.push(
      `ended with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ...worldOf(truth),
    );
  }
  complaints.push(...transitions.complaints, ...requestLog.complaints());
  return {
    seed,
    complaints: [...new Set(complaints)],
    processes: operator.ends,
    moments: trace.lines,
    trace: trace.digest(),
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
  };
}

/** Members of events that are random from run to run. */
const hidden: ReadonlySet<string> = new Set(['kid', 'body', 'sender']);

/** An event as the trace shows it. */
function shownEvent(event: object): string {
  return JSON.stringify(event, (name, value: unknown) => (hidden.has(name) ? undefined : value));
}
