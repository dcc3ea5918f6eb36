import { describe, expect, test } from 'vitest';
import { load } from 'js-yaml';

import { parseSpec, plainView } from '../../src/index.ts';
import { redoclyFindings } from '../../src/lint/redocly.ts';
import { valueAt } from '../../src/spec/json.ts';
import { gate, shop, workspace } from '../workspace.ts';

const { document } = parseSpec(shop, 'shop.yaml');

describe('the plain view', () => {
  test('shows what is inside a JWE string, and that it travels encrypted', () => {
    expect(valueAt(plainView(document), '/components/schemas/Order/properties/encryptedCard')).toEqual({
      $ref: '#/components/schemas/Card',
      description: 'The card.',
      'x-provenance': 'sibling',
      'x-travels-as': 'jwe',
    });
  });

  test('keeps null where the string could be null', () => {
    expect(
      valueAt(plainView(document), '/components/schemas/Receipt/properties/encryptedCopy'),
    ).toMatchObject({ anyOf: [{ $ref: '#/components/schemas/Card' }, { type: 'null' }] });
  });

  test('writes no words beside a reference in OpenAPI 3.0, where they would be ignored', () => {
    const old = { ...document, openapi: '3.0.3' };
    expect(valueAt(plainView(old), '/components/schemas/Order/properties/encryptedCard')).toMatchObject({
      allOf: [{ $ref: '#/components/schemas/Card' }],
      'x-travels-as': 'jwe',
    });
  });

  test('opens an inline plaintext, and a JWE inside of it', () => {
    const inner = { type: 'string', 'x-encrypted': { type: 'number' } };
    const schema = { type: 'string', 'x-encrypted': { type: 'object', properties: { inner } } };
    expect(plainView({ openapi: '3.1.0', components: { schemas: { S: schema } } })).toMatchObject({
      components: { schemas: { S: { type: 'object', properties: { inner: { type: 'number' } } } } },
    });
  });

  test('leaves everything else, and its argument, as it is', () => {
    const before = JSON.stringify(document);
    const view = plainView(document);
    expect(JSON.stringify(document)).toBe(before);
    expect(valueAt(view, '/paths')).toEqual(document.paths);
    expect(valueAt(view, '/components/schemas/Card')).toEqual(valueAt(document, '/components/schemas/Card'));
  });

  test('is printed by `view` as valid OpenAPI, in YAML or JSON', async () => {
    const cwd = workspace({ 'shop.yaml': shop });
    const yaml = await gate(cwd, 'view', 'shop.yaml');
    const json = await gate(cwd, 'view', 'shop.yaml', '--json');
    expect([yaml.code, json.code]).toEqual([0, 0]);
    expect(load(yaml.out)).toEqual(plainView(document));
    expect(JSON.parse(json.out)).toEqual(plainView(document));
    const printed = workspace({ 'view.yaml': yaml.out });
    expect(
      (await redoclyFindings(['view.yaml'], printed)).filter(({ severity }) => severity === 'error'),
    ).toEqual([]);
  });
});
