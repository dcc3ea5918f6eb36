import { asArray, asObject, asString, escapeSegment, isObject, type Json, type JsonObject } from './json.ts';
import { extensions } from './extensions.ts';
import { methods } from './operations.ts';

/**
 * A part of a document that was written down for a reason of its own. A `part` is a schema that is neither
 * named nor a property: items of a list, a branch of a choice, the schema of a body.
 */
export interface Element {
  readonly kind:
    | 'server'
    | 'security scheme'
    | 'operation'
    | 'parameter'
    | 'header'
    | 'answer'
    | 'schema'
    | 'property'
    | 'part';
  /** How a person would name it. */
  readonly name: string;
  readonly pointer: string;
  readonly object: JsonObject;
}

const known = new WeakMap<JsonObject, readonly Element[]>();

/** Every element where it is written; a reference to one elsewhere is not repeated. */
export function elementsOf(document: JsonObject): readonly Element[] {
  const elements = known.get(document) ?? [...elementsIn(document)];
  known.set(document, elements);
  return elements;
}

function* elementsIn(document: JsonObject): Generator<Element> {
  for (const [index, server] of asArray(document.servers).entries())
    yield* one('server', asString(asObject(server).url) ?? String(index), [server, `/servers/${index}`]);
  yield* componentElements(asObject(document.components));
  for (const [path, item] of Object.entries(asObject(document.paths)))
    yield* pathElements(path, asObject(item));
}

type Located = readonly [value: Json | undefined, pointer: string];

function* one(kind: Element['kind'], name: string, [value, pointer]: Located): Generator<Element> {
  if (isObject(value) && value.$ref === undefined) yield { kind, name, pointer, object: value };
}

function* componentElements(components: JsonObject): Generator<Element> {
  for (const [name, value, pointer] of entries(components.securitySchemes, '/components/securitySchemes'))
    yield* one('security scheme', name, [value, pointer]);
  for (const [name, value, pointer] of entries(components.parameters, '/components/parameters'))
    yield* parameter(name, [value, pointer]);
  for (const [name, value, pointer] of entries(components.headers, '/components/headers'))
    yield* parameter(name, [value, pointer], 'header');
  for (const [name, value, pointer] of entries(components.responses, '/components/responses'))
    yield* answer(name, [value, pointer]);
  for (const [name, value, pointer] of entries(components.requestBodies, '/components/requestBodies'))
    yield* content(name, [value, pointer]);
  for (const [name, value, pointer] of entries(components.schemas, '/components/schemas')) {
    yield* schemas('schema', name, [value, pointer]);
  }
}

function* pathElements(path: string, item: JsonObject): Generator<Element> {
  const pointer = `/paths/${escapeSegment(path)}`;
  yield* parameters(path, [item.parameters, `${pointer}/parameters`]);
  for (const method of methods) {
    const operation = item[method];
    if (!isObject(operation)) continue;
    const name = asString(operation.operationId) ?? `${method} ${path}`;
    yield* one('operation', name, [operation, `${pointer}/${method}`]);
    yield* parameters(name, [operation.parameters, `${pointer}/${method}/parameters`]);
    yield* content(`the request of ${name}`, [operation.requestBody, `${pointer}/${method}/requestBody`]);
    for (const [status, value, at] of entries(operation.responses, `${pointer}/${method}/responses`))
      yield* answer(`${status} of ${name}`, [value, at]);
  }
}

function* parameters(owner: string, [list, pointer]: Located): Generator<Element> {
  for (const [index, value] of asArray(list).entries())
    yield* parameter(`${asString(asObject(value).name) ?? index} of ${owner}`, [
      value,
      `${pointer}/${index}`,
    ]);
}

function* parameter(
  name: string,
  located: Located,
  kind: 'parameter' | 'header' = 'parameter',
): Generator<Element> {
  yield* one(kind, name, located);
  yield* schemas('part', name, [asObject(located[0]).schema, `${located[1]}/schema`]);
  yield* content(name, located);
}

function* answer(name: string, located: Located): Generator<Element> {
  yield* one('answer', name, located);
  for (const [header, value, pointer] of entries(asObject(located[0]).headers, `${located[1]}/headers`))
    yield* parameter(`${header} of ${name}`, [value, pointer], 'header');
  yield* content(name, located);
}

function* content(name: string, [value, pointer]: Located): Generator<Element> {
  for (const [, media, at] of entries(asObject(value).content, `${pointer}/content`))
    yield* schemas('part', name, [asObject(media).schema, `${at}/schema`]);
}

/** One schema and all that is written inside it, at any depth. */
function* schemas(
  kind: 'schema' | 'property' | 'part',
  name: string,
  [schema, pointer]: Located,
): Generator<Element> {
  if (!isObject(schema)) return;
  yield { kind, name, pointer, object: schema };
  for (const [property, value, at] of entries(schema.properties, `${pointer}/properties`))
    yield* schemas('property', `${name}.${property}`, [value, at]);
  for (const keyword of [
    'items',
    'additionalProperties',
    'unevaluatedProperties',
    'unevaluatedItems',
    'propertyNames',
    'not',
    'if',
    'then',
    'else',
    'contains',
    extensions.encrypted,
  ]) {
    if (schema[keyword] !== undefined)
      yield* schemas('part', name, [schema[keyword], `${pointer}/${keyword}`]);
  }
  for (const keyword of ['allOf', 'anyOf', 'oneOf', 'prefixItems']) {
    for (const [index, child] of asArray(schema[keyword]).entries())
      yield* schemas('part', name, [child, `${pointer}/${keyword}/${index}`]);
  }
  for (const keyword of ['patternProperties', 'dependentSchemas', '$defs']) {
    for (const [, child, at] of entries(schema[keyword], `${pointer}/${keyword}`))
      yield* schemas('part', name, [child, at]);
  }
}

function entries(value: Json | undefined, pointer: string): [name: string, value: Json, pointer: string][] {
  if (value === undefined) return [];
  return Object.entries(asObject(value))
    .filter(([name]) => !name.startsWith('x-') || !/\/(responses|content)$/.test(pointer))
    .map(([name, child]) => [name, child, `${pointer}/${escapeSegment(name)}`]);
}
