import { expect, it } from 'vitest';
import { SeededRandom } from '@enrollkit/base';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { Containment } from '../src/containment.ts';
import type { Json, JsonObject } from '../src/json.ts';
import { SchemaWorld } from '../src/lower.ts';
import type { SchemaNode } from '../src/node.ts';
import { changedMesh, randomMesh, translated } from './mesh.ts';
import { randomValue } from './random-schemas.ts';

const letter = { undeclaredStaysUnsent: false };

type Side = 'base' | 'revision';

function nodesOf(schemas: Readonly<Record<string, Json>>, side: Side, openapi: string): SchemaNode[] {
  const world = new SchemaWorld({ openapi, components: { schemas } }, side);
  return Object.keys(schemas).map((name) =>
    world.node({ $ref: `#/components/schemas/${name}` }, '', { direction: 'any', text: false }),
  );
}

function validators(
  schemas: Readonly<Record<string, Json>>,
  openapi30: boolean,
): ((value: Json) => boolean | undefined)[] {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false });
  const all = openapi30 ? (translated(schemas) as JsonObject) : schemas;
  ajv.addSchema({ $id: 'document', components: { schemas: all } });
  return Object.keys(schemas).map((name) => (value) => {
    try {
      return ajv.validate({ $ref: `document#/components/schemas/${name}` }, value);
    } catch {
      // A schema that is only a reference to itself has no end for ajv.
      return undefined;
    }
  });
}

/** Every mistake among the answers about all pairs of two meshes, asked one after the other of one prover. */
function mistakesOf(number: number, openapi30: boolean): readonly unknown[] {
  const random = new SeededRandom(number);
  const base = randomMesh(random, 2 + random.below(5), openapi30);
  const revision = changedMesh(base, random, openapi30);
  const openapi = openapi30 ? '3.0.3' : '3.1.0';
  const [senders, receivers] = [nodesOf(base, 'base', openapi), nodesOf(revision, 'revision', openapi)];
  const [sent, taken] = [validators(base, openapi30), validators(revision, openapi30)];
  const values = Array.from({ length: 80 }, () => randomValue(random));
  const shared = new Containment(letter);
  return senders.flatMap((sender, index) =>
    receivers.flatMap((receiver, other) => {
      const answer = shared.answer(sender, receiver);
      const [accepts, refuses] = [sent[index], taken[other]];
      if (accepts === undefined || refuses === undefined) return [];
      const tried = answer.verdict === 'contained' ? values : [];
      const against = tried.find((value) => accepts(value) === true && refuses(value) === false);
      if (against !== undefined) return [{ number, index, other, what: 'called contained', against }];
      const alone = new Containment(letter).answer(sender, receiver);
      if (alone.verdict === 'not-contained' && answer.verdict === 'contained')
        return [{ number, index, other, what: 'by itself it is not contained' }];
      if (answer.verdict !== 'not-contained' || answer.counterexample === undefined) return [];
      const value = answer.counterexample;
      const proves = accepts(value) !== false && refuses(value) !== true;
      return proves ? [] : [{ number, index, other, what: 'the counterexample is none', value }];
    }),
  );
}

/** The test of so many meshes of each dialect; `CONTAINMENT_RUNS` and `CONTAINMENT_SEED` ask for others. */
export function testMeshes(given: {
  readonly runs: number;
  readonly seed: number;
  readonly timeoutMs: number;
}): void {
  const runs = Number(process.env['CONTAINMENT_RUNS'] ?? given.runs);
  const seed = Number(process.env['CONTAINMENT_SEED'] ?? given.seed);
  it.each([
    ['JSON Schema', false],
    ['OpenAPI 3.0', true],
  ])(
    'answers about schemas of %s that refer to each other in circles as ajv judges values',
    (_, openapi30) => {
      const numbers = Array.from({ length: runs }, (__, index) => seed + index);
      expect(numbers.flatMap((number) => mistakesOf(number, openapi30))).toEqual([]);
    },
    given.timeoutMs,
  );
}
