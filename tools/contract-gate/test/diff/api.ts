import type { Json, JsonObject } from '../../src/spec/json.ts';

/** Small documents around the one thing a case is about. */

export type Version = '3.0.3' | '3.1.0';

/** A document with these path items. */
export function api(paths: Json, rest: JsonObject = {}, version: Version = '3.1.0'): JsonObject {
  return { openapi: version, info: { title: 'case', version: '1' }, paths, ...rest };
}

/** A document with one operation. */
export function one(operation: JsonObject, rest: JsonObject = {}, version: Version = '3.1.0'): JsonObject {
  return api(
    { '/things': { post: { responses: { 200: { description: 'ok' } }, ...operation } } },
    rest,
    version,
  );
}

/** The schema in the body of a request. */
export function asked(schema: Json, version: Version = '3.1.0', components: JsonObject = {}): JsonObject {
  return one(
    { requestBody: { required: true, content: { 'application/json': { schema } } } },
    { components },
    version,
  );
}

/** The schema in the body of an answer. */
export function answered(schema: Json, version: Version = '3.1.0', components: JsonObject = {}): JsonObject {
  return one(
    { responses: { 200: { description: 'ok', content: { 'application/json': { schema } } } } },
    { components },
    version,
  );
}

/** A GET with these parameters. */
export function parameters(list: readonly Json[], version: Version = '3.1.0', path = '/things'): JsonObject {
  return api(
    { [path]: { get: { parameters: list, responses: { 200: { description: 'ok' } } } } },
    {},
    version,
  );
}

/** An operation with these answers. */
export function answers(responses: JsonObject): JsonObject {
  return one({ responses });
}

/** A JSON answer. */
export function json(schema: Json, more: JsonObject = {}): JsonObject {
  return { description: 'ok', content: { 'application/json': { schema } }, ...more };
}
