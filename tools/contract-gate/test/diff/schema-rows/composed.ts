import { both, less, object, text, whole, type Row } from './row.ts';

/** Schemas made of others. */
export const composedRows: readonly Row[] = [
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
