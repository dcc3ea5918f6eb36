import type { Json } from '../../src/spec/json.ts';
import type { Version } from './api.ts';

/**
 * What the second schema is to the first: it accepts less, the same in other words, or something else. Each row is four
 * cases: both schemas in both orders, in a request and in an answer.
 */
export type Relation = 'less' | 'same' | 'other';

export interface Row {
  readonly name: string;
  readonly first: Json;
  readonly second: Json;
  readonly relation: Relation;
  readonly versions?: readonly Version[];
}

type RowTuple = readonly [name: string, first: Json, second: Json, versions?: readonly Version[]];

const row =
  (relation: Relation) =>
  (...[name, first, second, versions]: RowTuple): Row => ({
    name,
    first,
    second,
    relation,
    ...(versions === undefined ? {} : { versions }),
  });
const [less, same, other] = [row('less'), row('same'), row('other')];

const old: readonly Version[] = ['3.0.3'];
const both: readonly Version[] = ['3.0.3', '3.1.0'];
const text = { type: 'string' };
const whole = { type: 'integer' };
const object = (properties: Json, more: Readonly<Record<string, Json>> = {}): Json => ({
  type: 'object',
  properties,
  ...more,
});

const types: readonly Row[] = [
  less('type: number or integer', { type: 'number' }, whole, both),
  other('type: string or integer', text, whole, both),
  less('type: a list of types', { type: ['string', 'integer'] }, text),
  less('type: null beside it', { type: ['string', 'null'] }, text),
  less('type: anything at all', {}, text, both),
  less('type: a boolean schema', true, false),
  less('nullable in 3.0', { type: 'string', nullable: true }, text, old),
  less(
    'nullable beside an enum',
    { type: 'string', nullable: true, enum: ['a'] },
    { type: 'string', enum: ['a'] },
    old,
  ),
  less(
    'nullable around allOf',
    { nullable: true, allOf: [object({ a: text })] },
    { allOf: [object({ a: text })] },
    old,
  ),
  less('null in an anyOf', { anyOf: [text, { type: 'null' }] }, { anyOf: [text] }),
];

const values: readonly Row[] = [
  less('enum: a value fewer', { type: 'string', enum: ['a', 'b'] }, { type: 'string', enum: ['a'] }, both),
  less('enum: where there was none', text, { type: 'string', enum: ['a'] }, both),
  other('enum: another value', { enum: ['a'] }, { enum: ['b'] }, both),
  less('const: where there was none', text, { const: 'a' }),
  other('const: another', { const: 'a' }, { const: 'b' }),
  less('enum of numbers inside a range', { type: 'integer', minimum: 1, maximum: 9 }, { enum: [3, 5] }, both),
  less('enum of objects', { enum: [{ a: 1 }, { a: 2 }] }, { enum: [{ a: 1 }] }),
];

const numbers: readonly Row[] = [
  less('minimum raised', { type: 'integer', minimum: 1 }, { type: 'integer', minimum: 5 }, both),
  less('minimum set', { type: 'number' }, { type: 'number', minimum: 0 }, both),
  less('maximum lowered', { type: 'number', maximum: 10 }, { type: 'number', maximum: 9.5 }, both),
  less('exclusiveMinimum set', { type: 'number' }, { type: 'number', exclusiveMinimum: 0 }),
  less(
    'exclusiveMaximum lowered',
    { type: 'number', exclusiveMaximum: 10 },
    { type: 'number', exclusiveMaximum: 9 },
  ),
  less('minimum became exclusive', { type: 'number', minimum: 1 }, { type: 'number', exclusiveMinimum: 1 }),
  less(
    'minimum became exclusive in 3.0',
    { type: 'number', minimum: 1 },
    { type: 'number', minimum: 1, exclusiveMinimum: true },
    old,
  ),
  less('multipleOf doubled', { type: 'integer', multipleOf: 5 }, { type: 'integer', multipleOf: 10 }, both),
  other('multipleOf changed', { type: 'integer', multipleOf: 4 }, { type: 'integer', multipleOf: 6 }, both),
  less('multipleOf of decimals', { type: 'number', multipleOf: 0.01 }, { type: 'number', multipleOf: 0.1 }),
  less('int64 to int32', { type: 'integer', format: 'int64' }, { type: 'integer', format: 'int32' }, both),
  less('double to float', { type: 'number', format: 'double' }, { type: 'number', format: 'float' }, both),
];

const strings: readonly Row[] = [
  less('maxLength lowered', { type: 'string', maxLength: 10 }, { type: 'string', maxLength: 5 }, both),
  less('maxLength set', text, { type: 'string', maxLength: 5 }, both),
  less('minLength raised', { type: 'string', minLength: 1 }, { type: 'string', minLength: 2 }, both),
  less('pattern set', text, { type: 'string', pattern: '^[a-z]+$' }, both),
  less(
    'pattern tightened',
    { type: 'string', pattern: '^[a-z0-9]+$' },
    { type: 'string', pattern: '^[a-z]+$' },
    both,
  ),
  other(
    'pattern changed',
    { type: 'string', pattern: '^[a-z]+$' },
    { type: 'string', pattern: '^[0-9]+$' },
    both,
  ),
  less(
    'pattern with a look-ahead',
    { type: 'string', pattern: '^[a-z0-9]+$' },
    { type: 'string', pattern: '^(?=.*[0-9])[a-z0-9]+$' },
  ),
  less('pattern that no automaton knows', text, { type: 'string', pattern: '(a)\\1' }),
  less('format set', text, { type: 'string', format: 'date-time' }, both),
  other('format changed', { type: 'string', format: 'date' }, { type: 'string', format: 'date-time' }, both),
  less('format of our own', text, { type: 'string', format: 'iban' }, both),
  less(
    'uuid where any reference was',
    { type: 'string', format: 'uri-reference' },
    { type: 'string', format: 'uri' },
  ),
  other(
    'content encoding changed',
    { type: 'string', contentEncoding: 'base64' },
    { type: 'string', contentEncoding: 'base32' },
  ),
  other('byte to binary', { type: 'string', format: 'byte' }, { type: 'string', format: 'binary' }, old),
];

const arrays: readonly Row[] = [
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

const objects: readonly Row[] = [
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

const composed: readonly Row[] = [
  less(
    'allOf: one demand more',
    { allOf: [object({ a: text })] },
    { allOf: [object({ a: text }), { required: ['a'] }] },
    both,
  ),
  less(
    'allOf beside its own properties',
    object({ a: text }),
    { ...(object({ a: text }) as object), allOf: [object({ b: text }, { required: ['b'] })] },
    both,
  ),
  less('anyOf: one variant fewer', { anyOf: [text, whole] }, { anyOf: [text] }, both),
  less('oneOf: one variant fewer', { oneOf: [text, whole] }, { oneOf: [text] }, both),
  less(
    'oneOf: a variant narrowed',
    { oneOf: [object({ k: { type: 'string', enum: ['a'] } }, { required: ['k'] }), whole] },
    { oneOf: [object({ k: { type: 'string', enum: ['a'] }, n: text }, { required: ['k', 'n'] }), whole] },
    both,
  ),
  less(
    'oneOf where anyOf was, overlapping',
    { anyOf: [{ type: 'integer' }, { type: 'number', minimum: 5 }] },
    { oneOf: [{ type: 'integer' }, { type: 'number', minimum: 5 }] },
    both,
  ),
  less('not set', text, { type: 'string', not: { const: 'a' } }),
  less(
    'not widened',
    { type: 'string', not: { enum: ['a'] } },
    { type: 'string', not: { enum: ['a', 'b'] } },
  ),
  less(
    'if and then set',
    object({ k: text, v: text }),
    object(
      { k: text, v: text },
      { if: { properties: { k: { const: 'b' } }, required: ['k'] }, then: { required: ['v'] } },
    ),
  ),
  less(
    'then narrowed',
    object(
      { k: text, v: text },
      { if: { properties: { k: { const: 'b' } }, required: ['k'] }, then: { required: ['v'] } },
    ),
    object(
      { k: text, v: text, w: text },
      { if: { properties: { k: { const: 'b' } }, required: ['k'] }, then: { required: ['v', 'w'] } },
    ),
  ),
  less(
    'else set',
    object({ k: text, v: text }, { if: { required: ['k'] }, then: {} }),
    object({ k: text, v: text }, { if: { required: ['k'] }, then: {}, else: { required: ['v'] } }),
  ),
];

const equal: readonly Row[] = [
  same('one-item allOf', object({ a: text }), { allOf: [object({ a: text })] }, both),
  same(
    'allOf merged',
    { allOf: [object({ a: text }), object({ b: text }, { required: ['b'] })] },
    object({ a: text, b: text }, { required: ['b'] }),
    both,
  ),
  same('type list and anyOf null', { type: ['string', 'null'] }, { anyOf: [text, { type: 'null' }] }),
  same('type list and oneOf null', { type: ['string', 'null'] }, { oneOf: [{ type: 'null' }, text] }),
  same('const and one-value enum', { const: 'a' }, { enum: ['a'] }),
  same('const with its type', { type: 'string', const: 'a' }, { const: 'a' }),
  same('bounds of integers', { type: 'integer', exclusiveMinimum: 0 }, { type: 'integer', minimum: 1 }),
  same(
    'an upper bound of integers',
    { type: 'integer', exclusiveMaximum: 10 },
    { type: 'integer', maximum: 9 },
  ),
  same('a bound between integers', { type: 'integer', minimum: 0.5 }, { type: 'integer', minimum: 1 }, both),
  same('integer and multipleOf one', { type: 'integer' }, { type: 'number', multipleOf: 1 }, both),
  same(
    'order of enum, required, types',
    object({ a: { enum: ['x', 'y'] }, b: text }, { required: ['a', 'b'] }),
    object({ b: text, a: { enum: ['y', 'x'] } }, { required: ['b', 'a'] }),
    both,
  ),
  same(
    'open by word or by silence',
    object({ a: text }),
    object({ a: text }, { additionalProperties: true }),
    both,
  ),
  same(
    'open by an empty schema',
    object({ a: text }),
    object({ a: text }, { additionalProperties: {} }),
    both,
  ),
  same('oneOf and anyOf of what never overlaps', { oneOf: [text, whole] }, { anyOf: [text, whole] }, both),
  same('anyOf and a list of types', { anyOf: [text, whole] }, { type: ['string', 'integer'] }),
  same('variants in another order', { oneOf: [text, whole] }, { oneOf: [whole, text] }, both),
  same(
    'a pattern in other words',
    { type: 'string', pattern: '^[0-9]{4}$' },
    { type: 'string', pattern: '^\\d\\d\\d\\d$' },
    both,
  ),
  same(
    'a pattern that says its length',
    { type: 'string', pattern: '^[a-z]{2,4}$' },
    { type: 'string', pattern: '^[a-z]{2,4}$', minLength: 2, maxLength: 4 },
    both,
  ),
  same('enum that says its type', { enum: ['a', 'b'] }, { type: 'string', enum: ['a', 'b'] }, both),
  same('boolean and its two values', { type: 'boolean' }, { enum: [true, false] }),
  same('double negation', text, { not: { not: { type: 'string' } } }),
  same(
    'a redundant demand',
    { type: 'string', minLength: 3 },
    { type: 'string', minLength: 3, allOf: [{ minLength: 1 }] },
    both,
  ),
  same('variants folded into an enum', { anyOf: [{ const: 'a' }, { const: 'b' }] }, { enum: ['a', 'b'] }),
  same(
    'a tuple written by unevaluatedItems',
    { type: 'array', prefixItems: [text], items: false },
    { type: 'array', prefixItems: [text], unevaluatedItems: false },
  ),
  same(
    'closed by additional or unevaluated',
    object({ a: text }, { additionalProperties: false }),
    object({ a: text }, { unevaluatedProperties: false }),
  ),
  same(
    'minContains one is the default',
    { type: 'array', contains: text },
    { type: 'array', contains: text, minContains: 1 },
  ),
  same(
    'a dependency both ways of saying',
    object({ a: text, b: text }, { dependentRequired: { a: ['b'] } }),
    object({ a: text, b: text }, { dependentSchemas: { a: { required: ['b'] } } }),
  ),
  same(
    'annotations only',
    { type: 'string', description: 'x', example: 'y', title: 'z' },
    { type: 'string', description: 'other', externalDocs: { url: 'https://example.com' } },
    both,
  ),
  same('password is only a hint', { type: 'string' }, { type: 'string', format: 'password' }, both),
  same('double is every number', { type: 'number' }, { type: 'number', format: 'double' }, both),
];

/** Every row. */
export const schemaRows: readonly Row[] = [
  ...types,
  ...values,
  ...numbers,
  ...strings,
  ...arrays,
  ...objects,
  ...composed,
  ...equal,
];
