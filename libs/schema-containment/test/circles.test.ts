import { expect, test } from 'vitest';

import { compareSchemas, type Json } from '../src/index.ts';

/** Schemas that lead to themselves without passing a property or an item: no value grounds them. */

const to = (name: string): Json => ({ $ref: `#/$defs/${name}` });

function circle($defs: Record<string, Json>): Json {
  return { $defs, ...(to('A') as object) };
}

const names = ['A', 'B', 'C', 'D'];

function ofLists(keyword: string): readonly Json[] {
  return [
    circle({ A: { [keyword]: [to('A'), { type: 'string' }] } }),
    circle({ A: { [keyword]: [to('A'), to('A'), to('A')] } }),
    circle({ A: { [keyword]: [to('B'), { type: 'string' }] }, B: { [keyword]: [to('A'), to('B')] } }),
    circle(
      Object.fromEntries(
        names.map((name) => [name, { [keyword]: [...names.map(to), { required: [name] }] }] as const),
      ),
    ),
  ];
}

const circles: Readonly<Record<string, readonly Json[]>> = {
  anyOf: ofLists('anyOf'),
  oneOf: ofLists('oneOf'),
  allOf: ofLists('allOf'),
  $ref: [circle({ A: to('A') }), circle({ A: to('B'), B: to('A') })],
  not: [circle({ A: { not: to('A') } }), circle({ A: { type: 'string', not: { not: to('A') } } })],
  if: [circle({ A: { if: to('A'), then: to('B') }, B: { if: to('B'), then: to('A'), else: to('A') } })],
  dependentSchemas: [
    circle({ A: { dependentSchemas: { x: to('A'), y: to('B') } }, B: { allOf: [to('A')] } }),
  ],
  unevaluatedProperties: [
    circle({ A: { anyOf: [to('A'), to('A'), { properties: { x: {} } }], unevaluatedProperties: false } }),
  ],
};

const plain: readonly Json[] = [
  { type: 'string' },
  { type: 'object', required: ['A'] },
  { minProperties: 1 },
];
const all = Object.values(circles).flat();

test.each(Object.entries(circles))(
  'Comparing a circle of %s with plain schemas and other circles comes to an end.',
  (_, own) => {
    for (const one of own)
      for (const other of [...plain, ...all])
        for (const { verdict } of [compareSchemas(one, other), compareSchemas(other, one)])
          expect(['contained', 'not-contained', 'undecided']).toContain(verdict);
  },
);

test('A circle is judged where the rest of it decides.', () => {
  const string: Json = { type: 'string' };
  const circled = circle({ A: { anyOf: [to('A'), to('B'), string] }, B: { allOf: [to('A'), string] } });
  expect(compareSchemas(string, circled).verdict).toBe('contained');
  expect(compareSchemas({ type: ['string', 'integer'] }, string).verdict).toBe('not-contained');
  const [once, twice] = [1, 2].map((minLength) =>
    circle({ A: { allOf: [to('A'), to('B')], type: 'string', minLength }, B: { anyOf: [to('A'), to('B')] } }),
  );
  expect(compareSchemas(twice ?? true, once ?? true).verdict).not.toBe('not-contained');
});
