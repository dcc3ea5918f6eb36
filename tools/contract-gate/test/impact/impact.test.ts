import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { gate, workspace } from '../workspace.ts';
import { verified } from '../verify/pacts.ts';
import { shopWorkspace } from './workspace.ts';

interface Output {
  readonly consumers: readonly string[];
  readonly impacts: readonly {
    readonly finding: { readonly kind: string; readonly direction: string };
    readonly code: Readonly<Record<string, readonly { readonly file: string; readonly line: number }[]>>;
    readonly interactions: readonly { readonly consumer: string; readonly description: string }[];
  }[];
}

async function impactOf(revision: string): Promise<{ code: number; output: Output; summary: string }> {
  const cwd = await shopWorkspace(revision);
  const { code, out, err } = await gate(
    cwd,
    'impact',
    'specs/shop/openapi.yaml',
    'revision.yaml',
    '--format',
    'json',
  );
  expect(err).toBe('');
  const output = JSON.parse(out) as Output & { summary: string };
  return { code, output, summary: output.summary };
}

const places = (output: Output): string[] =>
  [
    ...new Set(
      output.impacts.flatMap(({ code }) =>
        Object.values(code)
          .flat()
          .map(({ file, line }) => `${file}:${line}`),
      ),
    ),
  ].sort();

describe('impact', () => {
  test.each([
    {
      field: 'note',
      renamed: verified.replace('        note: {', '        remark: {'),
      lines: ['libs/till/src/order.ts:6'],
    },
    {
      field: 'state',
      renamed: verified
        .replace('required: [state, serial, at]', 'required: [status, serial, at]')
        .replace('        state: {', '        status: {'),
      lines: ['libs/till/src/receipt.ts:3'],
    },
  ])(
    'names file and line of code that uses $field, once it is called otherwise',
    async ({ renamed, lines }) => {
      const { code, output } = await impactOf(renamed);
      expect(code).toBe(1);
      expect(places(output)).toEqual(lines);
      expect(output.consumers).toEqual(['@shop/till', 'till']);
      expect(
        output.impacts.flatMap(({ interactions }) => interactions.map(({ description }) => description)),
      ).toContain('an order');
    },
  );

  test('impact finds no consumer when only an unrelated name matches the renamed one', async () => {
    const base = verified.replace(
      '        size: {',
      '        weight: { type: string, x-provenance: documented }\n        size: {',
    );
    const cwd = await shopWorkspace(base.replace('        weight: {', '        mass: {'));
    const { code, out } = await gate(
      cwd,
      'impact',
      'revision.yaml',
      'specs/shop/openapi.yaml',
      '--contract',
      'shop',
    );
    expect([code, out]).toEqual([0, expect.stringContaining('no consumer is hit')]);
  });

  test('impact counts a removed operation as used where its table entry is used', async () => {
    const { output, code } = await impactOf(verified.replace('    put:\n', '    patch:\n'));
    expect([code, places(output)]).toEqual([1, ['libs/till/src/order.ts:10']]);
  });

  test('impact says when nothing changed', async () => {
    expect(await impactOf(verified)).toMatchObject({
      code: 0,
      summary: 'nothing changed: no consumer is hit',
    });
  });

  test('names the line of our own client that writes the postal code, and nobody for a field that nobody uses', async () => {
    const root = join(import.meta.dirname, '../../../..');
    const spec = readFileSync(join(root, 'specs/click-to-pay-enrollment/openapi.yaml'), 'utf8');
    const folder = workspace({
      'zip.yaml': spec.replace(
        '        zip: { type: string, maxLength: 16',
        '        postcode: { type: string, maxLength: 16',
      ),
      'unused.yaml': spec.replaceAll('deviceScore', 'deviceScoring'),
    });
    const impact = (revision: string) =>
      gate(root, 'impact', 'specs/click-to-pay-enrollment/openapi.yaml', join(folder, revision));
    const zip = await impact('zip.yaml');
    expect([zip.code, zip.out]).toEqual([
      1,
      expect.stringMatching(/used in @enrollkit\/client: libs\/client\/src\/[\w/-]+\/to-wire\.ts:\d+/),
    ]);
    const unused = await impact('unused.yaml');
    expect([unused.code, unused.out]).toEqual([
      0,
      expect.stringMatching(/^no consumer is hit \(0 breaking for somebody/m),
    ]);
  }, 120_000);
});
