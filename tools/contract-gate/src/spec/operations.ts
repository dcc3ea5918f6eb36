import {
  asArray,
  asObject,
  asString,
  isObject,
  type Json,
  type JsonObject,
  pointerOf,
  segmentsOf,
  valueAt,
} from './json.ts';

/** The methods an OpenAPI path item may hold, in the order in which they are listed. */
export const methods = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'query',
] as const;

/** A schema where it stands. */
export interface SchemaPlace {
  readonly schema: Json;
  /** JSON Pointer of the schema in the document. */
  readonly pointer: string;
}

/** A parameter after references are followed; `pointer` is where it is written. */
export interface ParameterPlace {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly object: JsonObject;
  readonly schema: SchemaPlace | undefined;
  readonly pointer: string;
}

/** A request body or an answer after references are followed. */
export interface BodyPlace {
  readonly object: JsonObject;
  readonly pointer: string;
  readonly required: boolean;
  /** The first JSON media type, if there is one. */
  readonly json: { readonly mediaType: string; readonly schema: SchemaPlace } | undefined;
}

/** One operation with everything it refers to. */
export interface OperationPlace {
  /**
   * Its `operationId`; `method path` made into a word when it has none, or one that an operation before it
   * has. No two operations of a document have the same.
   */
  readonly id: string;
  readonly method: (typeof methods)[number];
  readonly path: string;
  readonly object: JsonObject;
  readonly pointer: string;
  readonly parameters: readonly ParameterPlace[];
  readonly request: BodyPlace | undefined;
  /** By status: `200`, `4XX`, `default`. */
  readonly responses: ReadonlyMap<string, BodyPlace>;
}

/** All operations of a document, in the order of its paths. */
export function operationsOf(document: JsonObject, root: 'paths' | 'webhooks' = 'paths'): OperationPlace[] {
  const places = Object.entries(asObject(document[root])).flatMap(([path, item]) => {
    const place = follow(document, item, pointerOf([root, path]));
    return methods.flatMap((method) => {
      const written = asObject(place.value)[method];
      if (!isObject(written)) return [];
      const { value, pointer } = follow(document, written, `${place.pointer}/${method}`);
      return [{ path, method, object: asObject(value), pointer, item: place }];
    });
  });
  const ids = idsOf(places);
  return places.map((place) => operation(document, place, ids.get(place) ?? ''));
}

/** The first operation with an `operationId` keeps it; the others are named by method and path. */
function idsOf(places: readonly Found[]): Map<Found, string> {
  const ids = new Map<Found, string>();
  const taken = new Set<string>();
  const take = (place: Found, id: string): void => {
    taken.add(id);
    ids.set(place, id);
  };
  for (const place of places) {
    const id = asString(place.object.operationId);
    if (id !== undefined && !taken.has(id)) take(place, id);
  }
  for (const place of places) {
    if (ids.has(place)) continue;
    const word = wordOf(place);
    let id = word;
    for (let count = 2; taken.has(id); count += 1) id = `${word}${count}`;
    take(place, id);
  }
  return ids;
}

function wordOf({ method, path }: Found): string {
  const capital = (_: string, next: string | undefined): string => (next ?? '').toUpperCase();
  return `${method}${path.replaceAll(/[^A-Za-z0-9]+(.)?/g, capital)}`;
}

/** Follows `$ref`s from a value to what it means. Stops at a circle of references. */
export function follow(
  document: JsonObject,
  value: Json | undefined,
  pointer: string,
): { value: Json | undefined; pointer: string } {
  const seen = new Set<string>();
  let place = { value, pointer };
  for (;;) {
    const ref = asString(asObject(place.value).$ref);
    if (ref === undefined || !ref.startsWith('#') || seen.has(ref)) return place;
    seen.add(ref);
    place = { value: valueAt(document, ref), pointer: pointerOf(segmentsOf(ref)) };
  }
}

interface Found {
  readonly path: string;
  readonly method: (typeof methods)[number];
  readonly object: JsonObject;
  readonly pointer: string;
  readonly item: { readonly value: Json | undefined; readonly pointer: string };
}

function operation(document: JsonObject, found: Found, id: string): OperationPlace {
  const { path, method, object, pointer } = found;
  const requestBody = object.requestBody;
  const responses = Object.entries(asObject(object.responses)).filter(([status]) => !status.startsWith('x-'));
  return {
    id,
    method,
    path,
    object,
    pointer,
    parameters: parametersOf(document, found, pointer),
    request: requestBody === undefined ? undefined : body(document, requestBody, `${pointer}/requestBody`),
    responses: new Map(
      responses.map(([status, value]) => [status, body(document, value, `${pointer}/responses/${status}`)]),
    ),
  };
}

/**
 * Those of the path item, replaced by those of the operation with the same name and place (OpenAPI 3.1
 * section 4.8.10).
 */
function parametersOf(document: JsonObject, found: Found, pointer: string): ParameterPlace[] {
  const byKey = new Map<string, ParameterPlace>();
  const lists: [Json | undefined, string][] = [
    [asObject(found.item.value).parameters, `${found.item.pointer}/parameters`],
    [found.object.parameters, `${pointer}/parameters`],
  ];
  for (const [list, listPointer] of lists) {
    for (const [index, value] of asArray(list).entries()) {
      const place = follow(document, value, `${listPointer}/${index}`);
      const object = asObject(place.value);
      const name = asString(object.name) ?? '';
      const where = asString(object.in) ?? '';
      const schema =
        object.schema === undefined
          ? undefined
          : { schema: object.schema, pointer: `${place.pointer}/schema` };
      byKey.set(`${where} ${name}`, {
        name,
        in: where,
        required: object.required === true,
        object,
        schema,
        pointer: place.pointer,
      });
    }
  }
  return [...byKey.values()];
}

function body(document: JsonObject, value: Json, pointer: string): BodyPlace {
  const place = follow(document, value, pointer);
  const object = asObject(place.value);
  const media = Object.entries(asObject(object.content)).find(([type]) =>
    /^application\/(json|.*\+json)\b/i.test(type),
  );
  const schema = media === undefined ? undefined : asObject(media[1]).schema;
  return {
    object,
    pointer: place.pointer,
    required: object.required === true,
    json:
      media === undefined || schema === undefined
        ? undefined
        : {
            mediaType: media[0],
            schema: { schema, pointer: `${place.pointer}${pointerOf(['content', media[0], 'schema'])}` },
          },
  };
}
