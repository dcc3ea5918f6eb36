import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../src/sources.ts';

it('docs/input-file.md names every column that an input may have', () => {
  const source = readFileSync(join(root, 'libs/enrollment/src/raw-record.ts'), 'utf8');
  const list = /export const fieldNames = \[([^\]]+)\]/.exec(source)?.[1] ?? '';
  const columns = [...list.matchAll(/'(\w+)'/g)].map(([, name]) => name ?? '');
  expect(columns.length).toBeGreaterThan(20);
  const document = readFileSync(join(root, 'docs/input-file.md'), 'utf8');
  expect(columns.filter((name) => !document.includes(`\`${name}\``))).toEqual([]);
});
