import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutated } from '../src/apply-mutant.ts';
import { changeMutants } from '../src/changes/mutants.ts';
import { mutants, type Mutant } from '../src/mutants.ts';
import { simulated } from './program.ts';

const sourceOf = ({ file }: Mutant): string =>
  readFileSync(join(import.meta.dirname, '..', '..', '..', file), 'utf8');

describe('mutants', () => {
  it.each(Object.entries<Mutant>({ ...mutants, ...changeMutants }))(
    'the mutant %s fits the source',
    (name, mutant) => {
      const source = sourceOf(mutant);
      expect(mutated(name, mutant, source)).not.toBe(source);
    },
  );

  it('a mutant whose fragment is gone or ambiguous is refused by name', () => {
    expect(() => mutated('rotten', { file: 'a.ts', fragment: 'gone', instead: '' }, 'text')).toThrow(
      'The mutant rotten looks for a fragment that stands in a.ts 0 times: gone',
    );
    expect(() => mutated('vague', { file: 'a.ts', fragment: 'x', instead: '' }, 'x x')).toThrow('2 times');
  });

  it('a mutant with an unknown name is refused', async () => {
    expect((await simulated('--mutant', 'nonsense')).out).toContain('There is no mutant nonsense');
  });
});
