import { readFileSync, statSync } from 'node:fs';
import { freePort, waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';

async function scraped(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
  return answer?.ok === true ? answer.text() : '';
}

describe('the metrics of a run', () => {
  it('are served at the configured port while it lasts, and written to the configured file when it has ended', async () => {
    const port = await freePort();
    const harness = await Harness.open(
      {},
      `sending:
  batchSize: 5
  requestsPerSecond: 2
  poll: { firstMs: 40, maxMs: 200 }
output:
  metricsPort: ${port}
  metricsFile: run.prom
`,
    );
    onTestFinished(() => harness.close());
    const running = harness.start('run', harness.write('in.csv', cardholders(50)));
    await waitFor(
      'figures of a run that is under way',
      async () => /enrollkit_events_total\{kind="submitted"\} \d/.test(await scraped(port)),
      30_000,
    );
    const during = await scraped(port);
    expect(during).toMatch(/^enrollkit_records\{state="waiting"\} \d+$/m);
    expect(during).toMatch(/^process_resident_memory_bytes \d/m);
    const other = await harness.enrollkit('--set', 'ledger.file=other.db', 'run', harness.path('in.csv'));
    expect(other).toMatchObject({ code: 2, err: expect.stringMatching(/metricsPort: port .*\nhint: /) });
    running.process.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    expect(await harness.enrollkit('--set', 'sending.requestsPerSecond=200', 'resume')).toMatchObject({
      code: 0,
    });
    const after = readFileSync(harness.path('run.prom'), 'utf8');
    expect(after).toMatch(/^enrollkit_records\{state="enrolled"\} 50$/m);
    expect(after).toMatch(/^enrollkit_records\{state="waiting"\} 0$/m);
    expect(statSync(harness.path('run.prom')).mode & 0o777).toBe(0o600);
  });
});
