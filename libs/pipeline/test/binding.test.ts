import { LedgerBindingError } from '@enrollkit/ledger';
import { describe, expect, it } from 'vitest';
import { Pipeline } from '../src/index.ts';
import { file, office, rows } from './office.ts';

describe('whose ledger it is', () => {
  it.each([
    ['another environment', { environment: 'https://production.example/api' }],
    ['another programme', { programme: 'programme-2' }],
    ['another fingerprint key', { fingerprintKey: new Uint8Array(32).fill(8) }],
  ])('is asked before anything is read or sent: %s is refused', async (_what, changes) => {
    const { run, load, context, send, sent } = await office();
    await run(file(rows(1, 2)));
    const before = sent.length;
    await expect(load(file(rows(3, 4)), undefined, changes)).rejects.toThrow(LedgerBindingError);
    const open = await load(file(rows(5, 6)));
    await expect(
      new Pipeline({ ...context, ...changes }).send(open, new AbortController().signal),
    ).rejects.toThrow(LedgerBindingError);
    expect(sent).toHaveLength(before);
    await send(open);
  });

  it('is asked of a worker without the key, too', async () => {
    const { run, context } = await office();
    await run(file(rows(1, 2)));
    const { fingerprintKey: _key, ...worker } = context;
    const elsewhere = new Pipeline({ ...worker, environment: 'https://production.example/api' });
    await expect(
      elsewhere.compare({} as never, new AbortController().signal, async () => undefined),
    ).rejects.toThrow(LedgerBindingError);
  });
});
