import { fuzz } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { targets } from './fuzz-targets.ts';

const SECONDS = 20;

describe(`bent key files give a key or a KeyError, soon, for ${SECONDS} seconds from a seed of the day`, () => {
  it.each(targets)('$name', { timeout: 10 * SECONDS * 1000 }, async (target) => {
    const seed = Math.floor(Date.now() / 86_400_000);
    const { runs } = await fuzz(target, { seed, runs: 1_000_000, seconds: SECONDS });
    expect(runs).toBeGreaterThan(20);
  });
});
