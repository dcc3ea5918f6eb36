import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { hasProgram } from '@enrollkit/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadSpec } from '../../src/spec/load.ts';
import { cases } from './cases.ts';
import { pactOf } from './pact.ts';
import { editions, Houses } from './workspaces.ts';

/** Resources that make a document of half a megabyte to three: more would take minutes for all houses. */
const sizes: Readonly<Record<string, number>> = {
  payments: 60,
  'code-hosting': 200,
  cluster: 100,
  acquirer: 130,
  messaging: 135,
  health: 60,
  dotnet: 130,
  smithy: 160,
  directory: 250,
  assistant: 150,
  bank: 220,
};
/** Megabytes of heap that a command may take for one of them. */
const heap = 1500;

const root = join(import.meta.dirname, '..', '..', '..', '..');
const main = join(root, 'tools/contract-gate/src/main.ts');
const all = new Houses();
afterAll(() => all.remove());

interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** Runs a program in a house's folder, and prints what it took. */
function run(house: string, command: string, argv: readonly string[]): Ended {
  const usage = join(all.folder(house), 'usage');
  const { status, stdout, stderr } = spawnSync('time', ['-f', '%U s CPU, %M KB', '-o', usage, ...argv], {
    cwd: all.folder(house),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const taken = readFileSync(usage, 'utf8').trim().split('\n').at(-1) ?? '';
  process.stdout.write(`${house} ${command}: ${taken}\n`);
  return { code: status, out: stdout + stderr };
}

function gate(house: string, ...argv: readonly string[]): Ended {
  const flags = [`--max-old-space-size=${heap}`, '--conditions=@enrollkit/source'];
  return run(house, argv[0] ?? '', [process.execPath, ...flags, main, ...argv]);
}

interface Impact {
  readonly finding: { readonly message: string };
  readonly code: Readonly<Record<string, readonly { line: number }[]>>;
}

/** What changed, without the places: how many of them lead to it grows with the document. */
function changesOf(messages: readonly string[]): string[] {
  return [...new Set(messages.map((message) => message.replace(/^.*?: /, '')))].sort();
}

describe.runIf(hasProgram('time')).each(Object.keys(sizes))(
  'The large document of the house "%s"',
  (house) => {
    beforeAll(() => all.build({ [house]: sizes[house] ?? 0 }), 600_000);

    it('is linted, and its code is generated and compiles under strict settings', () => {
      expect(gate(house, 'lint', editions[0], '--format', 'json').code).toBeLessThan(2);
      expect(gate(house, 'generate', editions[0], '--out', 'out').code).toBe(0);
      const options = { strict: true, noEmit: true, module: 'nodenext', target: 'es2023', types: [] };
      const compilerOptions = {
        ...options,
        allowImportingTsExtensions: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
      };
      const project = JSON.stringify({ compilerOptions, include: ['out', 'src'] });
      writeFileSync(join(all.folder(house), 'tsconfig.json'), project);
      const compiler = join(root, 'node_modules/.bin/tsgo');
      expect(run(house, 'compile', [compiler, '-p', '.'])).toEqual({ code: 0, out: '' });
    }, 600_000);

    it('breaks by what was changed, and hits the lines that use it and no others', () => {
      const { code, out } = gate(house, 'impact', ...editions, '--contract', 'base', '--format', 'json');
      const { impacts } = JSON.parse(out) as { impacts: readonly Impact[] };
      const changes = new Set(impacts.map(({ finding }) => finding.message));
      expect([...changes].sort()).toEqual(changesOf(cases[house]?.breaks ?? []));
      const hit = impacts.flatMap((impact) => Object.values(impact.code).flat());
      expect([code, [...new Set(hit.map(({ line }) => line))].sort()]).toEqual([1, cases[house]?.lines]);
    }, 600_000);

    it('is held against a pact whose messages are examples of its schemas, and its paths are found', async () => {
      const spec = await loadSpec(editions[0], all.folder(house));
      writeFileSync(join(all.folder(house), 'pact.json'), JSON.stringify(pactOf(spec.document, 10)));
      const { code, out } = gate(house, 'verify', 'pact.json');
      expect(code).toBeLessThan(2);
      expect(out).not.toContain('path-or-method.unknown');
    }, 600_000);
  },
);
