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
import { follow, operationsOf } from '../spec/operations.ts';
import { filesKey } from '../spec/references.ts';

/**
 * Keys name the parts of a contract that code can use, in the way in which generated types nest:
 * `/schemas/Address/zip`, `/operations/getCard`, `/operations/getCard/parameters/query/serviceId`.
 */
export class ContractKeys {
  readonly #document: JsonObject;
  readonly #names: ReadonlyMap<string, string>;
  readonly #referrers = new Map<string, string[]>();
  readonly #operations = new Map<string, string>();

  /** `names`: the name of each named schema by its pointer, where it is not its name among the components. */
  constructor(document: JsonObject, names: ReadonlyMap<string, string>) {
    this.#document = document;
    this.#names = names;
    for (const { pointer, id } of operationsOf(document)) this.#operations.set(pointer, id);
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
    const schema = this.#named(segments);
    if (schema !== undefined) {
      const { name, properties } = nested([schema.name, ...segments.slice(schema.length)]);
      const own = pointerOf(['schemas', name, ...properties]);
      // A member is used under its own name, wherever its object is.
      if (properties.length > 0) return new Set([own]);
      return new Set([own, ...this.#users(segments.slice(0, schema.length), seen)]);
    }
    if (segments[0] === 'components') return this.#users(segments.slice(0, 3), seen);
    const used = this.#inOperation(segments);
    if (used.length > 0 || segments[0] !== filesKey) return new Set(used);
    const target = segments.findLastIndex((_, index) => this.#isReferredTo(segments.slice(0, index + 1)));
    return this.#users(segments.slice(0, target + 1), seen);
  }

  /** The named schema that a pointer leads into, and how many of its segments lead there. */
  #named(segments: readonly string[]): { readonly name: string; readonly length: number } | undefined {
    for (let length = segments.length; length > 0; length -= 1) {
      const name = this.#names.get(pointerOf(segments.slice(0, length)));
      if (name !== undefined) return { name, length };
    }
    const [first, second, name] = segments;
    const isComponent = first === 'components' && second === 'schemas';
    return isComponent && name !== undefined ? { name, length: 3 } : undefined;
  }

  #isReferredTo(target: readonly string[]): boolean {
    return this.#referrers.has(pointerOf(target));
  }

  #users(target: readonly string[], seen: Set<string>): Set<string> {
    const referrers = this.#referrers.get(pointerOf(target)) ?? [];
    return new Set(referrers.flatMap((pointer) => [...this.#climb(pointer, seen)]));
  }

  /** Members of an inline body, parameters, or else the operations themselves. */
  #inOperation(segments: readonly string[]): string[] {
    const { hit, length } = this.#operationsAt(segments);
    const rest = segments.slice(length);
    const parameter =
      rest[0] === 'parameters' ? this.#parameter(pointerOf(segments.slice(0, length + 2))) : undefined;
    if (parameter !== undefined)
      return hit.map((id) => pointerOf(['operations', id, 'parameters', ...parameter]));
    const schema = rest.indexOf('schema');
    const { properties } = nested(['', ...rest.slice(schema + 1)]);
    if (schema === -1 || properties.length === 0) return hit.map((id) => pointerOf(['operations', id]));
    return hit.map((id) => pointerOf(['operations', id, ...rest.slice(0, schema), ...properties]));
  }

  /** The operation around a place, or those of the path item around it, and how many segments lead there. */
  #operationsAt(segments: readonly string[]): { readonly hit: readonly string[]; readonly length: number } {
    const fewest = segments[0] === filesKey ? 3 : 2;
    for (let length = segments.length; length >= fewest; length -= 1) {
      const pointer = pointerOf(segments.slice(0, length));
      const own = this.#operations.get(pointer);
      if (own !== undefined) return { hit: [own], length };
      const item = follow(this.#document, valueAt(this.#document, pointer), pointer).pointer;
      const inside = [...this.#operations].filter(([at]) => at.startsWith(`${item}/`)).map(([, id]) => id);
      if (inside.length > 0) return { hit: inside, length };
    }
    return { hit: [], length: segments.length };
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
      if (ref?.startsWith('#/') === true) {
        const target = pointerOf(segmentsOf(ref));
        this.#referrers.set(target, [...(this.#referrers.get(target) ?? []), pointerOf(path)]);
      }
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
