import { openSqliteLedgerView } from '@enrollkit/ledger';
import { parseFaults } from '@enrollkit/provider-simulator';
import { SeededRandom } from '@enrollkit/base';
import { waitFor } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.ts';
import { Harness, type Ended } from './harness.ts';
import { cardholders } from './cardholders.ts';
import { killAt, killSeeds, randomMoment, resolveAll, type ReportJson } from './crashes.ts';
import { openRecordingProxy } from './recording-proxy.ts';

const RECORDS = 20_000;
/** Of one run; a run has about so many seconds. */
const KILLS = 10;
const POLICIES = 2;
/** The second kill is not left to chance: it comes when a batch has arrived, and its answer has not. */
const IN_THE_AIR = 1;

const settings = (onUnknown: 'hold' | 'resend'): string => `sending:
  batchSize: 100
  requestsPerSecond: 60
  onUnknown: ${onUnknown}
  poll: { firstMs: 150, maxMs: 1000 }
`;

describe.each(killSeeds(KILLS * POLICIES))(
  'a runner that is killed ten times (seed %i)',
  { timeout: 300_000 },
  (seed) => {
    it('the process is killed at any moment, and the policy is resend', async () => {
      const harness = await Harness.open({ onDuplicate: 'idempotent' }, settings('resend'));
      try {
        const ended = await killAndResume(harness, seed);
        expect(ended).toMatchObject({ code: exitCodes.allEnrolled.code });
        expect(ended.out).toContain('the sums add up');
        expect(harness.simulator.world()).toMatchObject({ enrolled: RECORDS, enrolledMoreThanOnce: 0 });
      } finally {
        await harness.close();
      }
    });

    it('the process is killed at any moment, and the policy is hold', async () => {
      const harness = await Harness.open({ onDuplicate: 'duplicate' }, settings('hold'));
      try {
        const ended = await killAndResume(harness, seed);
        const { unknownBatches, tally } = await harness.json<ReportJson>('report');
        expect(ended.code).toBe(
          unknownBatches.length > 0 ? exitCodes.unknown.code : exitCodes.allEnrolled.code,
        );
        expect(tally.unknown).toBe(unknownBatches.reduce((sum, { records }) => sum + records, 0));
        expect(harness.simulator.world()).toMatchObject({ enrolledMoreThanOnce: 0 });
        await resolveAll(harness, unknownBatches);
        expect(await harness.enrollkit('resume')).toMatchObject({ code: exitCodes.allEnrolled.code });
        expect(harness.simulator.world()).toMatchObject({ enrolled: RECORDS, enrolledMoreThanOnce: 0 });
      } finally {
        await harness.close();
      }
    });
  },
);

describe('a runner that is killed while a batch is in the air', { timeout: 180_000 }, () => {
  it('sends the same bytes again where the policy is resend', async () => {
    const harness = await Harness.open(
      { onDuplicate: 'idempotent', verify: 'none', faults: parseFaults('silent-answer@enrollBatch*1') },
      settings('resend'),
    );
    await using proxy = await openRecordingProxy(harness.simulator.url);
    try {
      const via = ['--set', `provider.baseUrl=${proxy.url}`];
      const running = harness.start(...via, 'run', harness.write('in.csv', cardholders(500)));
      await waitFor(
        'the provider to be silent',
        () => (harness.simulator.faults()[0]?.applied ?? 0) > 0,
        60_000,
      );
      running.process.kill('SIGKILL');
      await running.ended;
      expect(await harness.enrollkit(...via, 'resume')).toMatchObject({
        code: exitCodes.allEnrolled.code,
        err: expect.stringContaining('whether they arrived is not known') as string,
      });
      expect({ sent: proxy.batches.length > 5, different: new Set(proxy.batches).size }).toEqual({
        sent: true,
        different: 5,
      });
      expect(harness.simulator.world()).toMatchObject({ enrolled: 500, enrolledMoreThanOnce: 0 });
    } finally {
      await harness.close();
    }
  });
});

/**
 * Kills the run, then each resume, at moments spread over reading and sending; then lets one come to its end.
 */
async function killAndResume(harness: Harness, seed: number): Promise<Ended> {
  const file = harness.write('in.csv', cardholders(RECORDS));
  const random = new SeededRandom(seed);
  let met = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    if (kill === IN_THE_AIR) harness.simulator.setFaults(parseFaults('silent-answer@enrollBatch*1'));
    const running = kill === 0 ? harness.start('run', file) : harness.start('resume');
    if (kill === 0) await waitFor('the intake to be in the ledger', () => hasIntake(harness), 60_000);
    const inTheAir = () =>
      waitFor('a batch to be in the air', () => (harness.simulator.faults()[0]?.applied ?? 0) > 0, 60_000);
    // In the first four seconds fall a start, the reading and a good part of the sending.
    if (await killAt(running, kill === IN_THE_AIR ? inTheAir() : randomMoment(random, [200, 4000]))) met += 1;
  }
  process.stderr.write(`seed ${seed}: ${met} of ${KILLS} kills met a living process\n`);
  return harness.enrollkit('resume');
}

async function hasIntake(harness: Harness): Promise<boolean> {
  const ledger = await openSqliteLedgerView(harness.path('enrollkit.ledger.db')).catch(() => undefined);
  if (ledger === undefined) return false;
  const intakes = await ledger.listIntakes();
  await ledger.close();
  return intakes.length > 0;
}
