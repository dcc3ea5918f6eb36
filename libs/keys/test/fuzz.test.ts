import { fuzz, FuzzFinding } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { targets } from './fuzz-targets.ts';

describe('bent key files give a key or a KeyError, soon', () => {
  it.each(targets)('$name', async (target) => {
    const { runs, outcomes } = await fuzz(target, { seed: 20_261_122, runs: 150, seconds: 5 });
    expect(runs).toBeGreaterThan(10);
    expect(Object.keys(outcomes).length).toBeGreaterThan(2);
  });
  it('and the fuzzer would tell', async () => {
    const broken = {
      name: 'broken',
      corpus: [Buffer.from('x')],
      slowestMs: 1000,
      attempt: () => Promise.reject(new TypeError('untyped')),
    };
    await expect(fuzz(broken, { seed: 1, runs: 1 })).rejects.toThrow(FuzzFinding);
  });
});
