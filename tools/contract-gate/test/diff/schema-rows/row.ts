import type { Json } from '../../../src/spec/json.ts';
import type { Version } from '../api.ts';

/**
 * What the second schema is to the first: it accepts less, the same in other words, or something else. Each
 * row is four cases: both schemas in both orders, in a request and in an answer.
 */
export type Relation = 'less' | 'same' | 'other';

/** A pair of schemas. */
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
/** The second accepts less than the first. */
export const less = row('less');
/** Both accept the same. */
export const same = row('same');
/** Each accepts what the other does not. */
export const other = row('other');

/** Only OpenAPI 3.0. */
export const old: readonly Version[] = ['3.0.3'];
/** OpenAPI 3.0 and 3.1. */
export const both: readonly Version[] = ['3.0.3', '3.1.0'];
/** The schema of any text. */
export const text = { type: 'string' };
/** The schema of any whole number. */
export const whole = { type: 'integer' };
/** The schema of an object with these properties. */
export const object = (properties: Json, more: Readonly<Record<string, Json>> = {}): Json => ({
  type: 'object',
  properties,
  ...more,
});
