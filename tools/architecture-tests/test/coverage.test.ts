import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/coverage.md');

/** Cells of every row of every table, without headings and lines between. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|[ :|-]+$/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const quoted = [...page.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
/** The provider's specs; what we serve ourselves is covered by its own tests. */
const specs = readdirSync(join(root, 'specs'), { withFileTypes: true }).filter(
  (entry) =>
    entry.isDirectory() && !read(`specs/${entry.name}/openapi.yaml`).includes('\n  x-provenance: own\n'),
);

function operationIds(spec: string): readonly string[] {
  const [paths = ''] = read(`specs/${spec}/openapi.yaml`).split(/^(?:webhooks|components):/m);
  return [...paths.matchAll(/operationId: (\w+)/g)].map(([, id = '']) => id);
}

describe('docs/coverage.md', () => {
  it('names only files and folders that exist', () => {
    const paths = quoted.filter((text) => /^(?:apps|docs|libs|specs|tools)\//.test(text));
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names only commands that there are', () => {
    const table = read('apps/batch-runner/src/command-table.ts');
    const names = new Set([...table.matchAll(/name: '([a-z -]+)'/g)].map(([, name = '']) => name));
    const commands = quoted.flatMap((text) => /^enrollkit ([a-z -]+)$/.exec(text)?.[1] ?? []);
    expect(commands.length).toBeGreaterThan(20);
    expect(commands.filter((command) => !names.has(command))).toEqual([]);
  });

  it('leaves no cell empty', () => {
    expect(rows.filter((cells) => cells.includes(''))).toEqual([]);
  });

  it.each(specs.map(({ name }) => name))(
    'has each operation of %s, with its simulator and its example',
    (spec) => {
      const family = spec === 'click-to-pay-enrollment' ? 'click-to-pay' : spec;
      const simulator = read(`apps/provider-simulator/src/families/${family}/operations.ts`);
      const examples = read('apps/provider-simulator/test/client/operations.example.ts');
      const ids = operationIds(spec);
      expect(ids.length).toBeGreaterThan(0);
      for (const id of ids) {
        const row = rows.find(([first]) => first === `\`${id}\``);
        expect({ id, cells: row?.length }).toEqual({ id, cells: 8 });
        expect({ id, simulated: new RegExp(`\\b${id}\\b`).test(simulator) }).toEqual({ id, simulated: true });
        expect({ id, example: new RegExp(`^  ${id}: `, 'm').test(examples) }).toEqual({ id, example: true });
      }
    },
  );
});
