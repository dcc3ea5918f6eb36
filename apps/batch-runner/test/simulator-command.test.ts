import { readFileSync, statSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { waitFor } from '@enrollkit/testkit';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

it('a file of your own is enrolled with the simulator by the command that it prints, and keeps its port', async () => {
  const harness = await Harness.open();
  onTestFinished(() => harness.close());
  harness.write('mine.csv', cardholders(30));
  const first = harness.start('simulator');
  let printed = '';
  first.process.stdout?.on('data', (text: string) => (printed += text));
  await waitFor('the command', () => printed.includes('\n'), 60_000);
  const [program, ...argv] = printed.trim().split(' ');
  expect(program).toBe('enrollkit');
  expect(await harness.enrollkit(...argv.slice(0, -1), 'mine.csv')).toMatchObject({
    code: 0,
    out: expect.stringContaining('the sums add up'),
    err: expect.not.stringContaining('no key is pinned'),
  });
  first.process.kill('SIGINT');
  expect(await first.ended).toMatchObject({
    code: 0,
    err: expect.stringContaining('it has 30 records, 0 of them enrolled more than once'),
  });
  const config = harness.path('enrollkit-simulator/enrollkit.yaml');
  expect(statSync(config).mode & 0o777).toBe(0o600);
  const [, address = ''] = /baseUrl: (http:\/\/127\.0\.0\.1:\d+)/.exec(readFileSync(config, 'utf8')) ?? [];
  const second = harness.start('simulator');
  await waitFor('the same address', () => second.said().includes(`listens at ${address};`), 60_000);
  second.process.kill('SIGINT');
  await second.ended;
});
