import { expect, it } from 'vitest';
import { simulated } from './program.ts';

it('nights that update, replace, remove and opt out end as the files say, with processes killed and frozen anywhere', async () => {
  const { code, out } = await simulated('--changes', '--seed', '6', '--schedules', '4');
  expect(code, out).toBe(0);
  expect(out).toMatch(/4 schedules, 0 failed: .*\([1-9]\d* killed/);
});
