import { fuzz } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { targets } from './fuzz-targets.ts';

describe('bent tokens never open, and fail with an error of ours', () => {
  it.each(targets)('$name', async (target) => {
    const { runs, outcomes } = await fuzz(target, { seed: 20_261_122, runs: 1000, seconds: 5 });
    expect(runs).toBeGreaterThan(100);
    expect(Object.keys(outcomes).length).toBeGreaterThan(2);
    expect(outcomes['token-malformed']).toBeGreaterThan(0);
  });
});
