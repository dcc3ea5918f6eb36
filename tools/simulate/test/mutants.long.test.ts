import { describe, expect, it } from 'vitest';
import { mutants } from '../src/mutants.ts';
import { simulated } from './program.ts';

describe('mutants', { timeout: 600_000 }, () => {
  describe.concurrent('each of them', { timeout: 600_000 }, () => {
    it.for(Object.keys(mutants))(
      'the mutant %s is found within 2,000 schedules',
      async (name, { expect }) => {
        const { code, out } = await simulated('--mutant', name, '--until-found', '--schedules', '2000');
        expect(code, out).toBe(1);
        expect(out).toMatch(/^seed \d+ FAILED$/m);
      },
    );
  });

  it('a mutant is seen again in the schedule that found it', async () => {
    const found = await simulated('--mutant', 'intent-after-request', '--until-found', '--schedules', '2000');
    const again = /npm run simulate -- (.+)/.exec(found.out)?.[1]?.split(' ') ?? [];
    const complaints = (out: string) => out.split('\n').filter((line) => /^ {2}\S/.test(line));
    const replayed = await simulated(...again);
    expect(again).toContain('--trace');
    expect(complaints(replayed.out)).toEqual(complaints(found.out));
  });
});
