import { posix } from 'node:path';
import type { Source } from './sources.ts';
import { fetchPlaces, mayImport, restrictedImports } from './boundaries.ts';

const projectOf = (path: string): string => path.split('/')[1] ?? '';
const at = (source: Source, line: number): string => `${source.path}:${line}`;

/** Imports that cross a boundary: of a project that is not below, or of the inside of another project. */
export function boundaryCrossings(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    source.imports.flatMap(({ specifier, line }) => {
      const own = projectOf(source.path);
      if (specifier.startsWith('.')) {
        const target = posix.join(posix.dirname(source.path), specifier);
        return target.startsWith(source.path.split('/').slice(0, 2).join('/') + '/')
          ? []
          : [`${at(source, line)} leaves its project: ${specifier}`];
      }
      const other = /^@enrollkit\/([^/]+)/.exec(specifier)?.[1];
      if (other === undefined || other === own) return [];
      return mayImport[own]?.includes(other) ? [] : [`${at(source, line)}: ${own} may not import ${other}`];
    }),
  );
}

/** Restricted imports outside their places. */
export function misplacedImports(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    restrictedImports.flatMap(({ what, matches, places }) => {
      if (places.some((place) => source.path.startsWith(place))) return [];
      return source.imports
        .filter(({ specifier }) => matches(specifier))
        .map(
          ({ specifier, line }) =>
            `${at(source, line)} imports ${specifier}: only ${places[0]} may import ${what}`,
        );
    }),
  );
}

/** Calls of `fetch` outside the places that may. */
export function misplacedFetches(sources: readonly Source[]): string[] {
  return sources
    .filter(
      (source) =>
        !fetchPlaces.some((place) => source.path.startsWith(place)) &&
        /(?<![\w'"`-])fetch\(/.test(source.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
    )
    .map((source) => `${source.path} calls fetch`);
}

/** Sources that no entry point reaches (`index.ts`, `main.ts`, and what package.json names). */
export function unreached(sources: readonly Source[], entryPoints: ReadonlySet<string>): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const walk = (path: string): void => {
    const source = byPath.get(path);
    if (source === undefined || reached.has(path)) return;
    reached.add(path);
    for (const { specifier } of source.imports)
      if (specifier.startsWith('.')) walk(posix.join(posix.dirname(path), specifier));
  };
  for (const entryPoint of entryPoints) walk(entryPoint);
  return [...byPath.keys()].filter((path) => !reached.has(path));
}
