import { describe, expect, test } from 'vitest';

import { exampleFindings } from '../../src/lint/examples.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { shop, shopFiles, workspace } from '../workspace.ts';

describe('lint of examples', () => {
  const complaints = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const cwd = workspace({ ...shopFiles(), ...files });
    const findings = await Array.fromAsync(
      exampleFindings(await loadSpec('specs/shop/openapi.yaml', cwd), cwd),
    );
    return findings.map(
      ({ id, severity, message, place }) =>
        `${severity} ${id} ${place?.file}:${place?.line}:${place?.column} ${message}`,
    );
  };
  const folder = 'specs/shop/examples';

  test('names what is wrong with a valid one, in the file, without repeating it', async () => {
    const found = await complaints({
      [`${folder}/valid/Card.bad.json`]: '{\n  "primaryAccountNumber": "555555555555444X"\n}',
    });
    expect(found).toEqual([
      `error example/invalid ${folder}/valid/Card.bad.json:2:3 not a valid Card: /primaryAccountNumber must match pattern "^[0-9]{12,19}$" (pattern)`,
    ]);
  });

  test('judges an invalid one by the reason it gives', async () => {
    const invalid = (keyword: string, value: string): Record<string, string> => ({
      [`${folder}/invalid/Card.x.json`]: `{ "why": "x", "expect": { "pointer": "/primaryAccountNumber", "keyword": "${keyword}" }, "value": ${value} }`,
    });
    expect(await complaints(invalid('required', '{}'))).toEqual([]);
    expect(await complaints(invalid('pattern', '{}'))).toEqual([
      expect.stringContaining('example/not-invalid'),
    ]);
    expect(await complaints(invalid('pattern', '{ "primaryAccountNumber": "5555555555554444" }'))).toEqual([
      expect.stringContaining('but it is valid'),
    ]);
    expect(await complaints({ [`${folder}/invalid/Card.x.json`]: '{}' })).toEqual([
      expect.stringContaining('example/unexpected'),
    ]);
  });

  test('judges requests strictly and answers tolerantly', async () => {
    expect(
      await complaints({
        [`${folder}/valid/putOrder.200.new.json`]: '{ "serial": 1, "state": "NEW", "more": true }',
      }),
    ).toEqual([]);
    expect(
      await complaints({
        [`${folder}/valid/putOrder.request.wordy.json`]:
          '{ "encryptedCard": "a.b.c.d.e", "note": "too long" }',
      }),
    ).toHaveLength(1);
  });

  test('names a file that is an example of nothing, and one that is not JSON', async () => {
    expect(await complaints({ [`${folder}/valid/Nothing.json`]: '{}' })).toEqual([
      expect.stringContaining(`example/of-nothing ${folder}/valid/Nothing.json:1:1`),
    ]);
    expect(await complaints({ [`${folder}/valid/Card.half.json`]: '{ "a": ' })).toEqual([
      expect.stringContaining(`example/not-json ${folder}/valid/Card.half.json:1:`),
    ]);
  });

  test('warns of one that is missing', async () => {
    const cwd = workspace({ 'specs/shop/openapi.yaml': shop });
    const findings = await Array.fromAsync(
      exampleFindings(await loadSpec('specs/shop/openapi.yaml', cwd), cwd),
    );
    expect(findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual(
      ['putOrder.request', 'Card', 'putOrder.200', 'Card'].map(
        (name) => `warning: there is no valid example of ${name}`,
      ),
    );
  });
});
