import { asArray, asObject, asString, escapeSegment, isObject, type Json, type JsonObject } from './json.ts';
import { extensions } from './extensions.ts';
import { methods } from './operations.ts';

/** A part of a document that was written down for a reason of its own. */
export interface Element {
  readonly kind: 'server' | 'security scheme' | 'operation' | 'parameter' | 'header' | 'answer' | 'schema' | 'property';
  /** How a person would name it. */
  readonly name: string;
  readonly pointer: string;
  readonly object: JsonObject;
}

/** Every element where it is written; a reference to one elsewhere is not repeated. */
export function* elementsOf(document: JsonObject): Generator<Element> {
  for (const [index, server] of asArray(document.servers).entries()) yield* one('server', asString(asObject(server).url) ?? String(index), [server, `/servers/${index}`]);
  yield* componentElements(asObject(document.components));
  for (const [path, item] of Object.entries(asObject(document.paths))) yield* pathElements(path, asObject(item));
}

type Located = readonly [value: Json | undefined, pointer: string];

function* one(kind: Element['kind'], name: string, [value, pointer]: Located): Generator<Element> {
  if (isObject(value) && value.$ref === undefined) yield { kind, name, pointer, object: value };
}

function* componentElements(components: JsonObject): Generator<Element> {
  for (const [name, value, pointer] of entries(components.securitySchemes, '/components/securitySchemes')) yield* one('security scheme', name, [value, pointer]);
  for (const [name, value, pointer] of entries(components.parameters, '/components/parameters')) yield* parameter(name, [value, pointer]);
  for (const [name, value, pointer] of entries(components.headers, '/components/headers')) yield* parameter(name, [value, pointer], 'header');
  for (const [name, value, pointer] of entries(components.responses, '/components/responses')) yield* answer(name, [value, pointer]);
  for (const [name, value, pointer] of entries(components.requestBodies, '/components/requestBodies')) yield* content(name, [value, pointer]);
  for (const [name, value, pointer] of entries(components.schemas, '/components/schemas')) {
    if (isObject(value)) yield { kind: 'schema', name, pointer, object: value };
    yield* properties(name, [value, pointer]);
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
    for (const [status, value, at] of entries(operation.responses, `${pointer}/${method}/responses`)) yield* answer(`${status} of ${name}`, [value, at]);
  }
}

function* parameters(owner: string, [list, pointer]: Located): Generator<Element> {
  for (const [index, value] of asArray(list).entries()) yield* parameter(`${asString(asObject(value).name) ?? index} of ${owner}`, [value, `${pointer}/${index}`]);
}

function* parameter(name: string, located: Located, kind: 'parameter' | 'header' = 'parameter'): Generator<Element> {
  yield* one(kind, name, located);
  yield* properties(name, [asObject(located[0]).schema, `${located[1]}/schema`]);
  yield* content(name, located);
}

function* answer(name: string, located: Located): Generator<Element> {
  yield* one('answer', name, located);
  for (const [header, value, pointer] of entries(asObject(located[0]).headers, `${located[1]}/headers`)) yield* parameter(`${header} of ${name}`, [value, pointer], 'header');
  yield* content(name, located);
}

function* content(name: string, [value, pointer]: Located): Generator<Element> {
  for (const [, media, at] of entries(asObject(value).content, `${pointer}/content`)) yield* properties(name, [asObject(media).schema, `${at}/schema`]);
}

/** The properties written inside one schema, at any depth. */
function* properties(owner: string, [schema, pointer]: Located): Generator<Element> {
  if (!isObject(schema)) return;
  for (const [name, value, at] of entries(schema.properties, `${pointer}/properties`)) {
    if (isObject(value)) yield { kind: 'property', name: `${owner}.${name}`, pointer: at, object: value };
    yield* properties(`${owner}.${name}`, [value, at]);
  }
  for (const keyword of ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', extensions.encrypted]) yield* properties(owner, [schema[keyword], `${pointer}/${keyword}`]);
  for (const keyword of ['allOf', 'anyOf', 'oneOf', 'prefixItems']) {
    for (const [index, child] of asArray(schema[keyword]).entries()) yield* properties(owner, [child, `${pointer}/${keyword}/${index}`]);
  }
  for (const keyword of ['patternProperties', 'dependentSchemas', '$defs']) {
    for (const [, child, at] of entries(schema[keyword], `${pointer}/${keyword}`)) yield* properties(owner, [child, at]);
  }
}

function entries(value: Json | undefined, pointer: string): [name: string, value: Json, pointer: string][] {
  return Object.entries(asObject(value)).filter(([name]) => !name.startsWith('x-') || pointer.endsWith('/properties') || pointer.endsWith('/headers'))
    .map(([name, child]) => [name, child, `${pointer}/${escapeSegment(name)}`]);
}
