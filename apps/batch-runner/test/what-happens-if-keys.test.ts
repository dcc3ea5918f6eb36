import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseFaults } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, it, type TestContext } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';

const slow = 'sending:\n  batchSize: 10\n  requestsPerSecond: 10\n  poll: { firstMs: 40, maxMs: 200 }\n';
const fast = ['--set', 'sending.requestsPerSecond=500'];

async function harnessFor(onTestFinished: TestContext['onTestFinished'], faults = ''): Promise<Harness> {
  const harness = await Harness.open({ onDuplicate: 'duplicate', faults: parseFaults(faults) }, slow);
  onTestFinished(() => harness.close());
  return harness;
}

describe.concurrent('what happens if', { timeout: 180_000 }, () => {
  it('the key set cannot be reached when a run starts', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished, 'key-set-drop');
    const file = harness.write('in.csv', cardholders(30));
    const { code, err } = await harness.enrollkit(...fast, 'run', file);
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringMatching(
        /fpanEncryption: found no answer; expected a JWK set\.?\nhint: Look from this machine/,
      ),
    });
    expect(harness.simulator.world()).toMatchObject({ batches: 0 });
    harness.simulator.setFaults([]);
    expect(await harness.enrollkit(...fast, 'run', file)).toMatchObject({ code: 0 });
    // From here on the last good set is available.
    harness.simulator.setFaults(parseFaults('key-set-drop'));
    expect(
      await harness.enrollkit(...fast, 'run', harness.write('more.csv', cardholders(60, [], 1_000))),
    ).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 90, enrolledMoreThanOnce: 0 });
  });

  it('the certificate of the signing key has expired', async ({ expect, onTestFinished }) => {
    // Whether the gateway minds is the gateway's matter; this one does.
    const harness = await harnessFor(onTestFinished, '401');
    const openssl = (...argv: readonly string[]) =>
      execFileSync('openssl', argv, { cwd: harness.folder, stdio: 'pipe' });
    openssl('req', '-new', '-key', 'signing-key.pem', '-subj', '/CN=bank', '-out', 'request.pem');
    openssl(
      'x509',
      '-req',
      '-in',
      'request.pem',
      '-signkey',
      'signing-key.pem',
      '-days',
      '-1',
      '-out',
      'certificate.pem',
    );
    harness.write(
      'signing-key.pem',
      readFileSync(harness.path('signing-key.pem'), 'utf8') +
        readFileSync(harness.path('certificate.pem'), 'utf8'),
    );
    const { code, err } = await harness.enrollkit(...fast, 'run', harness.write('in.csv', cardholders(30)));
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringMatching(
        /the certificate of the signing key expired on \S+\nhint: .*keys rotate[^]*denies access: DECLINED/,
      ),
    });
    expect(harness.simulator.world()).toMatchObject({ batches: 0 });
  });

  it('the key set cannot be reached in mid-run, and the key is rotated', async ({
    expect,
    onTestFinished,
  }) => {
    const harness = await harnessFor(onTestFinished);
    const file = harness.write('in.csv', cardholders(200));
    const running = harness.start('run', file);
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0, 60_000);
    harness.simulator.setFaults(parseFaults('key-set-503'));
    await harness.simulator.rotateKey('refuse');
    const { code, err, out } = await running.ended;
    expect({ code, err, out }).toEqual({
      code: 4,
      err: expect.stringMatching(/must be sealed again[^]*\nhint: /),
      out: expect.stringContaining('the sums add up'),
    });
    harness.simulator.setFaults([]);
    expect(await harness.enrollkit(...fast, 'run', file)).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 200, enrolledMoreThanOnce: 0 });
  });
});
