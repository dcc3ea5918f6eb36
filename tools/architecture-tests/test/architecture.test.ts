import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layers, mayImport, tools } from '../src/boundaries.ts';
import { cycles } from '../src/cycles.ts';
import { deadPaths, undocumented } from '../src/documentation.ts';
import { overgrown, wideComments } from '../src/files.ts';
import { boundaryCrossings, misplacedFetches, misplacedImports, unreached } from '../src/imports.ts';
import { documents, root, sourcesOf } from '../src/sources.ts';
import { bannedLines, bannedNames } from '../src/words.ts';
import { entryPoints, undeclaredImports } from './manifests.ts';

const sources = sourcesOf('src');
const everySource = sourcesOf('all');

describe('The architecture', () => {
  it('has a layer and a list of imports for every project, and none for a project that is gone', () => {
    const projects = ['apps', 'libs', 'tools'].flatMap((folder) => readdirSync(join(root, folder)));
    expect(Object.keys(mayImport).sort()).toEqual(projects.sort());
    expect([...layers.flat(), ...tools].sort()).toEqual(projects.sort());
  });
  it('lets every import point to a lower layer', () => {
    const layerOf = (project: string): number =>
      tools.includes(project) ? layers.length : layers.findIndex((layer) => layer.includes(project));
    const upwards = Object.entries(mayImport).flatMap(([project, imported]) =>
      imported
        .filter((other) => !tools.includes(project) && layerOf(other) >= layerOf(project))
        .map((other) => `${project} -> ${other}`),
    );
    expect(upwards).toEqual([]);
  });
  it('has no import that crosses a boundary', () => expect(boundaryCrossings(sources)).toEqual([]));
  it('imports JOSE, the databases and the HTTP client in their own places only', () =>
    expect(misplacedImports(sources)).toEqual([]));
  it('calls fetch in the places for it only', () => expect(misplacedFetches(sources)).toEqual([]));
  it('has no cycle of imports at run time', () => expect(cycles(sources, 'values')).toEqual([]));
  it('has no cycle of type imports', () => expect(cycles(sources, 'types')).toEqual([]));
  it('has no hand-written file over the limit of lines', () => expect(overgrown(everySource)).toEqual([]));
  it('has no comment that is wider than the code may be', () =>
    expect(everySource.flatMap(wideComments)).toEqual([]));
  it('has no file that no entry point reaches', () =>
    expect(unreached(sources, entryPoints(sources))).toEqual([]));
  it('declares every package it imports', () => expect(undeclaredImports(sources)).toEqual([]));
  it('lets no library import an app, in its tests neither', () => {
    const libraries = everySource.filter(({ path }) => path.startsWith('libs/'));
    const apps = readdirSync(join(root, 'apps')).map((app) => `@enrollkit/${app}`);
    const found = libraries.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => apps.some((app) => specifier === app || specifier.startsWith(`${app}/`)))
        .map(({ specifier, line }) => `${path}:${line} imports ${specifier}`),
    );
    expect(found).toEqual([]);
  });
});

describe('The documentation', () => {
  it('covers every exported declaration with a doc comment', () => expect(undocumented(sources)).toEqual([]));
  it('names no path that does not exist', () => {
    const dead = documents().flatMap((document) =>
      deadPaths(document, (path) => existsSync(join(root, path))),
    );
    expect(dead).toEqual([]);
  });
});

describe('The language', () => {
  it('has no banned word in a file name or an identifier', () =>
    expect(bannedNames(everySource)).toEqual([]));
  it('has no banned phrase in a document, a comment or a text for users', () => {
    const texts = [...documents(), ...everySource].filter(
      ({ path }) => !path.startsWith('tools/architecture-tests/'),
    );
    expect(texts.flatMap(bannedLines)).toEqual([]);
  });
});
