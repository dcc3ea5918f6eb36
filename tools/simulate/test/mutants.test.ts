import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planted } from '../src/apply-mutant.ts';
import { plants, type Plant } from '../src/mutants.ts';
import { simulated } from './program.ts';

const all: readonly (readonly [string, Plant])[] = Object.entries(plants);
const sourceOf = ({ file }: Plant): string =>
  readFileSync(join(import.meta.dirname, '..', '..', '..', file), 'utf8');

describe('a planted bug', { timeout: 300_000 }, () => {
  it.each(all)('%s fits the source', (name, plant) => {
    const source = sourceOf(plant);
    expect(planted(name, plant, source)).not.toBe(source);
  });

  it('that does not fit any more is named', () => {
    expect(() => planted('rotten', { file: 'a.ts', fragment: 'gone', instead: '' }, 'text')).toThrow(
      'The plant rotten looks for a fragment that stands in a.ts 0 times: gone',
    );
    expect(() => planted('vague', { file: 'a.ts', fragment: 'x', instead: '' }, 'x x')).toThrow('2 times');
  });

  it('that nobody knows is refused', async () => {
    expect((await simulated('--plant', 'nonsense')).out).toContain('There is no plant nonsense');
  });

  describe.concurrent('is found within 2,000 schedules', { timeout: 300_000 }, () => {
    it.for(all)('%s', async ([name], { expect }) => {
      const { code, out } = await simulated('--plant', name, '--until-found', '--schedules', '2000');
      expect(code, out).toBe(1);
      expect(out).toMatch(/^seed \d+ FAILED$/m);
    });
  });

  it('is seen again in the schedule that found it', async () => {
    const found = await simulated('--plant', 'intent-after-request', '--until-found', '--schedules', '2000');
    const again = /npm run simulate -- (.+)/.exec(found.out)?.[1]?.split(' ') ?? [];
    const complaints = (out: string) => out.split('\n').filter((line) => /^ {2}\S/.test(line));
    const replayed = await simulated(...again);
    expect(again).toContain('--trace');
    expect(complaints(replayed.out)).toEqual(complaints(found.out));
  });
});
