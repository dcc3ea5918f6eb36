import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { reservedPans } from '@enrollkit/provider-simulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

const fast = `sending:
  batchSize: 10
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

const directory = [
  '--set',
  'provider.family=credential-directory',
  '--set',
  'provider.directoryId=BANK/2026-directory#1',
];

async function opened(): Promise<Harness> {
  const harness = await Harness.open({ onDuplicate: 'duplicate' }, fast);
  onTestFinished(() => harness.close());
  return harness;
}

describe('provider.family: credential-directory', () => {
  it('brings a file to its end: enrolled once, refusals by code, and nothing to do the next night', async () => {
    const harness = await opened();
    const [refused] = reservedPans;
    const file = harness.write('in.csv', cardholders(35, [refused?.pan ?? '']));
    const run = await harness.call(...directory, 'run', file);
    expect(run).toMatchObject({ code: 3, out: expect.stringMatching(/enrolled +34\n/) });
    expect(run.out).toContain(refused?.reason);
    expect(harness.simulator.world()).toMatchObject({ enrolled: 34, enrolledMoreThanOnce: 0, batches: 4 });

    const next = harness.write('next.csv', cardholders(36, [refused?.pan ?? '']));
    const plan = await harness.call(...directory, 'plan', next);
    expect(plan.out + plan.err).toMatch(/new: would be sent +1\n/);
    expect(await harness.call(...directory, 'run', next)).toMatchObject({ code: 3 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 35, enrolledMoreThanOnce: 0, batches: 5 });
  });

  it('refuses a ledger of the other family, names both, and sends nothing', async () => {
    const harness = await opened();
    const file = harness.write('in.csv', cardholders(5));
    expect(await harness.call('run', file)).toMatchObject({ code: 0 });
    for (const command of [['run', file], ['plan', file], ['resume'], ['retry']]) {
      const { code, err } = await harness.call(...directory, ...command);
      expect({ command, code }).toEqual({ command, code: 2 });
      expect(err).toContain('BANK#01 (click-to-pay)');
      expect(err).toContain('BANK/2026-directory#1 (credential-directory)');
    }
    expect(harness.simulator.world()).toMatchObject({ enrolled: 5, batches: 1 });
  });

  it('enrolls the same file into either, each with a ledger of its own', async () => {
    const harness = await opened();
    const file = harness.write('in.csv', cardholders(12));
    expect(await harness.call('run', file)).toMatchObject({ code: 0 });
    const own = ['--set', 'ledger.file=directory.db'];
    expect(await harness.call(...directory, ...own, 'run', file)).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 24, enrolledMoreThanOnce: 0 });
  });

  it('needs a directoryId, and says where the family was asked for', async () => {
    const harness = await opened();
    const file = harness.write('in.csv', cardholders(1));
    expect(await harness.call('--set', 'provider.family=credential-directory', 'run', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'provider.directoryId: is required for provider.family credential-directory',
      ),
    });
  });

  it('takes a directoryId that is all digits for the text it is', async () => {
    const harness = await opened();
    const file = harness.write('in.csv', cardholders(2));
    const digits = ['--set', 'provider.family=credential-directory', '--set', 'provider.directoryId=0042'];
    expect(await harness.call(...digits, 'run', file)).toMatchObject({ code: 0 });
    expect(await harness.call(...digits.slice(0, 3), 'provider.directoryId=42', 'plan', file)).toMatchObject({
      code: 2,
    });
  });
});

describe('enrollkit demo --family credential-directory', () => {
  it('runs against the directory, and refuses to go on with an unfinished demo of the other family', async () => {
    const harness = await opened();
    const [folder, other] = [harness.path('demo'), harness.path('unfinished')];
    expect(
      await harness.call('demo', '-n', '30', '--folder', folder, '--family', 'credential-directory'),
    ).toMatchObject({
      code: 0,
      err: expect.stringContaining('30 records enrolled once, 0 more than once'),
    });
    const config = readFileSync(`${folder}/enrollkit.yaml`, 'utf8');
    expect((parse(config) as { provider: object }).provider).toMatchObject({
      family: 'credential-directory',
      directoryId: 'demo-directory',
    });
    mkdirSync(other);
    writeFileSync(`${other}/enrollkit.yaml`, config, { mode: 0o600 });
    expect(await harness.call('demo', '-n', '30', '--folder', other)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/begun with credential-directory .* this is click-to-pay/),
    });
  });
});
