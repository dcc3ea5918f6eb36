import {
  asArray,
  asObject,
  asString,
  escapeSegment,
  isObject,
  type Json,
  type JsonObject,
} from '../spec/json.ts';
import { follow, methods } from '../spec/operations.ts';
import type { Direction } from './direction.ts';

/** Writes the type of a schema where it stands, and gives what stands for it in the document. */
export type Stub = (schema: Json, pointer: string, direction: Direction) => JsonObject;

const docs = ['summary', 'description', 'deprecated'] as const;

/**
 * The document without its schemas, for openapi-typescript: paths, operations, parameters and bodies as they
 * are, every schema replaced by a stub, and what is referred to outside the components put in place of the
 * reference.
 */
export class StubDocument {
  readonly #document: JsonObject;
  readonly #stub: Stub;

  constructor(document: JsonObject, stub: Stub) {
    this.#document = document;
    this.#stub = stub;
  }

  /** `ids` names each operation by `path method`. */
  build(schemas: JsonObject, ids: ReadonlyMap<string, string>): JsonObject {
    const { paths, webhooks, components } = this.#document;
    const parts = asObject(components);
    const items = (value: Json | undefined, pointer: string): JsonObject =>
      mapped(withoutExtensions(value), pointer, (item, at, name) =>
        this.#pathItem(item, at, (method) => ids.get(`${name} ${method}`)),
      );
    return {
      openapi: '3.1.0',
      info: { title: 'stub', version: '1' },
      paths: items(paths, '/paths'),
      ...(isObject(webhooks) ? { webhooks: items(webhooks, '/webhooks') } : {}),
      components: {
        schemas,
        responses: mapped(parts.responses, '/components/responses', (one, at) =>
          this.#body(one, at, 'answer'),
        ),
        parameters: mapped(parts.parameters, '/components/parameters', (one, at) => this.#parameter(one, at)),
        requestBodies: mapped(parts.requestBodies, '/components/requestBodies', (one, at) =>
          this.#body(one, at, 'request'),
        ),
        headers: mapped(parts.headers, '/components/headers', (one, at) =>
          this.#parameter(one, at, 'answer'),
        ),
      },
    };
  }

  #pathItem(value: Json, pointer: string, idOf: (method: string) => string | undefined): JsonObject {
    const item = follow(this.#document, value, pointer);
    const object = asObject(item.value);
    const operations = methods.flatMap((method) => {
      const operation = object[method];
      const at = `${item.pointer}/${method}`;
      return isObject(operation) ? [[method, this.#operation(operation, at, idOf(method))] as const] : [];
    });
    return {
      ...picked(object, docs),
      parameters: this.#parameters(object.parameters, `${item.pointer}/parameters`),
      ...Object.fromEntries(operations),
    };
  }

  #operation(operation: JsonObject, pointer: string, id: string | undefined): JsonObject {
    const { requestBody, parameters, responses } = operation;
    return {
      ...picked(operation, docs),
      ...(id === undefined ? {} : { operationId: id }),
      parameters: this.#parameters(parameters, `${pointer}/parameters`),
      ...(requestBody === undefined
        ? {}
        : { requestBody: this.#body(requestBody, `${pointer}/requestBody`, 'request') }),
      responses: mapped(withoutExtensions(responses), `${pointer}/responses`, (one, at) =>
        this.#body(one, at, 'answer'),
      ),
    };
  }

  #parameters(list: Json | undefined, pointer: string): JsonObject[] {
    return asArray(list).map((value, index) => this.#parameter(value, `${pointer}/${index}`));
  }

  /** A parameter, or a header, which has the same form. */
  #parameter(value: Json, pointer: string, direction: Direction = 'request'): JsonObject {
    const place = this.#placeOf(value, pointer, ['parameters', 'headers']);
    if (place === undefined) return asObject(value);
    const object = asObject(place.value);
    const schema = object.schema ?? asObject(Object.values(asObject(object.content))[0]).schema;
    const at = object.schema === undefined ? `${place.pointer}/content` : `${place.pointer}/schema`;
    return {
      ...picked(object, [...docs, 'name', 'in', 'required']),
      schema: this.#stub(schema ?? true, at, direction),
    };
  }

  /** A request body or an answer. */
  #body(value: Json, pointer: string, direction: Direction): JsonObject {
    const place = this.#placeOf(value, pointer, ['responses', 'requestBodies']);
    if (place === undefined) return asObject(value);
    const object = asObject(place.value);
    return {
      description: asString(object.description) ?? '',
      ...picked(object, ['required']),
      ...(object.headers === undefined
        ? {}
        : {
            headers: mapped(object.headers, `${place.pointer}/headers`, (one, at) =>
              this.#parameter(one, at, 'answer'),
            ),
          }),
      ...(object.content === undefined
        ? {}
        : {
            content: mapped(object.content, `${place.pointer}/content`, (media, at) => {
              const { schema } = asObject(follow(this.#document, media, at).value);
              return schema === undefined ? {} : { schema: this.#stub(schema, `${at}/schema`, direction) };
            }),
          }),
    };
  }

  /** `undefined` when the value is a reference to a component of such a kind, which stays. */
  #placeOf(
    value: Json,
    pointer: string,
    kinds: readonly string[],
  ): { value: Json | undefined; pointer: string } | undefined {
    const ref = asString(asObject(value).$ref);
    const stays =
      kinds.some((kind) => ref?.startsWith(`#/components/${kind}/`) === true) && ref?.split('/').length === 4;
    return stays ? undefined : follow(this.#document, value, pointer);
  }
}

function picked(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (object[key] === undefined ? [] : [[key, object[key]]])));
}

/** Paths and statuses have extensions beside them; a header or a component may well be called `x-...`. */
function withoutExtensions(value: Json | undefined): JsonObject {
  return Object.fromEntries(Object.entries(asObject(value)).filter(([name]) => !name.startsWith('x-')));
}

function mapped(
  value: Json | undefined,
  pointer: string,
  change: (value: Json, pointer: string, name: string) => JsonObject,
): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(value)).map(([name, one]) => [
      name,
      change(one, `${pointer}/${escapeSegment(name)}`, name),
    ]),
  );
}
