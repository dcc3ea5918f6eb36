import { both, less, object, old, other, text, whole, type Row } from './row.ts';

/** Types, and null among them. */
export const typeRows: readonly Row[] = [
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

/** Values that are listed. */
export const valueRows: readonly Row[] = [
  less('enum: a value fewer', { type: 'string', enum: ['a', 'b'] }, { type: 'string', enum: ['a'] }, both),
  less('enum: where there was none', text, { type: 'string', enum: ['a'] }, both),
  other('enum: another value', { enum: ['a'] }, { enum: ['b'] }, both),
  less('const: where there was none', text, { const: 'a' }),
  other('const: another', { const: 'a' }, { const: 'b' }),
  less('enum of numbers inside a range', { type: 'integer', minimum: 1, maximum: 9 }, { enum: [3, 5] }, both),
  less('enum of objects', { enum: [{ a: 1 }, { a: 2 }] }, { enum: [{ a: 1 }] }),
];

/** Bounds and formats of numbers. */
export const numberRows: readonly Row[] = [
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

/** Lengths, patterns and formats of strings. */
export const stringRows: readonly Row[] = [
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
