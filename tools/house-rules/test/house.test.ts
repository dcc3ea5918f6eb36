import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  crossings,
  cycles,
  overgrown,
  strayFetches,
  strayUses,
  undocumented,
  unreached,
} from '../src/rules.ts';
import { root, sourceOf, sourcesOf } from '../src/sources.ts';
import { mayImport } from '../src/walls.ts';

const sources = sourcesOf('src');

describe('the house', () => {
  it('has a wall plan for every project, and none for a project that is gone', () => {
    const projects = ['apps', 'libs', 'tools'].flatMap((folder) => readdirSync(join(root, folder)));
    expect(Object.keys(mayImport).sort()).toEqual(projects.sort());
  });
  it('imports only downwards', () => expect(crossings(sources)).toEqual([]));
  it('keeps JOSE, the database and the HTTP client behind their doors', () =>
    expect(strayUses(sources)).toEqual([]));
  it('calls fetch only where the network lives', () => expect(strayFetches(sources)).toEqual([]));
  it('has no import cycle', () => expect(cycles(sources)).toEqual([]));
  it('has no overgrown file', () => expect(overgrown(sources)).toEqual([]));
  it('has no file that nothing reaches', () => expect(unreached(sources, doors())).toEqual([]));
  it('documents what it exports', () => expect(undocumented(sources)).toEqual([]));
  it('declares every package it imports', () => expect(undeclared()).toEqual([]));
});

describe('the rules can fail', () => {
  const planted = (path: string, text: string) => [sourceOf(path, text)];

  it('sees an import that goes up', () => {
    expect(crossings(planted('libs/ledger/src/x.ts', `import { a } from '@enrollkit/client';`))).toEqual([
      'libs/ledger/src/x.ts:1: ledger may not import client',
    ]);
  });
  it('sees a relative import into another project', () => {
    expect(
      crossings(planted('libs/ledger/src/x.ts', `export * from '../../client/src/index.ts';`)),
    ).toHaveLength(1);
  });
  it('sees a type-only and a dynamic import too', () => {
    expect(
      crossings(
        planted(
          'libs/enrollment/src/x.ts',
          `import type { A } from '@enrollkit/ledger';\nawait import('@enrollkit/client');`,
        ),
      ),
    ).toHaveLength(2);
  });
  it('sees SQL outside the ledger', () => {
    expect(
      strayUses(planted('libs/pipeline/src/x.ts', `import { DatabaseSync } from 'node:sqlite';`)),
    ).toHaveLength(1);
  });
  it('sees a stray fetch, but not one in a comment', () => {
    expect(strayFetches(planted('libs/pipeline/src/x.ts', `await fetch(url);`))).toHaveLength(1);
    expect(strayFetches(planted('libs/pipeline/src/x.ts', `// await fetch(url);`))).toEqual([]);
  });
  it('sees a cycle of values and lets one of types be', () => {
    const pair = (kind: string) => [
      sourceOf('libs/x/src/a.ts', `import ${kind}{ b } from './b.ts';`),
      sourceOf('libs/x/src/b.ts', `import { a } from './a.ts';`),
    ];
    expect(cycles(pair(''))).toHaveLength(1);
    expect(cycles(pair('type '))).toEqual([]);
  });
  it('sees an undocumented export', () => {
    expect(
      undocumented(planted('libs/x/src/a.ts', `export const a = 1;\n/** Says. */\nexport const b = 2;`)),
    ).toEqual(['libs/x/src/a.ts:1']);
  });
});

/** The sources that package.json, a command line or a worker thread starts from. */
function doors(): Set<string> {
  const named = ['apps', 'libs', 'tools']
    .flatMap((folder) =>
      readdirSync(join(root, folder)).flatMap((project) => {
        const manifest = readFileSync(join(root, folder, project, 'package.json'), 'utf8');
        return [...manifest.matchAll(/src\/[\w./*-]+\.ts/g)].map(([path]) => `${folder}/${project}/${path}`);
      }),
    )
    .flatMap((pattern) => sources.map(({ path }) => path).filter((path) => matchesGlob(path, pattern)));
  const byName = sources
    .map(({ path }) => path)
    .filter(
      (path) => /\/src\/(index|main|.*\.worker)\.ts$/.test(path) || path.startsWith('tools/bench/src/'),
    );
  return new Set([...named, ...byName]);
}

function undeclared(): string[] {
  return sources.flatMap(({ path, imports }) => {
    const folder = path.split('/').slice(0, 2).join('/');
    const manifestFile = join(root, folder, 'package.json');
    if (!existsSync(manifestFile)) return [`${folder} has no package.json`];
    const {
      name,
      dependencies = {},
      peerDependencies = {},
      devDependencies = {},
      private: isPrivate,
    } = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, Record<string, string>> & {
      name: string;
      private?: boolean;
    };
    const declared = new Set([
      name,
      ...Object.keys({ ...dependencies, ...peerDependencies, ...(isPrivate ? devDependencies : {}) }),
    ]);
    return imports
      .map(({ specifier }) => specifier)
      .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
      .map((specifier) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      )
      .filter((name) => !declared.has(name))
      .map((name) => `${path} imports ${name}, which ${folder}/package.json does not declare`);
  });
}
