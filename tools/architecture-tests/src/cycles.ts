import { posix } from 'node:path';
import type { Source } from './sources.ts';

/** Which imports count: those that exist at run time, or those of types as well. */
export type CycleKind = 'values' | 'types';

/** Import cycles among the files of a project, each given as its path. */
export function cycles(sources: readonly Source[], kind: CycleKind): string[] {
  const edges = new Map(
    sources.map((source) => [
      source.path,
      source.imports
        .filter(({ specifier, typeOnly }) => (kind === 'types' || !typeOnly) && specifier.startsWith('.'))
        .map(({ specifier }) => posix.join(posix.dirname(source.path), specifier)),
    ]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const seen = trail.indexOf(path);
    if (seen !== -1) return void found.push([...trail.slice(seen), path].join(' -> '));
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return found;
}
