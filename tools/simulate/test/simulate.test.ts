import { describe, it } from 'vitest';
import { simulated } from './program.ts';

describe.concurrent('seeded schedules', { timeout: 300_000 }, () => {
  it.for([
    [1, 250],
    [251, 250],
  ])('hold, from seed %i on, %i of them', async ([seed, schedules], { expect }) => {
    const ended = await simulated('--seed', String(seed), '--schedules', String(schedules));
    expect(ended.out).toContain(`${schedules} schedules, 0 failed`);
    expect(ended.code).toBe(0);
  });

  it('are the same for the same seed, to the last statement', async ({ expect }) => {
    const [one, two] = await Promise.all([
      simulated('--seed', '7', '--schedules', '3', '--trace'),
      simulated('--seed', '7', '--schedules', '3', '--trace'),
    ]);
    const digests = (out: string) => out.match(/^trace [\da-f]{16}$/gm);
    expect(digests(one.out)).toHaveLength(3);
    expect(digests(two.out)).toEqual(digests(one.out));
  });

  it('print no card number', async ({ expect }) => {
    const { out } = await simulated('--seed', '1', '--schedules', '5', '--trace');
    expect(out).not.toMatch(/(?<!\d)5555\d{12}(?!\d)/);
  });
});
