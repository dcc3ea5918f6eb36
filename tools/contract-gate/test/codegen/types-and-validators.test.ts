import { describe, expect, test } from 'vitest';

import type { Json } from '../../src/spec/json.ts';
import { compiled, validatorOf } from './compiled.ts';
import { documentOf } from './documents.ts';

const text = { type: 'string' };

describe('types and validators agree', () => {
  test.each<[string, Json, string, Json]>([
    [
      'on a field with a default, which may be left out',
      documentOf({ Page: { type: 'object', properties: { size: { type: 'integer', default: 10 } } } }),
      'Page',
      {},
    ],
    [
      'on an empty object in allOf',
      documentOf({
        Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: 'object', description: 'no more' }] },
        Pet: { type: 'object', required: ['name'], properties: { name: text } },
      }),
      'Cat',
      { name: 'Tom' },
    ],
    [
      'on a discriminator, whose mapping says nothing about values',
      documentOf({
        Pay: {
          allOf: [{ $ref: '#/components/schemas/Means' }, { type: 'object', properties: { at: text } }],
        },
        Means: {
          oneOf: [{ $ref: '#/components/schemas/Cash' }],
          discriminator: { propertyName: 'kind', mapping: { c: '#/components/schemas/Cash' } },
        },
        Cash: {
          type: 'object',
          required: ['kind'],
          properties: { kind: { type: 'string', enum: ['cash'] } },
        },
      }),
      'Pay',
      { kind: 'cash', at: 'noon' },
    ],
    [
      'on a required read-only field, which a request may leave out',
      documentOf({
        Item: { type: 'object', required: ['id'], properties: { id: { ...text, readOnly: true } } },
      }),
      'Item',
      {},
    ],
    [
      'on a required read-only field of a schema that no operation reaches',
      documentOf(
        {
          Item: { type: 'object', required: ['id'], properties: { id: { ...text, readOnly: true } } },
        },
        { paths: {} },
      ),
      'Item',
      {},
    ],
    [
      'on a schema that a reference finds at an anchor, in $defs or in a path',
      documentOf({
        Whole: {
          type: 'object',
          $defs: { deep: { $anchor: 'here', type: 'integer' } },
          properties: {
            a: { $ref: '#here' },
            b: { $ref: '#/components/schemas/Whole/$defs/deep' },
            c: { $ref: '#/paths/~1any/post/requestBody/content/application~1json/schema' },
          },
        },
      }),
      'Whole',
      { a: 1, b: 2, c: {} },
    ],
  ])('%s', async (...row) => {
    const [, document, name, value] = row;
    const own = `import type { ${name} } from '../out/any/index.ts';\nexport const value: ${name} = ${JSON.stringify(value)};`;
    const { cwd, faults } = await compiled(document, { own });
    expect(faults).toEqual([]);
    expect((await validatorOf(cwd, `validate${name}`))(value)).toMatchObject({ valid: true });
  });

  test('on an enum without values, which nothing meets', async () => {
    const { cwd, faults } = await compiled(
      documentOf({ Odd: { type: 'object', properties: { a: { type: 'string', enum: [] } } } }),
    );
    expect(faults).toEqual([]);
    const validate = await validatorOf(cwd, 'validateOdd');
    expect([validate({}).valid, validate({ a: 'x' }).valid]).toEqual([true, false]);
  });

  test('on a pattern that is legal only without the Unicode flag', async () => {
    const { cwd } = await compiled(
      documentOf({ Word: { type: 'string', pattern: String.raw`^[\w\-\_]+\:$` } }),
    );
    const validate = await validatorOf(cwd, 'validateWord');
    expect([validate('a-b_:').valid, validate('a b').valid]).toEqual([true, false]);
  });

  test('on a pattern with a class of letters beside an escape that is legal only without the Unicode flag', async () => {
    const { cwd } = await compiled(
      documentOf({ Word: { type: 'string', pattern: String.raw`^[\p{L}\:]+$` } }),
    );
    const validate = await validatorOf(cwd, 'validateWord');
    expect([validate('größe:').valid, validate('p{L}').valid]).toEqual([true, false]);
  });

  test('on names that a pattern of another language speaks of, which are not additional', async () => {
    const { cwd, faults } = await compiled(
      documentOf({
        Words: { type: 'object', patternProperties: { '(?i)^x-': text }, additionalProperties: false },
      }),
    );
    expect(faults).toEqual([]);
    expect((await validatorOf(cwd, 'validateWords'))({ 'X-a': 1 }).valid).toBe(true);
  });
});
