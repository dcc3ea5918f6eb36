import {
  asArray,
  asObject,
  asString,
  isObject,
  type Json,
  type JsonObject,
  escapeSegment,
} from '../spec/json.ts';
import { follow, methods } from '../spec/operations.ts';

/** A part of a document, where it is written after references are followed. */
export interface Part {
  readonly object: JsonObject;
  readonly pointer: string;
}

/** One operation, reduced to what is compared. */
export interface Operation extends Part {
  readonly method: string;
  /** The template as it is written. */
  readonly path: string;
  /** The template without the names of its parameters: `/a/{}`. */
  readonly shape: string;
  readonly item: Part;
  readonly document: JsonObject;
}

/** The part at a key, with its reference followed. `undefined` when there is none. */
export function partAt(document: JsonObject, parent: Part, key: string): Part | undefined {
  const value = parent.object[key];
  return value === undefined ? undefined : arrive(document, value, `${parent.pointer}/${escapeSegment(key)}`);
}

/** Every named part below a key. */
export function partsAt(document: JsonObject, parent: Part | undefined, key: string): Map<string, Part> {
  const found = parent === undefined ? undefined : partAt(document, parent, key);
  // A header may well be called `x-...`; anywhere else that is an extension.
  return new Map(
    Object.keys(found?.object ?? {})
      .filter((name) => key === 'headers' || !name.startsWith('x-'))
      .flatMap((name): [string, Part][] => {
        const part = found === undefined ? undefined : partAt(document, found, name);
        return part === undefined ? [] : [[name, part]];
      }),
  );
}

/** Follows the reference of a value; what leads nowhere is empty. */
export function arrive(document: JsonObject, value: Json, pointer: string): Part {
  const place = follow(document, value, pointer);
  return { object: asObject(place.value), pointer: place.pointer };
}

/** All operations below `paths`, or below another map of path items. */
export function operationsIn(document: JsonObject, items: ReadonlyMap<string, Part>): Operation[] {
  return [...items].flatMap(([path, item]) =>
    methodsOf(item).flatMap((method) => {
      const written = method.in.object[method.name];
      if (!isObject(written)) return [];
      const { object, pointer } = arrive(document, written, `${method.in.pointer}/${method.name}`);
      const shape = path.replaceAll(/\{[^}]*\}/g, '{}');
      return [{ document, method: method.name.toUpperCase(), path, shape, item, object, pointer }];
    }),
  );
}

/** The fixed methods, and OpenAPI 3.2's `additionalOperations`. */
function methodsOf(item: Part): { readonly name: string; readonly in: Part }[] {
  const others = {
    object: asObject(item.object.additionalOperations),
    pointer: `${item.pointer}/additionalOperations`,
  };
  return [
    ...methods.map((name) => ({ name, in: item })),
    ...Object.keys(others.object).map((name) => ({ name, in: others })),
  ];
}

/** One parameter or header, however it is written. */
export interface Field extends Part {
  readonly name: string;
  /** `query`, `path`, `header`, `cookie`; for a header of an answer, `header`. */
  readonly place: string;
  readonly required: boolean;
  /** What makes it the same field in both documents. */
  readonly key: string;
}

/** The parameters of an operation: those of its path, replaced by its own of the same name and place. */
export function parametersOf({ document, item, object, pointer, path }: Operation): Map<string, Field> {
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? '');
  const lists = [
    [item.object.parameters, `${item.pointer}/parameters`],
    [object.parameters, `${pointer}/parameters`],
  ] as const;
  const fields = lists.flatMap(([list, at]) =>
    asArray(list).map((value, index): Field => {
      const part = arrive(document, value, `${at}/${index}`);
      const [name, place] = [asString(part.object.name) ?? '', asString(part.object.in) ?? ''];
      return {
        ...part,
        name,
        place,
        required: part.object.required === true || place === 'path',
        key: fieldKey(place, place === 'path' && names.includes(name) ? String(names.indexOf(name)) : name),
      };
    }),
  );
  return new Map(placed(fields, names).map((field) => [field.key, field]));
}

/**
 * Path parameters that the template does not name stand for the places that no parameter names, in their
 * order.
 */
function placed(fields: readonly Field[], names: readonly string[]): Field[] {
  const free = names.flatMap((name, index) =>
    fields.some((field) => field.place === 'path' && field.name === name) ? [] : [index],
  );
  return fields.map((field) => {
    if (field.place !== 'path' || names.includes(field.name)) return field;
    const index = free.shift();
    return index === undefined ? field : { ...field, key: fieldKey('path', String(index)) };
  });
}

/** The headers of an answer. `Content-Type` is said by the media types. */
export function headersOf(document: JsonObject, response: Part): Map<string, Field> {
  const fields = [...partsAt(document, response, 'headers')].map(
    ([name, part]): Field => ({
      ...part,
      name,
      place: 'header',
      required: part.object.required === true,
      key: fieldKey('header', name),
    }),
  );
  return new Map(
    fields.filter(({ key }) => key !== 'header content-type').map((field) => [field.key, field]),
  );
}

/** Header names know no case. */
function fieldKey(place: string, name: string): string {
  return `${place} ${place === 'header' ? name.toLowerCase() : name}`;
}
