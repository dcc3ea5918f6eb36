import { describe, it } from 'vitest';
import { simulated } from './program.ts';

describe.concurrent('seeded schedules', { timeout: 120_000 }, () => {
  it('20 seeded schedules hold', async ({ expect }) => {
    const ended = await simulated('--seed', '1', '--schedules', '20');
    expect(ended.out).toContain('20 schedules, 0 failed');
    expect(ended.code).toBe(0);
  });

  it('schedules with the same seed are the same to the last statement', async ({ expect }) => {
    const [one, two] = await Promise.all([
      simulated('--seed', '7', '--schedules', '3', '--trace'),
      simulated('--seed', '7', '--schedules', '3', '--trace'),
    ]);
    const digests = (out: string) => out.match(/^trace [\da-f]{16}$/gm);
    expect(digests(one.out)).toHaveLength(3);
    expect(digests(two.out)).toEqual(digests(one.out));
  });

  it('its help is its usage, and an option that it does not know is told with the usage', async ({
    expect,
  }) => {
    const usage = 'npm run simulate -- [--seed N]';
    expect(await simulated('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining(usage) as string,
    });
    const { code, out } = await simulated('--nonsense');
    expect(out).toMatch(/^Unknown option '--nonsense'/);
    expect(out).toContain(usage);
    expect(code).toBe(2);
  });

  it('the trace of a schedule holds no card number', async ({ expect }) => {
    const { out } = await simulated('--seed', '1', '--schedules', '5', '--trace');
    expect(out).not.toMatch(/(?<!\d)5555\d{12}(?!\d)/);
  });
});
