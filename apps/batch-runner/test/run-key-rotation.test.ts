import { generateKeyPairSync, hash } from 'node:crypto';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimulatorOptions } from '@enrollkit/provider-simulator';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';

const fast = `sending:
  batchSize: 10
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

async function harnessWith(options: SimulatorOptions = {}, settings = fast): Promise<Harness> {
  // A provider that dedupes nothing: a batch that is sent twice shows in its world.
  const harness = await Harness.open({ onDuplicate: 'duplicate', ...options }, settings);
  onTestFinished(() => harness.close());
  return harness;
}

/** Another key is published, and the next process sees it: what the last one kept of the set is gone. */
async function rotated(harness: Harness, old: 'accept' | 'refuse'): Promise<void> {
  await harness.simulator.rotateKey(old);
  rmSync(harness.path('enrollkit.keys.json'));
}

describe('enrollkit run, when the key of the provider changes', () => {
  it('the key of the provider is rotated, and the input is not available', async () => {
    const harness = await harnessWith({}, fast.replace('200', '5'));
    const file = harness.write('in.csv', cardholders(100));
    const running = harness.start('run', file);
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0);
    running.process.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    renameSync(file, harness.path('moved.csv'));
    // Only old, and still accepted: it stops nothing, though a newer one is published.
    await rotated(harness, 'accept');
    const sent = harness.simulator.world().batches;
    const onward = harness.start('resume');
    await waitFor('another batch to arrive', () => harness.simulator.world().batches > sent);
    onward.process.kill('SIGINT');
    expect(await onward.ended).toMatchObject({ code: 130 });
    await rotated(harness, 'refuse');
    const rate = ['--set', 'sending.requestsPerSecond=200'];
    const without = await harness.enrollkit(...rate, 'resume');
    expect(without).toMatchObject({
      code: 4,
      err: expect.stringMatching(/the input is needed.*\nhint: enrollkit resume --file/),
    });
    expect(without.out).toContain('the sums add up');
    expect(await harness.enrollkit(...rate, 'resume', '--file', harness.path('moved.csv'))).toMatchObject({
      code: 0,
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 100, enrolledMoreThanOnce: 0 });
  });

  it('the key of the provider is rotated between two runs, and the input is where it was', async () => {
    const harness = await harnessWith({}, fast.replace('200', '5'));
    const running = harness.start('run', harness.write('in.csv', cardholders(60)));
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0);
    running.process.kill('SIGINT');
    await running.ended;
    await harness.simulator.rotateKey('refuse');
    expect(await harness.enrollkit('--set', 'sending.requestsPerSecond=200', 'resume')).toMatchObject({
      code: 0,
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 60, enrolledMoreThanOnce: 0 });
  });

  it('continues with an old key that the provider still accepts, without the input', async () => {
    const harness = await harnessWith({}, fast.replace('200', '5'));
    const running = harness.start('run', harness.write('in.csv', cardholders(100)));
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0);
    running.process.kill('SIGINT');
    await running.ended;
    // Another file stands in its place: it is not taken for the one that was read.
    harness.write('in.csv', cardholders(99));
    await rotated(harness, 'accept');
    expect(await harness.enrollkit('--set', 'sending.requestsPerSecond=200', 'resume')).toMatchObject({
      code: 0,
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 100, enrolledMoreThanOnce: 0 });
  });

  it('the configured key is not one of the provider', async () => {
    const harness = await harnessWith();
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const kid = hash('sha256', publicKey.export({ type: 'spki', format: 'der' }));
    harness.write('fpan.pem', String(publicKey.export({ type: 'spki', format: 'pem' })));
    const config = readFileSync(harness.path('enrollkit.yaml'), 'utf8');
    harness.write('enrollkit.yaml', config.replace(/keySetUrl: .*/, 'keyFile: fpan.pem'));
    const { code, err } = await harness.enrollkit('run', harness.write('in.csv', cardholders(30)));
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringMatching(
        new RegExp(`the key ${kid}, and no other key is published or configured\nhint: .*enrollkit doctor`),
      ),
    });
    expect(harness.simulator.world()).toMatchObject({ batches: 0 });
    harness.write('enrollkit.yaml', config);
    expect(await harness.enrollkit('run', harness.path('in.csv'))).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 30, enrolledMoreThanOnce: 0 });
  });
});
