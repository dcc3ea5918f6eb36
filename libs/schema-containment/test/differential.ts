import { SeededRandom } from '@enrollkit/base';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { compareSchemas } from '../src/containment.ts';
import type { Json, JsonObject } from '../src/json.ts';
import { definitions, derivations, randomSchema, randomValue } from './random-schemas.ts';

/** Compares answers about random pairs with what ajv says about random values. */

/** A pair about which an answer was wrong. */
export interface Mistake {
  readonly what: string;
  readonly seed: number;
  readonly first: Json;
  readonly second: Json;
  readonly value?: Json | undefined;
}

/** What came out of many pairs. */
export interface Tally {
  readonly mistakes: Mistake[];
  /** By derivation: how many pairs, and how many of them were answered in which way. */
  readonly answers: Map<string, { contained: number; 'not-contained': number; undecided: number }>;
  readonly undecided: {
    readonly seed: number;
    readonly name: string;
    readonly first: Json;
    readonly second: Json;
  }[];
}

/** ajv with formats as it comes, without anything of ours. */
function ajv(): Ajv2020 {
  const plain = new Ajv2020({ strict: false, validateSchema: false, logger: false, addUsedSchema: false });
  addFormats.default(plain);
  return plain;
}

/** Asks about `count` pairs, one for each seed from `first` on. */
export function tally(first: number, count: number, values = 60): Tally {
  const result: Tally = {
    mistakes: [],
    answers: new Map(),
    undecided: [],
  };
  for (let seed = first; seed < first + count; seed += 1) one(seed, values, result);
  return result;
}

function one(seed: number, values: number, { mistakes, answers, undecided }: Tally): void {
  const random = new SeededRandom(seed);
  const derivation = random.pick(derivations);
  const [left, right] = derivation.make(randomSchema(random), random).map(withDefinitions);
  if (left === undefined || right === undefined) return;
  const pair = { seed, first: left, second: right };
  const answer = compareSchemas(left, right);
  const counts = answers.get(derivation.name) ?? { contained: 0, 'not-contained': 0, undecided: 0 };
  counts[answer.verdict] += 1;
  answers.set(derivation.name, counts);
  const [accepts, other] = [compiled(left), compiled(right)];
  if (accepts === undefined || other === undefined) return;
  if (answer.verdict === 'not-contained') {
    const { counterexample: value } = answer;
    if (derivation.contained)
      mistakes.push({ what: 'a contained pair has a counterexample', ...pair, value });
    if (value !== undefined && (accepts(value) === false || other(value) === true))
      mistakes.push({ what: 'the counterexample is none', ...pair, value });
    return;
  }
  const against = Array.from({ length: values }, () => randomValue(random)).find(
    (value) => accepts(value) === true && other(value) === false,
  );
  if (against !== undefined && answer.verdict === 'contained')
    mistakes.push({ what: 'called contained', ...pair, value: against });
  if (answer.verdict === 'undecided')
    undecided.push({
      ...pair,
      name: against === undefined ? derivation.name : `${derivation.name}, refuted`,
    });
}

function withDefinitions(schema: Json): Json {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema)
    ? { ...(schema as JsonObject), $defs: definitions }
    : schema;
}

function compiled(schema: Json): ((value: Json) => boolean | undefined) | undefined {
  const validate = ajv().compile(apart(schema) as boolean | JsonObject);
  return (value) => {
    try {
      return validate(value) as boolean;
    } catch {
      return undefined;
    }
  };
}

/** ajv skips `contains` beside `prefixItems` when the array is short; not when they stand apart. */
function apart(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(apart);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = Object.entries(schema).map(([key, value]): [string, Json] => [key, apart(value)]);
  const { contains, minContains, maxContains, ...rest } = Object.fromEntries(inside);
  if (contains === undefined || rest['prefixItems'] === undefined) return Object.fromEntries(inside);
  const counts = Object.entries({ contains, minContains, maxContains }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    ...rest,
    allOf: [...((rest['allOf'] as Json[] | undefined) ?? []), Object.fromEntries(counts) as JsonObject],
  };
}
