import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { plants, type Plant } from './mutants.ts';

const root = new URL('../../../', import.meta.url);

/** A plant that does not fit the source any more, or that is not known. */
export class PlantError extends Error {
  override readonly name = 'PlantError';
  readonly code = 'PLANT_UNFIT';
}

/** The text of a file with the bug in it. Throws `PlantError` unless the fragment stands in it exactly once. */
export function planted(name: string, { file, fragment, instead }: Plant, source: string): string {
  const pattern = anySpacing(fragment);
  const found = [...source.matchAll(pattern)].length;
  if (found !== 1)
    throw new PlantError(
      `The plant ${name} looks for a fragment that stands in ${file} ${found} times: ${fragment.trim()}`,
    );
  return source.replace(pattern, () => instead);
}

/** Matches a fragment however the formatter breaks its lines. */
function anySpacing(fragment: string): RegExp {
  const words = fragment.trim().split(/\s+|(?<=[({[])|(?=[)}\]])/);
  return new RegExp(words.map((word) => RegExp.escape(word)).join('\\s*'), 'g');
}

/** Puts the bug of that name into the product, as its modules are loaded; before any of them is. Throws `PlantError`. */
export function plantBug(name: string): void {
  const plant = Object.entries(plants).find(([known]) => known === name)?.[1];
  if (plant === undefined)
    throw new PlantError(`There is no plant ${name}; there are ${Object.keys(plants).join(', ')}`);
  const { href } = new URL(plant.file, root);
  const text = planted(name, plant, readFileSync(fileURLToPath(href), 'utf8'));
  registerHooks({
    load: (url, context, next) =>
      url === href ? { format: 'module-typescript', source: text, shortCircuit: true } : next(url, context),
  });
}
