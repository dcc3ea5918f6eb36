import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../../src/json.ts';
import type { Pair } from './pairs.ts';

/** Two schemas of which arithmetic says whether the first is contained in the second. */
type Counting = (
  random: SeededRandom,
) => readonly [kind: string, first: Json, second: Json, contained: boolean];

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const near = (random: SeededRandom, count: number): number => Math.max(0, count + random.below(5) - 2);
const closed = (properties: JsonObject): JsonObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
const flags = (count: number): JsonObject =>
  Object.fromEntries(upTo(count).map((index) => [`p${index}`, { type: 'boolean' }]));

const makers: readonly Counting[] = [
  (random) => {
    const count = 1 + random.below(40);
    const most = near(random, count);
    const items = random.pick<Json>([
      { enum: upTo(count) },
      { type: 'integer', minimum: 0, maximum: count - 1 },
    ]);
    return [
      'different items',
      { type: 'array', items, uniqueItems: true },
      { maxItems: most },
      count <= most,
    ];
  },
  (random) => {
    const count = 2 + random.below(30);
    const least = near(random, count);
    const first = { type: 'array', items: { enum: upTo(count) }, uniqueItems: true, minItems: least };
    return ['all different items', first, { contains: { const: 1 } }, least >= count];
  },
  (random) => {
    const count = 1 + random.below(40);
    const most = near(random, count);
    return ['named properties', closed(flags(count)), { maxProperties: most }, count <= most];
  },
  (random) => {
    const most = near(random, 30);
    const first = {
      type: 'object',
      patternProperties: { '^[a-c][0-9]$': true },
      additionalProperties: false,
    };
    return ['names of a pattern', first, { maxProperties: most }, most >= 30];
  },
  (random) => {
    const most = near(random, 12);
    const first = { type: 'object', propertyNames: { pattern: '^(?:x|y|z)[0-3]$' } };
    return ['names that fit a pattern', first, { maxProperties: most }, most >= 12];
  },
  (random) => {
    const count = random.below(20);
    const least = near(random, count);
    const first = { type: 'object', required: Object.keys(flags(count)) };
    return ['required properties', first, { minProperties: least }, count >= least];
  },
  (random) => {
    const [count, least] = [random.below(30), random.below(30)];
    const first = { type: 'array', items: { type: 'string' }, minItems: count };
    const second = { contains: { type: ['string', 'null'] }, minContains: least };
    return ['items that all count', first, second, count >= least];
  },
  (random) => {
    const [count, least] = [1 + random.below(40), random.below(40)];
    const first = { contains: { type: 'integer' }, minContains: count };
    return ['contained items', first, { contains: { type: 'number' }, minContains: least }, count >= least];
  },
  (random) => {
    const [count, most] = [1 + random.below(40), random.below(40)];
    const first = { type: 'array', maxItems: count };
    const second = { contains: { const: 1 }, minContains: 0, maxContains: most };
    return ['at most so many', first, second, count <= most];
  },
  (random) => {
    const count = 2 + random.below(30);
    const chain = Object.fromEntries(upTo(count).map((index) => [`p${index}`, [`p${index + 1}`]]));
    const [from, to] = [random.below(count), random.below(count)];
    const second = { dependentRequired: { [`p${from}`]: [`p${to}`] } };
    return ['a chain of dependencies', { dependentRequired: chain }, second, from <= to];
  },
  (random) => {
    const [step, other] = [
      random.pick([1, 2, 3, 4, 6, 12, 0.5, 0.25, 0.1]),
      random.pick([1, 2, 3, 0.5, 0.1, 0.05]),
    ];
    const contained = Number.isInteger(Number((step / other).toFixed(6)));
    return ['multiples', { type: 'number', multipleOf: step }, { multipleOf: other }, contained];
  },
  (random) => {
    const [left, right, other] = [
      random.pick([2, 3, 4, 5]),
      random.pick([3, 5, 7]),
      random.pick([6, 10, 12, 15, 20]),
    ];
    const first = { type: 'integer', allOf: [{ multipleOf: left }, { multipleOf: right }] };
    const both = left % right === 0 ? left : right % left === 0 ? right : left * right;
    return ['common multiples', first, { multipleOf: other }, both % other === 0];
  },
  (random) => {
    const count = 1 + random.below(60);
    const listed = near(random, count);
    const first = { type: 'integer', minimum: 0, exclusiveMaximum: count };
    return ['a range that is listed', first, { enum: upTo(listed + 1) }, count <= listed + 1];
  },
  (random) => {
    const count = 2 + random.below(12);
    const gap = random.below(2);
    const parts = upTo(count).map((index) => ({
      minimum: index * 10 + (index === 1 ? gap : 0),
      exclusiveMaximum: index * 10 + 10,
    }));
    const word = random.pick(['anyOf', 'oneOf']);
    const first = { type: random.pick(['integer', 'number']), minimum: 0, exclusiveMaximum: count * 10 };
    return ['ranges side by side', first, { [word]: parts }, gap === 0];
  },
  (random) => {
    const count = 2 + random.below(30);
    const wider = random.below(2);
    const variant = (index: number, most: number): JsonObject => ({
      type: 'object',
      required: ['kind'],
      properties: { kind: { const: `k${index}` }, n: { type: 'integer', maximum: most } },
    });
    const first = { oneOf: upTo(count).map((index) => variant(index, 5)) };
    const second = { oneOf: upTo(count).map((index) => variant(index, index === 1 ? 6 - 2 * wider : 5)) };
    return ['variants with a tag', first, second, wider === 0];
  },
  (random) => {
    const [least, most] = [random.below(30), 30 + random.below(40)];
    const [low, high] = [near(random, least), near(random, most)];
    const first = { type: 'string', pattern: `^[0-9a-f]{${least},${most}}$` };
    return ['counts in a pattern', first, { minLength: low, maxLength: high }, low <= least && most <= high];
  },
  (random) => {
    const [length, other] = [1 + random.below(12), 1 + random.below(12)];
    const first = { type: 'array', prefixItems: upTo(length).map(() => ({ type: 'string' })), items: false };
    return ['the end of a tuple', first, { maxItems: other }, length <= other];
  },
  (random) => {
    const length = 1 + random.below(12);
    const other = 1 + random.below(12);
    const first = {
      type: 'array',
      prefixItems: upTo(length).map(() => ({ type: 'string' })),
      items: { type: 'number' },
    };
    const second = {
      prefixItems: upTo(other).map(() => ({ type: ['string', 'number'] })),
      items: { type: 'number' },
    };
    return ['tuples of other lengths', first, second, length <= other];
  },
];

/** A pair of which arithmetic knows the answer. */
export function countingPair(random: SeededRandom): Pair & { readonly contained: boolean } {
  const [kind, first, second, contained] = random.pick(makers)(random);
  return { kind, first, second, contained, values: [] };
}
