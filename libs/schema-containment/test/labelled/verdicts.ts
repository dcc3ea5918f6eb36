import { SeededRandom } from '@enrollkit/base';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { compareSchemas } from '../../src/containment.ts';
import type { Json, JsonObject } from '../../src/json.ts';
import { inDraft } from './drafts.ts';
import { type Pair, randomPair } from './pairs.ts';

/** What came out of one pair. */
export interface Outcome {
  readonly seed: number;
  readonly kind: string;
  readonly first: Json;
  readonly second: Json;
  /** What is true, where it is known. */
  readonly label: 'contained' | 'not-contained' | 'unknown';
  readonly verdict: 'contained' | 'not-contained' | 'undecided';
  /** A verdict that cannot be, or a counterexample that is none. */
  readonly mistake?: string;
  readonly value?: Json | undefined;
  /** CPU that the answer took, in milliseconds. */
  readonly ms: number;
}

const ajv = new Ajv2020({
  strict: false,
  validateSchema: false,
  logger: false,
  addUsedSchema: false,
  inlineRefs: false,
  code: { optimize: false },
});

/** Asks about the pair of a seed, and holds the answer to what is known, and to ajv. */
export function outcomeOf(seed: number): Outcome {
  const random = new SeededRandom(seed);
  const pair = randomPair(random);
  const { first, second } = pair.meant ?? pair;
  const [accepts, other] = [judge(first), judge(second)];
  const known = pair.values.every((value) => accepts(value) !== undefined && other(value) !== undefined);
  const against = pair.values.find((value) => accepts(value) === true && other(value) === false);
  const label = labelOf(pair, against !== undefined, known);
  const asked = asWritten(pair, random);
  const before = process.cpuUsage();
  const answer = compareSchemas(
    asked.first,
    asked.second,
    pair.openapi === undefined ? {} : { openapi: pair.openapi },
  );
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  const value = answer.verdict === 'not-contained' ? answer.counterexample : undefined;
  const said = {
    seed,
    kind: pair.kind,
    ...asked,
    label,
    verdict: answer.verdict,
    value: value ?? against,
    ms,
  } as const;
  if (against !== undefined && pair.contained === true) return { ...said, mistake: 'the label is wrong' };
  if (answer.verdict === 'contained' && label === 'not-contained')
    return { ...said, mistake: 'called contained' };
  if (answer.verdict === 'not-contained' && label === 'contained')
    return { ...said, mistake: 'called broken' };
  if (value !== undefined && (accepts(value) === false || other(value) === true))
    return { ...said, mistake: 'the counterexample is none' };
  return said;
}

function labelOf({ contained, finite }: Pair, refuted: boolean, judged: boolean): Outcome['label'] {
  if (refuted || contained === false) return 'not-contained';
  return contained === true || (finite === true && judged) ? 'contained' : 'unknown';
}

/** Some pairs are written in the words of an older draft, where that can say them. */
function asWritten({ first, second, openapi }: Pair, random: SeededRandom): { first: Json; second: Json } {
  const draft = random.pick([undefined, undefined, undefined, 'draft-04', 'draft-07'] as const);
  if (draft === undefined || openapi !== undefined) return { first, second };
  return { first: inDraft(first, draft), second: inDraft(second, draft) };
}

function judge(schema: Json): (value: Json) => boolean | undefined {
  const text = JSON.stringify(schema);
  // To ajv, what a branch that fails says of names by pattern counts as evaluated.
  if (text.includes('"unevaluated') && text.includes('"patternProperties"')) return () => undefined;
  const said = apart(schema) as boolean | JsonObject;
  const validate = ajv.compile(said);
  if (typeof said === 'object') ajv.removeSchema(said);
  return (value) => {
    try {
      return validate(value) === true;
    } catch {
      // Code that ajv wrote may fail; then nothing is known.
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
  if (contains === undefined || Object.keys(rest).length === 0) return Object.fromEntries(inside);
  const counts = Object.entries({ contains, minContains, maxContains }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    ...rest,
    allOf: [...((rest['allOf'] as Json[] | undefined) ?? []), Object.fromEntries(counts) as JsonObject],
  };
}
