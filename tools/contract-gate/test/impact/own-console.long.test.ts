import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from 'vitest';

import { folderWith, gate, remove } from '../workspace.ts';

const root = resolve(import.meta.dirname, '../../../..');
const spec = 'specs/runner/openapi.yaml';

test('a member that the server of our own console would no longer answer names the lines of the console that show it', async () => {
  const now = readFileSync(resolve(root, spec), 'utf8');
  const changed = now.replace(/^( +)secondsLeft:/m, '$1secondsToGo:');
  expect(changed).not.toBe(now);
  const folder = folderWith({ [spec]: changed });
  try {
    const { out, code } = await gate(root, 'impact', spec, resolve(folder, spec), '--format', 'json');
    const { findings } = JSON.parse(out) as {
      readonly findings: readonly {
        readonly id: string;
        readonly message: string;
        readonly details?: readonly { readonly label: string; readonly text: string }[];
      }[];
    };
    expect(code).toBe(1);
    const removed = findings.find(({ id }) => id === 'response/property-removed');
    expect(removed?.message).toContain('secondsLeft');
    const places = (removed?.details ?? []).map(({ text }) => text).join('\n');
    const named = [...places.matchAll(/(apps\/console\/src\/[\w/-]+\.tsx?):(\d+)/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, file = '', line] of named)
      expect(readFileSync(resolve(root, file), 'utf8').split('\n')[Number(line) - 1]).toContain(
        'secondsLeft',
      );
  } finally {
    remove(folder);
  }
}, 300_000);
