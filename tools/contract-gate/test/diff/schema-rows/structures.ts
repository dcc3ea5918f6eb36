import { both, less, object, other, text, whole, type Row } from './row.ts';

/** Items of arrays. */
export const arrayRows: readonly Row[] = [
  less('items got a schema', { type: 'array' }, { type: 'array', items: text }),
  less('items narrowed', { type: 'array', items: { type: 'number' } }, { type: 'array', items: whole }, both),
  less('maxItems set', { type: 'array', items: text }, { type: 'array', items: text, maxItems: 3 }, both),
  less(
    'minItems raised',
    { type: 'array', items: text, minItems: 1 },
    { type: 'array', items: text, minItems: 2 },
    both,
  ),
  less(
    'uniqueItems set',
    { type: 'array', items: text },
    { type: 'array', items: text, uniqueItems: true },
    both,
  ),
  less(
    'contains set',
    { type: 'array', items: text },
    { type: 'array', items: text, contains: { const: 'a' } },
  ),
  less(
    'minContains raised',
    { type: 'array', contains: { const: 'a' } },
    { type: 'array', contains: { const: 'a' }, minContains: 2 },
  ),
  less(
    'maxContains set',
    { type: 'array', contains: { const: 'a' } },
    { type: 'array', contains: { const: 'a' }, maxContains: 2 },
  ),
  less(
    'prefixItems narrowed',
    { type: 'array', prefixItems: [text, { type: 'number' }] },
    { type: 'array', prefixItems: [text, whole] },
  ),
  other(
    'prefixItems swapped',
    { type: 'array', prefixItems: [text, whole], minItems: 2 },
    { type: 'array', prefixItems: [whole, text], minItems: 2 },
  ),
  less(
    'a tuple closed by items',
    { type: 'array', prefixItems: [text] },
    { type: 'array', prefixItems: [text], items: false },
  ),
  less(
    'a closed tuple is shorter',
    { type: 'array', prefixItems: [text, whole], items: false },
    { type: 'array', prefixItems: [text], items: false },
  ),
  less(
    'unevaluatedItems closed',
    { type: 'array', allOf: [{ prefixItems: [text] }] },
    { type: 'array', allOf: [{ prefixItems: [text] }], unevaluatedItems: false },
  ),
];

/** Properties of objects. */
export const objectRows: readonly Row[] = [
  less('a property became required', object({ a: text }), object({ a: text }, { required: ['a'] }), both),
  less(
    'a new required property',
    object({ a: text }),
    object({ a: text, b: text }, { required: ['b'] }),
    both,
  ),
  less('a property narrowed', object({ a: { type: 'number' } }), object({ a: whole }), both),
  less(
    'a property deep inside narrowed',
    object({ a: object({ b: { type: 'array', items: object({ c: text }) } }) }),
    object({ a: object({ b: { type: 'array', items: object({ c: { type: 'string', maxLength: 3 } }) } }) }),
    both,
  ),
  less(
    'additionalProperties closed',
    object({ a: text }),
    object({ a: text }, { additionalProperties: false }),
    both,
  ),
  less(
    'additionalProperties narrowed',
    { type: 'object', additionalProperties: { type: 'number' } },
    { type: 'object', additionalProperties: whole },
    both,
  ),
  less(
    'additionalProperties got a schema',
    { type: 'object' },
    { type: 'object', additionalProperties: text },
    both,
  ),
  less(
    'unevaluatedProperties closed',
    { allOf: [object({ a: text })], properties: { b: text } },
    { allOf: [object({ a: text })], properties: { b: text }, unevaluatedProperties: false },
  ),
  less(
    'patternProperties set',
    object({ a: text }),
    object({ a: text }, { patternProperties: { '^x-': whole } }),
  ),
  less(
    'patternProperties narrowed',
    { type: 'object', patternProperties: { '^x-': { type: 'number' } } },
    { type: 'object', patternProperties: { '^x-': whole } },
  ),
  less('propertyNames set', { type: 'object' }, { type: 'object', propertyNames: { pattern: '^[a-z]+$' } }),
  less(
    'minProperties raised',
    { type: 'object', minProperties: 1 },
    { type: 'object', minProperties: 2 },
    both,
  ),
  less('maxProperties set', { type: 'object' }, { type: 'object', maxProperties: 2 }, both),
  less(
    'dependentRequired set',
    object({ a: text, b: text }),
    object({ a: text, b: text }, { dependentRequired: { a: ['b'] } }),
  ),
  less(
    'dependentSchemas set',
    object({ a: text, b: text }),
    object({ a: text, b: text }, { dependentSchemas: { a: { required: ['b'] } } }),
  ),
  less(
    'a map of free values got types',
    { type: 'object', additionalProperties: true },
    { type: 'object', additionalProperties: text },
    both,
  ),
];
