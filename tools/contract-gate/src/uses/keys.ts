import {
  asObject,
  asString,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  pointerOf,
  segmentsOf,
  valueAt,
} from '../spec/json.ts';
import { operationsOf } from '../spec/operations.ts';

/**
 * Keys name the parts of a contract that code can use, in the way in which generated types nest:
 * `/schemas/Address/zip`, `/operations/getCard`, `/operations/getCard/parameters/query/serviceId`.
 */
export class ContractKeys {
  readonly #document: JsonObject;
  readonly #referrers = new Map<string, string[]>();
  readonly #operations = new Map<string, { readonly id: string; readonly path: string }>();

  constructor(document: JsonObject) {
    this.#document = document;
    for (const { pointer, path, id } of operationsOf(document)) this.#operations.set(pointer, { id, path });
    this.#findReferrers(document, []);
  }

  /**
   * The keys of what a pointer is about: the property that holds it, or else the schema, and what the schema
   * is used for: the properties it describes, the messages it is.
   */
  of(pointer: string): readonly string[] {
    return [...this.#climb(pointer, new Set())];
  }

  #climb(pointer: string, seen: Set<string>): Set<string> {
    if (seen.has(pointer)) return new Set();
    seen.add(pointer);
    const segments = segmentsOf(pointer);
    if (segments[0] === 'components' && segments[1] === 'schemas') {
      const { name, properties } = nested(segments.slice(2));
      const own = pointerOf(['schemas', name, ...properties]);
      // A member is used under its own name, wherever its object is.
      if (properties.length > 0) return new Set([own]);
      return new Set([own, ...this.#users(`#/components/schemas/${name}`, seen)]);
    }
    if (segments[0] === 'components') return this.#users(`#${pointerOf(segments.slice(0, 3))}`, seen);
    return new Set(this.#inOperation(segments));
  }

  #users(ref: string, seen: Set<string>): Set<string> {
    return new Set((this.#referrers.get(ref) ?? []).flatMap((pointer) => [...this.#climb(pointer, seen)]));
  }

  /** Members of an inline body, parameters, or else the operations themselves. */
  #inOperation(segments: readonly string[]): string[] {
    const item = pointerOf(segments.slice(0, 2));
    const own = this.#operations.get(pointerOf(segments.slice(0, 3)));
    const hit =
      own === undefined
        ? [...this.#operations]
            .filter(([pointer]) => pointer.startsWith(`${item}/`))
            .map(([, operation]) => operation)
        : [own];
    const rest = segments.slice(own === undefined ? 2 : 3);
    const parameter =
      rest[0] === 'parameters'
        ? this.#parameter(pointerOf(segments.slice(0, segments.length - rest.length + 2)))
        : undefined;
    if (parameter !== undefined)
      return hit.map(({ id }) => pointerOf(['operations', id, 'parameters', ...parameter]));
    const schema = rest.indexOf('schema');
    const { properties } = nested(['', ...rest.slice(schema + 1)]);
    if (schema === -1 || properties.length === 0) return hit.map(({ id }) => pointerOf(['operations', id]));
    return hit.map(({ id }) => pointerOf(['operations', id, ...rest.slice(0, schema), ...properties]));
  }

  #parameter(pointer: string): readonly [place: string, name: string] | undefined {
    const written = asObject(valueAt(this.#document, pointer));
    const ref = asString(written.$ref);
    const { in: place, name } = ref === undefined ? written : asObject(valueAt(this.#document, ref));
    return typeof place === 'string' && typeof name === 'string' ? [place, name] : undefined;
  }

  #findReferrers(value: Json, path: readonly string[]): void {
    if (isArray(value)) {
      for (const [index, item] of value.entries()) this.#findReferrers(item, [...path, String(index)]);
    } else if (isObject(value)) {
      const ref = asString(value.$ref);
      if (ref !== undefined) this.#referrers.set(ref, [...(this.#referrers.get(ref) ?? []), pointerOf(path)]);
      for (const [key, child] of Object.entries(value)) this.#findReferrers(child, [...path, key]);
    }
  }
}

/** The names of the properties on the way into a schema; lists and compositions have none. */
function nested([name = '', ...rest]: readonly string[]): {
  readonly name: string;
  readonly properties: readonly string[];
} {
  const properties: string[] = [];
  for (let index = 0; index < rest.length; index += 1) {
    if (rest[index] !== 'properties') continue;
    const property = rest[index + 1];
    if (property !== undefined) properties.push(property);
    index += 1;
  }
  return { name, properties };
}
