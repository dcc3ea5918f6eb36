import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapConcurrent, SeededRandom } from '@enrollkit/base';
import { LedgerConflictError, openLedger, type Ledger } from '@enrollkit/ledger';
import { startSimulator, type Simulator } from '@enrollkit/provider-simulator';
import { temporaryFolder, waitFor, type TemporaryFolder } from '@enrollkit/testkit';
import { canRunPostgres, startCluster, type Cluster } from '@enrollkit/testkit/cluster';
import { describe, expect, it } from 'vitest';
import { cardholders } from './cardholders.ts';
import { randomMoment } from './crashes.ts';
import { sendAsProcess, type SenderParts } from './frozen-sender.ts';

/** Processes frozen on each ledger: a few in CI, as many as `ENROLLKIT_FREEZES` asks for by hand. */
const FREEZES = Number(process.env['ENROLLKIT_FREEZES'] ?? 4);
const FIRST_SEED = Number(process.env['ENROLLKIT_FREEZE_SEED'] ?? 20_261_126);
const RECORDS = 60;

/**
 * Milliseconds that a process is frozen: awake before anybody takes over, about when, or after all is done
 * without it.
 */
const freezes = [
  [200, 8_000],
  [8_000, 20_000],
  [60_000, 60_000],
  [60_000, 60_000],
] as const;

/** What became of the runs, for whoever asked for many. */
interface Outcomes {
  unknown: number;
  notSent: number;
  late: number;
  readonly ends: Record<string, number>;
}

interface Lane {
  readonly seed: number;
  readonly simulator: Simulator;
  readonly folder: TemporaryFolder;
  readonly ledger: string;
  readonly outcomes: Outcomes;
}

describe('a process that is frozen at any moment, presumed dead, and woken', { timeout: 3_600_000 }, () => {
  it(`enrolls nobody twice on a ledger in a file, ${FREEZES} times from seed ${FIRST_SEED}`, async () => {
    const world = await freezeOften({ lanes: 8, ledgerOf: async (folder) => folder.file('ledger.db') });
    expect(world).toMatchObject(everybodyOnce);
  });

  it.skipIf(!canRunPostgres)(
    `enrolls nobody twice on a ledger in a database, ${FREEZES} times from seed ${FIRST_SEED}`,
    async () => {
      using cluster: Cluster = startCluster();
      const world = await freezeOften({
        lanes: 4,
        ledgerOf: async () => (await cluster.newDatabase()).address,
      });
      expect(world).toMatchObject(everybodyOnce);
    },
  );
});

const everybodyOnce = { enrolled: FREEZES * RECORDS, enrolledMoreThanOnce: 0 };

type WorldSummary = ReturnType<Simulator['world']>;

interface Kind {
  /** Processes frozen beside each other: most of the time they wait. */
  readonly lanes: number;
  readonly ledgerOf: (folder: TemporaryFolder) => Promise<string>;
}

/** Answers what the provider has in the end. */
async function freezeOften({ lanes, ledgerOf }: Kind): Promise<WorldSummary> {
  const simulator = await startSimulator({ processingMs: 20, onDuplicate: 'duplicate' });
  const outcomes: Outcomes = { unknown: 0, notSent: 0, late: 0, ends: {} };
  async function* seeds() {
    for (let index = 0; index < FREEZES; index++) yield FIRST_SEED + index;
  }
  try {
    const runs = mapConcurrent(seeds(), lanes, async (seed) => {
      using folder = temporaryFolder();
      await freezeOnce({ seed, simulator, folder, ledger: await ledgerOf(folder), outcomes });
      return seed;
    });
    for await (const seed of runs)
      expect(simulator.world(), `seed ${seed}`).toMatchObject({ enrolledMoreThanOnce: 0 });
    process.stderr.write(`${FREEZES} frozen: ${JSON.stringify(outcomes)}\n`);
    return simulator.world();
  } finally {
    await simulator.close();
  }
}

async function freezeOnce(lane: Lane): Promise<void> {
  const { seed, simulator, folder, ledger, outcomes } = lane;
  const random = new SeededRandom(seed);
  simulator.writeCredentials(folder.path);
  const input = folder.file('in.csv');
  writeFileSync(input, cardholders(RECORDS, [], (seed - FIRST_SEED) * RECORDS));
  const { url: baseUrl, consumerKey, keys } = simulator;
  const parts: SenderParts = {
    baseUrl,
    consumerKey,
    keySetUrl: keys.url,
    kid: keys.kid,
    folder: folder.path,
    ledger,
    input,
    signMs: 100,
  };
  const frozen = startSender(parts);
  try {
    await waitFor('the first request to be near', () => frozen.said().includes('ready'), 120_000);
    await randomMoment(random, [0, 1_500]);
    frozen.process.kill('SIGSTOP');
    const woken = wakeLater(frozen.process, random);
    const taken = takeOver(lane, parts);
    await Promise.race([taken, woken.moment]);
    await taken;
    woken.now();
    await frozen.ended;
    await takeOver(lane, parts);
    outcomes.late += frozen.said().split('late').length - 1;
    const end = /ended: (.*)/.exec(frozen.said())?.[1] ?? 'killed';
    outcomes.ends[end] = (outcomes.ends[end] ?? 0) + 1;
  } finally {
    frozen.process.kill('SIGKILL');
  }
}

function startSender(parts: SenderParts) {
  const file = join(parts.folder, 'parts.json');
  writeFileSync(file, JSON.stringify(parts));
  const child = spawn(
    process.execPath,
    ['--conditions=@enrollkit/source', join(import.meta.dirname, 'frozen-sender.ts'), file],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  return { process: child, said: () => said, ended: once(child, 'close') };
}

/** Wakes it after a while that the seed decides, or when told. */
function wakeLater(child: ChildProcess, random: SeededRandom) {
  const [earliest, latest] = random.pick(freezes);
  const moment = randomMoment(random, [earliest, latest]).then(() => child.kill('SIGCONT'));
  return { moment, now: () => child.kill('SIGCONT') };
}

/**
 * Sends the rest as another process, and decides, as a person who asks the provider about each unknown batch,
 * until the intake is settled.
 */
async function takeOver({ simulator, outcomes }: Lane, parts: SenderParts): Promise<void> {
  await waitFor(
    'the intake to be settled',
    async () => {
      const ended = await sendAsProcess({ ...parts, signMs: 0 });
      // Frozen in the middle of a change it keeps the file to itself, and nobody can take over.
      if (ended === 'ledger-locked' || ended === 'ledger-busy') return false;
      expect(ended).toBe('idle');
      const ledger = await openLedger(parts.ledger).catch(() => undefined);
      if (ledger === undefined) return false;
      try {
        const unknown = await decide(ledger, { simulator, outcomes });
        const [intake] = await ledger.listIntakes();
        return unknown === 0 && intake?.state === 'settled';
      } finally {
        await ledger.close();
      }
    },
    240_000,
  );
}

async function decide(
  ledger: Ledger,
  { simulator, outcomes }: Pick<Lane, 'simulator' | 'outcomes'>,
): Promise<number> {
  const [intake] = await ledger.listIntakes();
  const unknown = await ledger.batchesIn(intake?.id ?? '', 'unknown');
  if (unknown.length === 0) return 0;
  const arrived = new Map(
    [...simulator.records()].map((record) => [record.externalCardId, record.batches.at(-1)]),
  );
  const lock = await ledger.lock('resolve', { as: 'operator' }).catch(() => undefined);
  // A short freeze: its own process is back at work, and nothing is decided beside it.
  if (lock === undefined) return unknown.length;
  outcomes.unknown += unknown.length;
  for (const { id } of unknown) {
    const [record] = await ledger.recordsOf(id);
    const providerBatchId = arrived.get(record?.externalCardId ?? '');
    const decision =
      providerBatchId === undefined
        ? ledger.releaseUnknown(id, new Date(0))
        : ledger.recordReceipt(id, providerBatchId, new Date(0));
    if (providerBatchId === undefined) outcomes.notSent += 1;
    // Just now the process itself may have written down the answer.
    await decision.catch((error: unknown) => {
      if (!(error instanceof LedgerConflictError)) throw error;
    });
  }
  await lock.release();
  return unknown.length;
}
