import { isArray, Judge, type Mode, SchemaWorld, segmentsOf } from '@enrollkit/schema-containment';

import { reasonOf } from '../schema/reason.ts';
import { elementsOf } from '../spec/elements.ts';
import { extensions } from '../spec/extensions.ts';
import { asObject, escapeSegment, isObject, type Json, type JsonObject } from '../spec/json.ts';
import { follow } from '../spec/operations.ts';
import { findingIn, type Rule } from './rule.ts';

/** One example where it is written, and the schema it is an example of. */
interface Example {
  readonly value: Json;
  readonly pointer: string;
  readonly schema: { readonly raw: Json; readonly pointer: string };
  readonly text: boolean;
}

/**
 * Examples written in the document fit their schemas. Judged here, and not by redocly: that one would run the
 * document's own patterns with an engine that backtracks. Patterns that cannot be judged in bounded time
 * pass.
 */
export const writtenExampleRule: Rule = function* (spec) {
  const world = new SchemaWorld(inClear(spec.document) as JsonObject, 'base');
  const judge = new Judge();
  for (const { value, pointer, schema, text } of examplesIn(spec.document)) {
    const mode: Mode = { direction: 'any', text };
    const node = world.node(inClear(schema.raw), schema.pointer, mode);
    if (judge.accepts(node, value) !== false) continue;
    const { path, keyword } = reasonOf(judge, node, value);
    yield findingIn(spec, {
      id: 'example/invalid',
      pointer,
      message: `the example does not fit its schema: ${path === '' ? 'the value' : path} breaks ${keyword}`,
    });
  }
};

/** A JWE is judged as the string it is: what is inside an example of one cannot be read. */
function inClear(value: Json): Json {
  if (isArray(value)) return value.map(inClear);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== extensions.encrypted);
  return Object.fromEntries(entries.map(([key, inner]) => [key, inClear(inner)]));
}

function* examplesIn(document: JsonObject): Generator<Example> {
  for (const { kind, pointer, object } of elementsOf(document)) {
    if (kind !== 'schema' && kind !== 'property' && kind !== 'part') continue;
    const schema = { raw: object, pointer };
    if (object.example !== undefined)
      yield { value: object.example, pointer: `${pointer}/example`, schema, text: false };
    for (const [index, value] of (isArray(object.examples) ? object.examples : []).entries())
      yield { value, pointer: `${pointer}/examples/${index}`, schema, text: false };
  }
  for (const root of ['paths', 'webhooks', 'components'])
    yield* besideSchemas(document, asObject(document[root]), `/${root}`);
}

/** What a media type, a parameter or a header says beside its schema. */
function* besideSchemas(document: JsonObject, object: JsonObject, pointer: string): Generator<Example> {
  const { schema, example, examples } = object;
  if (schema !== undefined) {
    const of = {
      schema: { raw: schema, pointer: `${pointer}/schema` },
      text: !/\/content\/[^/]+$/.test(pointer),
    };
    if (example !== undefined) yield { value: example, pointer: `${pointer}/example`, ...of };
    for (const [name, written] of Object.entries(asObject(examples))) {
      const place = follow(document, written, `${pointer}/examples/${escapeSegment(name)}`);
      const { value } = asObject(place.value);
      if (value !== undefined) yield { value, pointer: `${place.pointer}/value`, ...of };
    }
  }
  for (const [key, inner] of Object.entries(object)) {
    if (isData(key, pointer)) continue;
    const at = `${pointer}/${escapeSegment(key)}`;
    if (isObject(inner)) yield* besideSchemas(document, inner, at);
    else if (isArray(inner))
      for (const [index, item] of inner.entries())
        if (isObject(item)) yield* besideSchemas(document, item, `${at}/${index}`);
  }
}

/** Schemas are looked through as such, examples are data; names below a map are just names. */
function isData(key: string, pointer: string): boolean {
  const isName = [
    '',
    'headers',
    'responses',
    'content',
    'callbacks',
    'parameters',
    'requestBodies',
    'paths',
  ].includes(segmentsOf(pointer).at(-1) ?? '');
  if (isName) return false;
  return ['schema', 'schemas', 'example', 'examples'].includes(key) || key.startsWith('x-');
}
