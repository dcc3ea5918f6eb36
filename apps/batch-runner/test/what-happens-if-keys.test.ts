import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseFaults } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, it, type TestContext } from 'vitest';
import { Bank } from './harness.ts';
import { cardholders } from './cardholders.ts';

const slow = 'sending:\n  batchSize: 10\n  requestsPerSecond: 10\n  poll: { firstMs: 40, maxMs: 200 }\n';
const fast = ['--set', 'sending.requestsPerSecond=500'];

async function bankFor(onTestFinished: TestContext['onTestFinished'], faults = ''): Promise<Bank> {
  const bank = await Bank.open({ onDuplicate: 'duplicate', faults: parseFaults(faults) }, slow);
  onTestFinished(() => bank.close());
  return bank;
}

describe.concurrent('what happens if', { timeout: 180_000 }, () => {
  it('the key set cannot be reached when a run starts', async ({ expect, onTestFinished }) => {
    const bank = await bankFor(onTestFinished, 'key-set-drop');
    const file = bank.write('in.csv', cardholders(30));
    const { code, err } = await bank.enrollkit(...fast, 'run', file);
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringMatching(
        /fpanEncryption: found no answer; expected a JWK set\.\nhint: Look from this machine/,
      ),
    });
    expect(bank.simulator.world()).toMatchObject({ batches: 0 });
    bank.simulator.setFaults([]);
    expect(await bank.enrollkit(...fast, 'run', file)).toMatchObject({ code: 0 });
    // From here on the last good set is at hand.
    bank.simulator.setFaults(parseFaults('key-set-drop'));
    expect(
      await bank.enrollkit(
        ...fast,
        'run',
        bank.write('more.csv', cardholders(60).replaceAll('consumer-', 'other-')),
      ),
    ).toMatchObject({ code: 0 });
    expect(bank.simulator.world()).toMatchObject({ enrolled: 90, enrolledMoreThanOnce: 0 });
  });

  it('the certificate of the signing key has expired', async ({ expect, onTestFinished }) => {
    // Whether the gateway minds is the gateway's matter; this one does.
    const bank = await bankFor(onTestFinished, '401');
    const openssl = (...argv: readonly string[]) =>
      execFileSync('openssl', argv, { cwd: bank.folder, stdio: 'pipe' });
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
    bank.write(
      'signing-key.pem',
      readFileSync(bank.path('signing-key.pem'), 'utf8') + readFileSync(bank.path('certificate.pem'), 'utf8'),
    );
    const { code, err } = await bank.enrollkit(...fast, 'run', bank.write('in.csv', cardholders(30)));
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringMatching(
        /the certificate of the signing key expired on \S+\nhint: .*keys rotate[^]*denies access: DECLINED/,
      ),
    });
    expect(bank.simulator.world()).toMatchObject({ batches: 0 });
  });

  it('the key set cannot be reached in mid-run, and the key is rotated', async ({
    expect,
    onTestFinished,
  }) => {
    const bank = await bankFor(onTestFinished);
    const file = bank.write('in.csv', cardholders(200));
    const running = bank.start('run', file);
    await waitFor('a batch to arrive', () => bank.simulator.world().batches > 0, 60_000);
    bank.simulator.setFaults(parseFaults('key-set-503'));
    await bank.simulator.rotateKey('refuse');
    const { code, err, out } = await running.ended;
    expect({ code, err, out }).toEqual({
      code: 4,
      err: expect.stringMatching(/has to be sealed again[^]*\nhint: /),
      out: expect.stringContaining('the sums add up'),
    });
    bank.simulator.setFaults([]);
    expect(await bank.enrollkit(...fast, 'run', file)).toMatchObject({ code: 0 });
    expect(bank.simulator.world()).toMatchObject({ enrolled: 200, enrolledMoreThanOnce: 0 });
  });
});
