import { describe, it } from 'vitest';
import { simulated } from './program.ts';

describe.concurrent('seeded schedules', { timeout: 600_000 }, () => {
  it.for([
    [1, 250],
    [251, 250],
  ])('seeded schedules hold, from seed %i on, %i of them', async ([seed, schedules], { expect }) => {
    const ended = await simulated('--seed', String(seed), '--schedules', String(schedules));
    expect(ended.out).toContain(`${schedules} schedules, 0 failed`);
    expect(ended.code).toBe(0);
  });
});
