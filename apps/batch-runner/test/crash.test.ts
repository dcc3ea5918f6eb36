import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteLedgerView } from '@enrollkit/ledger';
import { Random, waitFor } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.ts';
import { Bank, type Ended, type Running } from './bank.ts';
import { cardholders } from './cardholders.ts';

const RECORDS = 20_000;
/** Of one run; a run has about so many seconds. */
const KILLS = 10;
const POLICIES = 2;
/** How often the whole is done: 20 kills in CI, `ENROLLKIT_KILLS` by hand. */
const rounds = Math.ceil(Number(process.env['ENROLLKIT_KILLS'] ?? KILLS * POLICIES) / (KILLS * POLICIES));

const settings = (uncertain: 'hold' | 'resend'): string => `sending:
  batchSize: 100
  requestsPerSecond: 60
  uncertain: ${uncertain}
  poll: { firstMs: 150, maxMs: 1000 }
`;

/** One number decides every moment; it is in the name of the test, so that a failure can be run again. */
const firstSeed = Number(process.env['ENROLLKIT_KILL_SEED'] ?? 20_261_122);

describe.each(Array.from({ length: rounds }, (_, round) => firstSeed + round))('a runner that is killed ten times (seed %i)', { timeout: 300_000 }, (seed) => {
  it('the process is killed at any moment, and the policy is resend', async () => {
    const bank = await Bank.open({ onDuplicate: 'idempotent' }, settings('resend'));
    try {
      const ended = await killAndResume(bank, seed);
      expect(ended).toMatchObject({ code: exitCodes.allEnrolled.code });
      expect(ended.out).toContain('the sums add up');
      expect(bank.simulator.world()).toMatchObject({ enrolled: RECORDS, enrolledMoreThanOnce: 0 });
    } finally {
      await bank.close();
    }
  });

  it('the process is killed at any moment, and the policy is hold', async () => {
    const bank = await Bank.open({ onDuplicate: 'duplicate' }, settings('hold'));
    try {
      const ended = await killAndResume(bank, seed);
      const { parked, tally } = await bank.json<ReportJson>('report');
      expect(ended.code).toBe(parked.length > 0 ? exitCodes.uncertain.code : exitCodes.allEnrolled.code);
      expect(tally.unknown).toBe(parked.reduce((sum, { records }) => sum + records, 0));
      expect(bank.simulator.world()).toMatchObject({ enrolledMoreThanOnce: 0 });
      await resolveAll(bank, parked);
      expect(await bank.enrollkit('resume')).toMatchObject({ code: exitCodes.allEnrolled.code });
      expect(bank.simulator.world()).toMatchObject({ enrolled: RECORDS, enrolledMoreThanOnce: 0 });
    } finally {
      await bank.close();
    }
  });
});

interface ReportJson {
  readonly parked: readonly { readonly externalBatchId: string; readonly records: number }[];
  readonly tally: { readonly unknown: number };
}

/** Kills the run, then each resume, at moments spread over reading and sending; then lets one come to its end. */
async function killAndResume(bank: Bank, seed: number): Promise<Ended> {
  const file = bank.write('in.csv', cardholders(RECORDS));
  const random = new Random(seed);
  let met = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const running = kill === 0 ? bank.start('run', file) : bank.start('resume');
    if (kill === 0) await waitFor('the intake to be in the ledger', () => hasIntake(bank), 60_000);
    await momentIn(running, random);
    if (running.process.kill('SIGKILL')) met += 1;
    await running.ended;
  }
  process.stderr.write(`seed ${seed}: ${met} of ${KILLS} kills met a living process\n`);
  return bank.enrollkit('resume');
}

async function hasIntake(bank: Bank): Promise<boolean> {
  const ledger = await openSqliteLedgerView(bank.path('enrollkit.ledger.db')).catch(() => undefined);
  if (ledger === undefined) return false;
  const intakes = await ledger.listIntakes();
  await ledger.close();
  return intakes.length > 0;
}

/** A random moment of the first four seconds, in which a start, the reading and a good part of the sending fall. */
async function momentIn(running: Running, random: Random): Promise<void> {
  // The one wait by the clock: the moment of a kill is the input of this test.
  await Promise.race([sleep(200 + random.next() * 3800), running.ended]);
}

/** A person asks the provider about each parked batch, and says what it answered. */
async function resolveAll(bank: Bank, parked: ReportJson['parked']): Promise<void> {
  const batchOfCard = new Map([...bank.simulator.records()].map(({ externalCardId, batches }) => [externalCardId, batches.at(-1)]));
  const { out } = await bank.enrollkit('report', '--csv');
  const cardOfBatch = new Map(out.split('\n').slice(1).map((line) => line.split(',')).map((cells) => [cells[6], cells[2] ?? '']));
  for (const { externalBatchId } of parked) {
    const batchId = batchOfCard.get(cardOfBatch.get(externalBatchId) ?? '');
    const decision = batchId === undefined ? ['--not-sent'] : ['--sent', batchId];
    expect(await bank.enrollkit('resolve', externalBatchId, ...decision)).toMatchObject({ code: 0 });
  }
}
