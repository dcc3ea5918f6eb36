import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { hasProgram } from '@enrollkit/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadSpec } from '../../src/spec/load.ts';
import { cases } from './cases.ts';
import { pactOf } from './pact.ts';
import { editions, Houses } from './workspaces.ts';

/** Resources that make a document as large as the house's own: from half a megabyte to ten. */
const sizes: Readonly<Record<string, number>> = {
  payments: 100,
  'code-hosting': 830,
  cluster: 190,
  acquirer: 260,
  messaging: 135,
  health: 310,
  dotnet: 230,
  smithy: 320,
  directory: 700,
  assistant: 300,
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

describe.runIf(hasProgram('time')).each(Object.keys(sizes))(
  'The document of the house "%s", at its real size',
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

    it('breaks where it was changed, asks for a major version, and hits the lines that use what changed', () => {
      const { out } = gate(house, 'diff', ...editions, '--format', 'json');
      const { findings } = JSON.parse(out) as { findings: { severity: string; message: string }[] };
      const broken = findings.filter(({ severity }) => severity === 'error');
      expect(broken.map(({ message }) => message)).toEqual(cases[house]?.breaks);
      expect(gate(house, 'version', ...editions).out).toMatch(/^major\n/);
      const impact = gate(house, 'impact', ...editions, '--contract', 'base');
      expect(impact.code).toBe(1);
      expect(impact.out).toContain(`src/consumer.ts:${cases[house]?.lines.join() ?? ''}`);
    }, 600_000);

    it('is held against a pact whose messages are examples of its schemas, without a defect', async () => {
      const spec = await loadSpec(editions[0], all.folder(house));
      writeFileSync(join(all.folder(house), 'pact.json'), JSON.stringify(pactOf(spec.document, 40)));
      expect(gate(house, 'verify', 'pact.json').code).toBeLessThan(2);
    }, 600_000);
  },
);
