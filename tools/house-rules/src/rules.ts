import { posix } from 'node:path';
import ts from 'typescript';
import type { Source } from './sources.ts';
import { doorPlates, fetchers, mayImport } from './walls.ts';

const projectOf = (path: string): string => path.split('/')[1] ?? '';
const at = (source: Source, line: number): string => `${source.path}:${line}`;

/** Imports that cross a wall: of a project that is not below, or of another project's inside. */
export function crossings(sources: readonly Source[]): string[] {
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

/** Uses of something behind a door plate, elsewhere. */
export function strayUses(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    doorPlates.flatMap(({ question, uses, places }) => {
      if (places.some((place) => source.path.startsWith(place))) return [];
      return source.imports
        .filter(({ specifier }) => uses(specifier))
        .map(
          ({ specifier, line }) =>
            `${at(source, line)} imports ${specifier}: ${question} lives in ${places[0]}`,
        );
    }),
  );
}

/** Calls of `fetch` outside the files that may. */
export function strayFetches(sources: readonly Source[]): string[] {
  return sources
    .filter(
      (source) =>
        !fetchers.some((place) => source.path.startsWith(place)) &&
        /(?<![\w'"`-])fetch\(/.test(source.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
    )
    .map((source) => `${source.path} calls fetch`);
}

/** Cycles among the files of a project, by imports that exist at run time. Each is given as its path. */
export function cycles(sources: readonly Source[]): string[] {
  const edges = new Map(
    sources.map((source) => [
      source.path,
      source.imports
        .filter(({ specifier, typeOnly }) => !typeOnly && specifier.startsWith('.'))
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

// 300 again once each file that the formatter made longer is split.
const MOST_LINES = 800;

/** Hand-written files that have grown past the limit. */
export function overgrown(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !isGenerated(source))
    .flatMap((source) => {
      const lines = source.text.split('\n').length - 1;
      return lines > MOST_LINES ? [`${source.path} has ${lines} lines (at most ${MOST_LINES})`] : [];
    });
}

/** Sources that nothing reaches from their project's doors (`index.ts`, `main.ts`, and what package.json names). */
export function unreached(sources: readonly Source[], doors: ReadonlySet<string>): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const walk = (path: string): void => {
    const source = byPath.get(path);
    if (source === undefined || reached.has(path)) return;
    reached.add(path);
    for (const { specifier } of source.imports)
      if (specifier.startsWith('.')) walk(posix.join(posix.dirname(path), specifier));
  };
  for (const door of doors) walk(door);
  return [...byPath.keys()].filter((path) => !reached.has(path));
}

/** Exported declarations without a doc comment. */
export function undocumented(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !isGenerated(source))
    .flatMap((source) => {
      const file = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
      return file.statements
        .filter(isExportedDeclaration)
        .filter((node) => ts.getJSDocCommentsAndTags(node).length === 0)
        .map((node) => at(source, file.getLineAndCharacterOfPosition(node.getStart()).line + 1));
    });
}

function isExportedDeclaration(node: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)
  );
}

function isGenerated(source: Source): boolean {
  return source.text.slice(0, 400).toLowerCase().includes('generated');
}
