import { describe, it } from 'vitest';
import { changeMutants } from '../src/changes/mutants.ts';
import { simulated } from './program.ts';

describe('nights that update, replace, remove and opt out', { timeout: 1_200_000 }, () => {
  it('hold in 200 schedules with processes killed and frozen', async ({ expect }) => {
    const { code, out } = await simulated('--changes', '--schedules', '200', '--seed', '1000');
    expect(code, out).toBe(0);
  });

  describe.concurrent('each mutant', { timeout: 1_200_000 }, () => {
    it.for(Object.keys(changeMutants))(
      'the mutant %s is found within 1,000 schedules',
      async (name, { expect }) => {
        const { code, out } = await simulated(
          '--changes',
          '--mutant',
          name,
          '--until-found',
          '--schedules',
          '1000',
        );
        expect(code, out).toBe(1);
      },
    );
  });
});
