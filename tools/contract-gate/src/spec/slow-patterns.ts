import { mayBacktrack } from '@enrollkit/schema-containment';

import { asObject, asString, isArray, isObject, type Json, type JsonObject } from './json.ts';

/**
 * The document without patterns that take an engine that backtracks too long, for tools that have no other.
 * What such a pattern says is judged by automata afterwards. The same document when it has none.
 */
export function withoutSlowPatterns(document: JsonObject): JsonObject {
  return asObject(stripped(document));
}

/** A schema, or any part of a document, without such patterns. */
export function stripped(value: Json): Json {
  if (isArray(value)) {
    const items = value.map(stripped);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isObject(value)) return value;
  const slow = isSlow(value.pattern);
  const names = asObject(value.patternProperties);
  const slowNames = Object.keys(names).filter(isSlow);
  const entries = Object.entries(value)
    .filter(([key]) => !(slow && key === 'pattern'))
    // Names that a pattern spoke of are not "additional" because the pattern is not looked at.
    .filter(([key]) => slowNames.length === 0 || !/^(additional|unevaluated)Properties$/.test(key))
    .map(([key, inner]): [string, Json] => [
      key,
      key === 'patternProperties' && slowNames.length > 0
        ? Object.fromEntries(Object.entries(names).filter(([name]) => !slowNames.includes(name)))
        : stripped(inner),
    ]);
  const same =
    entries.length === Object.keys(value).length && entries.every(([key, inner]) => inner === value[key]);
  return same ? value : Object.fromEntries(entries);
}

function isSlow(pattern: Json | undefined): boolean {
  const text = asString(pattern);
  return text !== undefined && mayBacktrack(text);
}
