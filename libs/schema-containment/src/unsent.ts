import { asArray, isObject, type Json, type JsonObject } from './json.ts';
import type { Mode } from './node.ts';
import type { Resolver, Target } from './resolver.ts';

/**
 * Tells which properties do not travel in a direction: the `readOnly` ones of a request, the `writeOnly` ones
 * of an answer.
 */
export class UnsentNames {
  readonly #resolver: Resolver;
  readonly #siblingsIgnored: boolean;

  /** `siblingsIgnored`: what stands beside a reference says nothing, as in OpenAPI 3.0. */
  constructor(resolver: Resolver, siblingsIgnored: boolean) {
    this.#resolver = resolver;
    this.#siblingsIgnored = siblingsIgnored;
  }

  /** Names of properties that do not travel in this direction, here or in what `allOf` adds. */
  of(raw: JsonObject, mode: Mode, seen: Set<Json> = new Set()): Set<string> {
    const names = new Set<string>();
    if (mode.direction === 'any' || seen.has(raw)) return names;
    seen.add(raw);
    for (const [name, value] of isObject(raw.properties) ? Object.entries(raw.properties) : []) {
      if (this.#isUnsent(value, mode, new Set())) names.add(name);
    }
    const target = this.#target(raw);
    for (const part of [...asArray(raw.allOf), ...(target === undefined ? [] : [target.raw])]) {
      if (isObject(part)) for (const name of this.of(part, mode, seen)) names.add(name);
    }
    return names;
  }

  #target(raw: JsonObject): Target | undefined {
    const target = this.#resolver.target(raw);
    return target === 'unknown' ? undefined : target;
  }

  #isUnsent(raw: Json, mode: Mode, seen: Set<Json>): boolean {
    if (!isObject(raw) || seen.has(raw)) return false;
    seen.add(raw);
    const target = this.#target(raw);
    const word = { request: 'readOnly', response: 'writeOnly', any: '' }[mode.direction];
    const own = target === undefined || !this.#siblingsIgnored ? raw[word] === true : false;
    return (
      own ||
      [...asArray(raw.allOf), ...(target === undefined ? [] : [target.raw])].some((part) =>
        this.#isUnsent(part, mode, seen),
      )
    );
  }
}
