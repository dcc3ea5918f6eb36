import { describe, expect, test } from 'vitest';

import { generateContracts } from '../../src/index.ts';
import type { Json, JsonObject } from '../../src/spec/json.ts';
import { workspace } from '../workspace.ts';
import { documentOf } from './documents.ts';

describe('generate is linear in the document', () => {
  const circle = (count: number, schema: (index: number) => Json): JsonObject =>
    documentOf(Object.fromEntries(Array.from({ length: count }, (_, index) => [`S${index}`, schema(index)])));
  const to = (index: number): JsonObject => ({ $ref: `#/components/schemas/S${index}` });

  test.each<[string, JsonObject]>([
    [
      '2,000 schemas that refer to each other',
      circle(2000, (index) => ({
        type: 'object',
        properties: Object.fromEntries(
          Array.from({ length: 6 }, (_, at) => [`p${at}`, to((index * 7 + at * 131 + 1) % 2000)]),
        ),
      })),
    ],
    [
      'a mesh of 40 schemas, each referring to all',
      circle(40, () => ({
        type: 'object',
        properties: Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`p${at}`, to(at)])),
      })),
    ],
    [
      '1,000 schemas chained by references',
      circle(1000, (index) => (index === 999 ? { type: 'integer' } : to(index + 1))),
    ],
  ])('for %s', async (_, document) => {
    const cwd = workspace({ 'specs/any/openapi.yaml': JSON.stringify(document) });
    const { files } = await generateContracts(['specs/any/openapi.yaml'], cwd);
    expect(files.get('any/types.ts')).toContain('export type S0 = ');
  });
});
