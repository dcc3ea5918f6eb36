import { SeededRandom } from '@enrollkit/base';
import { waitFor } from '@enrollkit/testkit';
import { canRunPostgres, startCluster } from '@enrollkit/testkit/cluster';
import { afterAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.ts';
import type { Ended, Running } from './harness.ts';
import { cardholders } from './cardholders.ts';
import { openManyHosts, type ManyHosts } from './many-hosts-harness.ts';
import { killAt, killSeeds, randomMoment, resolveAll, type ReportJson } from './crashes.ts';

/** In batches of ten, so that each kill finds some on their way. */
const RECORDS = 3_000;
/** Of one run: one of the three processes each time. */
const KILLS = 5;
const POLICIES = 2;

const settings = (onUnknown: 'hold' | 'resend'): string => `requestsPerSecond: 30\n  onUnknown: ${onUnknown}`;

describe.skipIf(!canRunPostgres).each(killSeeds(KILLS * POLICIES))(
  'a loader and two workers, one of which is killed, five times (seed %i)',
  { timeout: 300_000 },
  (seed) => {
    const cluster = canRunPostgres ? startCluster() : undefined;
    afterAll(() => cluster?.[Symbol.dispose]());

    it('any of them is killed at any moment, and the policy is resend', async () => {
      await using hosts = await openManyHosts(cluster, { onDuplicate: 'idempotent' }, settings('resend'));
      expect(await killAndGoOn(hosts, seed)).toMatchObject({
        code: exitCodes.allEnrolled.code,
        out: expect.stringContaining('the sums add up') as string,
      });
      expect(hosts.harness.simulator.world()).toMatchObject({ enrolled: RECORDS, enrolledMoreThanOnce: 0 });
    });

    it('any of them is killed at any moment, and the policy is hold', async () => {
      await using hosts = await openManyHosts(cluster, { onDuplicate: 'duplicate' }, settings('hold'));
      const ended = await killAndGoOn(hosts, seed);
      const { unknownBatches, tally } = await hosts.harness.json<ReportJson>('report');
      expect({ code: ended.code, err: ended.err }).toEqual({
        code: exitCodes[unknownBatches.length > 0 ? 'unknown' : 'allEnrolled'].code,
        err: ended.err,
      });
      expect(tally.unknown).toBe(unknownBatches.reduce((sum, { records }) => sum + records, 0));
      expect(hosts.harness.simulator.world()).toMatchObject({ enrolledMoreThanOnce: 0 });
      process.stderr.write(`seed ${seed}: ${unknownBatches.length} batches are in state unknown\n`);
      await resolveAll(hosts.harness, unknownBatches);
      expect(await hosts.harness.enrollkit('resume')).toMatchObject({ code: exitCodes.allEnrolled.code });
      expect(hosts.harness.simulator.world()).toMatchObject({ enrolled: RECORDS, enrolledMoreThanOnce: 0 });
    });
  },
);

/** Kills one of the three again and again, and starts it anew; then lets them come to their end. */
async function killAndGoOn(hosts: ManyHosts, seed: number): Promise<Ended> {
  const random = new SeededRandom(seed);
  const file = hosts.harness.write('in.csv', cardholders(RECORDS));
  // The same command whatever became of the one before: the file it has read is the same intake.
  const starts = [() => hosts.run(file), () => hosts.worker(), () => hosts.worker()];
  const running: Running[] = starts.map((start) => start());
  await waitFor('the intake to be in the ledger', () => hosts.begun(), 60_000);
  let met = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const which = Math.floor(random.next() * starts.length);
    const [process, start] = [running[which], starts[which]];
    if (process === undefined || start === undefined) throw new Error(`there is no process ${which}`);
    if (await killAt(process, randomMoment(random, [500, 3500]))) met += 1;
    running[which] = start();
  }
  process.stderr.write(`seed ${seed}: ${met} of ${KILLS} kills met a living process\n`);
  const [loader, ...workers] = running;
  if (loader === undefined) throw new Error('nobody reads');
  const ended = await loader.ended;
  for (const worker of workers) worker.process.kill('SIGTERM');
  expect(await Promise.all(workers.map((worker) => worker.ended.then(({ code }) => code)))).toEqual([
    143, 143,
  ]);
  return ended;
}
