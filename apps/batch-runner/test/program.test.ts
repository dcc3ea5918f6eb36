import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimulatorOptions } from '@enrollkit/provider-simulator';
import { commandTable } from '../src/command-table.ts';
import { Harness } from './harness.ts';

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

describe('enrollkit', () => {
  it('shows its commands and exit codes', async () => {
    const harness = await harnessWith();
    const { code, out } = await harness.call('--help');
    expect(code).toBe(0);
    for (const word of [
      'check',
      'run',
      'resume',
      'retry',
      'resolve',
      'report',
      'status',
      'sample',
      'init',
      'demo',
      'abandon',
      'audit',
      'doctor',
      'keys',
      'pause',
      'stop',
      'reconcile',
      'purge',
      'ledger',
      '130',
      '143',
    ])
      expect(out).toContain(word);
  });

  it('shows the options, the global options and an example of every command', async () => {
    const harness = await harnessWith();
    for (const { name } of commandTable) {
      const { code, out } = await harness.call(...name.split(' '), '--help');
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(out).toContain(`Usage: enrollkit ${name} `);
      expect(out).toContain('--config <file>');
      expect(out).toMatch(new RegExp(`Examples:\n.*enrollkit ${name}`));
      expect((await harness.call('help', ...name.split(' '))).out).toBe(out);
    }
  });

  it('names no command in an example that it does not have', async () => {
    for (const { name, load } of commandTable)
      for (const { line } of (await load()).examples)
        expect(line.replace(/^.*\| /, '')).toMatch(new RegExp(`^enrollkit (--json )?${name}( |$)`));
  });

  it('ends with 2 for a command it does not have', async () => {
    const harness = await harnessWith();
    expect(await harness.call('frobnicate')).toMatchObject({
      code: 2,
      err: expect.stringContaining('unknown command'),
    });
    expect(await harness.call('help', 'frobnicate')).toMatchObject({ code: 2 });
  });

  it('refuses a secret as a flag', async () => {
    const harness = await harnessWith();
    const { code, err } = await harness.call('--set', 'signing.keyPassword=geheim', 'status');
    expect(code).toBe(2);
    expect(err).not.toContain('geheim');
    expect(err).toContain('ENROLLKIT_SIGNING_KEY_PASSWORD');
  });
});
