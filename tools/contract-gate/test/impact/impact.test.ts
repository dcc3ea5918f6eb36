import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { gate, workspace } from '../workspace.ts';
import { verified } from '../verify/pacts.ts';
import { shopWorkspace } from './workspace.ts';

interface Told {
  readonly consumers: readonly string[];
  readonly impacts: readonly {
    readonly finding: { readonly kind: string; readonly direction: string };
    readonly code: Readonly<Record<string, readonly { readonly file: string; readonly line: number }[]>>;
    readonly interactions: readonly { readonly consumer: string; readonly description: string }[];
  }[];
}

async function impactOf(revision: string): Promise<{ code: number; told: Told; summary: string }> {
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
  const told = JSON.parse(out) as Told & { summary: string };
  return { code, told, summary: told.summary };
}

const places = (told: Told): string[] =>
  [
    ...new Set(
      told.impacts.flatMap(({ code }) =>
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
      lines: ['libs/till/src/order.ts:7'],
    },
    {
      field: 'state',
      renamed: verified
        .replace('required: [state, serial, at]', 'required: [status, serial, at]')
        .replace('        state: {', '        status: {'),
      lines: ['libs/till/src/order.ts:10', 'libs/till/src/receipt.ts:3'],
    },
  ])(
    'names file and line of code that uses $field, once it is called otherwise',
    async ({ renamed, lines }) => {
      const { code, told } = await impactOf(renamed);
      expect(code).toBe(1);
      expect(places(told)).toEqual(lines);
      expect(told.consumers).toEqual(['@shop/till', 'till']);
      expect(
        told.impacts.flatMap(({ interactions }) => interactions.map(({ description }) => description)),
      ).toContain('an order');
    },
  );

  test('says that nobody is hit when nobody uses what was renamed, whatever else is called so', async () => {
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

  test('counts an operation that is gone as used where its entry is used', async () => {
    const { told, code } = await impactOf(verified.replace('    put:\n', '    patch:\n'));
    expect([code, places(told)]).toEqual([1, ['libs/till/src/order.ts:10']]);
  });

  test('says that nothing changed', async () => {
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
      'unused.yaml': spec.replaceAll('paymentAccountReference', 'paymentAccountRef'),
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
