import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { MutantError } from './errors.ts';
import { changeMutants } from './changes/mutants.ts';
import { mutants, type Mutant } from './mutants.ts';

const root = new URL('../../../', import.meta.url);

/**
 * The text of a file with the bug in it. Throws `MutantError` unless the fragment stands in it exactly once.
 */
export function mutated(name: string, { file, fragment, instead }: Mutant, source: string): string {
  const pattern = anySpacing(fragment);
  const found = [...source.matchAll(pattern)].length;
  if (found !== 1)
    throw new MutantError(
      `The mutant ${name} looks for a fragment that stands in ${file} ${found} times: ${fragment.trim()}`,
    );
  return source.replace(pattern, () => instead);
}

/** Matches a fragment however the formatter breaks its lines. */
function anySpacing(fragment: string): RegExp {
  const words = fragment.trim().split(/\s+|(?<=[({[])|(?=[)}\]])/);
  return new RegExp(words.map((word) => RegExp.escape(word)).join('\\s*'), 'g');
}

/**
 * Puts the bug of that name into the product, as its modules are loaded; before any of them is. Throws
 * `MutantError`.
 */
export function applyMutant(name: string): void {
  const all: Readonly<Record<string, Mutant>> = { ...mutants, ...changeMutants };
  const mutant = Object.entries(all).find(([known]) => known === name)?.[1];
  if (mutant === undefined)
    throw new MutantError(`There is no mutant ${name}; there are ${Object.keys(all).join(', ')}`);
  const { href } = new URL(mutant.file, root);
  const text = mutated(name, mutant, readFileSync(fileURLToPath(href), 'utf8'));
  registerHooks({
    load: (url, context, next) =>
      url === href ? { format: 'module-typescript', source: text, shortCircuit: true } : next(url, context),
  });
}
