import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@enrollkit/base';
import { cardholdersOf } from './cardholders.ts';
import { ProviderKeys } from './keys.ts';
import { operate, type LifeEnd } from './operator.ts';
import { planOf } from './plan.ts';
import type { Surroundings } from './commands.ts';
import { World } from './provider.ts';
import { Roadbook } from './request-log.ts';
import { onMachineOf, VirtualTime } from './time.ts';
import { Trace } from './trace.ts';
import { judge, leaksAtRest, parkedIn, worldOf } from './verdict.ts';
import { MovesWatch } from './watch.ts';

/** What came of one schedule. */
export interface Verdict {
  readonly seed: number;
  /** What did not hold, in words; empty when everything held. */
  readonly complaints: readonly string[];
  /** How each process ended. */
  readonly lives: readonly LifeEnd[];
  /** Digest of everything that happened: the same seed has the same. */
  readonly trace: string;
  readonly moments: number;
  readonly rows: number;
}

const START = Date.UTC(2026, 10, 22, 20);

/** Runs one schedule; the seed decides everything. `tell` hears of everything that happens. */
export async function simulate(seed: number, tell?: (line: string) => void): Promise<Verdict> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'enrollkit-simulate-'));
  try {
    return await live({ seed, folder, tell });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Living {
  readonly seed: number;
  readonly folder: string;
  readonly tell: ((line: string) => void) | undefined;
}

async function live({ seed, folder, tell }: Living): Promise<Verdict> {
  const plan = planOf(seed);
  const [ofFile, ofTime, ofWorld, ofLives] = [1, 2, 3, 4].map(
    (each) => new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ each),
  ) as [SeededRandom, SeededRandom, SeededRandom, SeededRandom];
  const cardholders = cardholdersOf(plan.file, ofFile);
  const time = new VirtualTime(START, ofTime);
  const elapsed = (): number => time.now() - START;
  const trace = new Trace(elapsed, tell);
  const keys = new ProviderKeys(plan.rotation);
  const world = new World({ plan, keys, random: ofWorld, elapsed });
  const moves = new MovesWatch();
  const roadbook = new Roadbook(plan.settings.requestsPerSecond);
  const truth = { ledgerPath: join(folder, 'ledger.db'), cardholders, world };
  const around: Surroundings = {
    ...truth,
    plan,
    time,
    random: ofLives,
    elapsed,
    roadbook,
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
  tell?.(JSON.stringify({ seed, ...plan }));
  let lives: readonly LifeEnd[] = [];
  try {
    lives = await onMachineOf(time, () =>
      operate({ around, random: ofLives, trace, atRest, parked: () => parkedIn(truth.ledgerPath) }),
    );
    complaints.push(...(await judge(truth)));
  } catch (error) {
    complaints.push(
      `ended with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ...worldOf(truth),
    );
  }
  complaints.push(...moves.complaints, ...roadbook.complaints());
  return {
    seed,
    complaints: [...new Set(complaints)],
    lives,
    moments: trace.lines,
    trace: trace.digest(),
    rows: cardholders.rows,
  };
}
