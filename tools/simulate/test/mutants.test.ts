import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutated } from '../src/apply-mutant.ts';
import { mutants, type Mutant } from '../src/mutants.ts';
import { simulated } from './program.ts';

const all: readonly (readonly [string, Mutant])[] = Object.entries(mutants);
const sourceOf = ({ file }: Mutant): string =>
  readFileSync(join(import.meta.dirname, '..', '..', '..', file), 'utf8');

describe('a mutant', { timeout: 300_000 }, () => {
  it.each(all)('%s fits the source', (name, mutant) => {
    const source = sourceOf(mutant);
    expect(mutated(name, mutant, source)).not.toBe(source);
  });

  it('whose fragment is gone or ambiguous is refused by name', () => {
    expect(() => mutated('rotten', { file: 'a.ts', fragment: 'gone', instead: '' }, 'text')).toThrow(
      'The mutant rotten looks for a fragment that stands in a.ts 0 times: gone',
    );
    expect(() => mutated('vague', { file: 'a.ts', fragment: 'x', instead: '' }, 'x x')).toThrow('2 times');
  });

  it('with an unknown name is refused', async () => {
    expect((await simulated('--mutant', 'nonsense')).out).toContain('There is no mutant nonsense');
  });

  describe.concurrent('is found within 2,000 schedules', { timeout: 300_000 }, () => {
    it.for(all)('%s', async ([name], { expect }) => {
      const { code, out } = await simulated('--mutant', name, '--until-found', '--schedules', '2000');
      expect(code, out).toBe(1);
      expect(out).toMatch(/^seed \d+ FAILED$/m);
    });
  });

  it('is seen again in the schedule that found it', async () => {
    const found = await simulated('--mutant', 'intent-after-request', '--until-found', '--schedules', '2000');
    const again = /npm run simulate -- (.+)/.exec(found.out)?.[1]?.split(' ') ?? [];
    const complaints = (out: string) => out.split('\n').filter((line) => /^ {2}\S/.test(line));
    const replayed = await simulated(...again);
    expect(again).toContain('--trace');
    expect(complaints(replayed.out)).toEqual(complaints(found.out));
  });
});
