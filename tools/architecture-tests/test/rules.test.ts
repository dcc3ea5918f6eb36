import { describe, expect, it } from 'vitest';
import { cycles } from '../src/cycles.ts';
import { deadPaths, undocumented } from '../src/documentation.ts';
import { wideComments } from '../src/files.ts';
import { boundaryCrossings, misplacedFetches, misplacedImports } from '../src/imports.ts';
import { sourceOf } from '../src/sources.ts';
import { bannedLines, bannedNames } from '../src/words.ts';

const source = (path: string, text: string) => [sourceOf(path, text)];

describe('An architecture rule', () => {
  it('reports an import of a higher layer', () => {
    expect(
      boundaryCrossings(source('libs/ledger/src/x.ts', `import { a } from '@enrollkit/client';`)),
    ).toEqual(['libs/ledger/src/x.ts:1: ledger may not import client']);
  });
  it('reports a relative import into another project', () => {
    expect(
      boundaryCrossings(source('libs/ledger/src/x.ts', `export * from '../../client/src/index.ts';`)),
    ).toHaveLength(1);
  });
  it('reports type-only and dynamic imports of a higher layer', () => {
    const text = `import type { A } from '@enrollkit/ledger';\nawait import('@enrollkit/client');`;
    expect(boundaryCrossings(source('libs/enrollment/src/x.ts', text))).toHaveLength(2);
  });
  it('reports a comment of more than 110 columns, but not the row of a table', () => {
    const wide = 'x'.repeat(110);
    const text = `// ${wide}\nconst a = '${wide}';\n/**\n * ${wide}\n * | ${wide} |\n */`;
    const found = wideComments({ path: 'libs/base/src/x.ts', text });
    expect(found.map((line) => line.split(' ')[0])).toEqual(['libs/base/src/x.ts:1', 'libs/base/src/x.ts:4']);
  });
  it('reports a database driver outside of the ledger', () => {
    const text = `import { DatabaseSync } from 'node:sqlite';`;
    expect(misplacedImports(source('libs/pipeline/src/x.ts', text))).toHaveLength(1);
  });
  it('reports a call of fetch outside of its places, but not one in a comment', () => {
    expect(misplacedFetches(source('libs/pipeline/src/x.ts', `await fetch(url);`))).toHaveLength(1);
    expect(misplacedFetches(source('libs/pipeline/src/x.ts', `// await fetch(url);`))).toEqual([]);
  });
  it('tells a cycle of values from one of types', () => {
    const pair = (kind: string) => [
      sourceOf('libs/x/src/a.ts', `import ${kind}{ b } from './b.ts';`),
      sourceOf('libs/x/src/b.ts', `import { a } from './a.ts';`),
    ];
    expect(cycles(pair(''), 'values')).toHaveLength(1);
    expect(cycles(pair('type '), 'values')).toEqual([]);
    expect(cycles(pair('type '), 'types')).toHaveLength(1);
  });
  it('reports an exported declaration without a doc comment', () => {
    const text = `export const a = 1;\n/** Says. */\nexport const b = 2;`;
    expect(undocumented(source('libs/x/src/a.ts', text))).toEqual(['libs/x/src/a.ts:1']);
  });
  it('reports a path that a document names and that does not exist', () => {
    const document = { path: 'README.md', text: 'See `libs/gone/src/x.ts` and libs/ledger.' };
    expect(deadPaths(document, (path) => path === 'libs/ledger')).toEqual([
      'README.md names libs/gone/src/x.ts, which does not exist',
    ]);
  });
  it('reports a banned word in an identifier, a member and a file name', () => {
    expect(bannedNames(source('libs/x/src/a.ts', `const sendingRoom = { crew: 1 };`))).toHaveLength(2);
    expect(bannedNames(source('libs/x/src/newcomers.ts', ``))).toHaveLength(1);
    expect(bannedNames(source('libs/x/src/a.ts', `Math.floor(retail);`))).toEqual([]);
  });
  it('reports a banned phrase with its line', () => {
    expect(bannedLines({ path: 'docs/x.md', text: 'Fine.\nThe batch is parked.' })).toEqual([
      'docs/x.md:2 says "parked"',
    ]);
  });
});
