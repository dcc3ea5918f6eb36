import { extensions } from './extensions.ts';
import {
  asString,
  escapeSegment,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  pointerOf,
  segmentsOf,
  valueAt,
} from './json.ts';

/** A `$ref` of a document. */
export interface Reference {
  readonly ref: string;
  /** Where it is written, as a JSON Pointer. */
  readonly pointer: string;
  /**
   * The pointer of the `x-...` around it, which says nothing about messages; `undefined` outside of those.
   */
  readonly extension: string | undefined;
}

/** Where the files that a document refers to are kept. */
export const filesKey = 'x-files';

/** Keys whose content is data, where a `$ref` is just a word; below a map of names every key is a name. */
const data = new Set(['example', 'examples', 'default', 'const', 'enum', 'value']);
const maps = new Set(['properties', 'schemas', 'patternProperties', '$defs', 'dependentSchemas']);

/** True for a map whose keys are names given by the document, by the path that leads to it. */
export function isMapOfNames(path: readonly string[]): boolean {
  return maps.has(path.at(-1) ?? '') && !maps.has(path.at(-2) ?? '');
}

/** True for a key with data behind it: an example, a default, a constant. In a map of names it is a name. */
export function isData(key: string, inMap: boolean): boolean {
  return !inMap && data.has(key);
}

/** True for a `$id` that is an address, and not an anchor as older drafts have it. */
export function isAddress(id: string | undefined): boolean {
  return id !== undefined && id !== '' && !id.startsWith('#');
}

/** Every `$ref` of a document, with its place; not those in data. */
export function* references(
  value: Json,
  path: readonly string[] = [],
  extension?: string,
): Generator<Reference> {
  if (isArray(value)) {
    for (const [index, item] of value.entries()) yield* references(item, [...path, String(index)], extension);
  } else if (isObject(value)) {
    const named = isMapOfNames(path);
    const ref = named ? undefined : asString(value.$ref);
    if (ref !== undefined) yield { ref, pointer: pointerOf([...path, '$ref']), extension };
    for (const [key, child] of Object.entries(value)) {
      if (isData(key, named)) continue;
      const inside = [...path, key];
      const opens = !named && key.startsWith('x-') && key !== extensions.encrypted && key !== filesKey;
      yield* references(child, inside, extension ?? (opens ? pointerOf(inside) : undefined));
    }
  }
}

/**
 * The first reference that leads nowhere. One in an extension counts only when something refers into that
 * extension: what tools keep there for themselves is often cut off from what it was made of.
 */
export function brokenReference(document: JsonObject): Reference | undefined {
  let marks: ReadonlySet<string> | undefined;
  let inUse: readonly string[] | undefined;
  for (const reference of references(document)) {
    const { ref, extension } = reference;
    if (ref === '#') continue;
    if (ref.startsWith('#/') && valueAt(document, ref) !== undefined) continue;
    marks ??= anchorsOf(document);
    if (marks.has(ref)) continue;
    if (extension === undefined) return reference;
    inUse ??= [...references(document)].map((one) => pointerOf(segmentsOf(one.ref)));
    if (inUse.some((target) => target === extension || target.startsWith(`${extension}/`))) return reference;
  }
  return undefined;
}

/**
 * What a reference may name without a path: `$anchor`, `$dynamicAnchor`, and `$id` as older drafts have it.
 */
function anchorsOf(document: Json): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [schema] of schemasIn(document)) {
    for (const anchor of [asString(schema.$anchor), asString(schema.$dynamicAnchor)])
      if (anchor !== undefined) found.add(`#${anchor}`);
    const id = asString(schema.$id);
    if (id?.startsWith('#') === true) found.add(id);
  }
  return found;
}

/** The schemas that have a `$id`, by it: what a reference may name instead of a path. */
export function identified(document: Json): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [schema, pointer] of schemasIn(document)) {
    const id = asString(schema.$id)?.replace(/#$/, '');
    if (id !== undefined && isAddress(id) && !found.has(id)) found.set(id, pointer);
  }
  return found;
}

/** Every object that may be a schema, with its pointer. */
function* schemasIn(value: Json, pointer = ''): Generator<readonly [schema: JsonObject, pointer: string]> {
  if (isArray(value)) {
    for (const [index, item] of value.entries()) yield* schemasIn(item, `${pointer}/${index}`);
  } else if (isObject(value)) {
    yield [value, pointer];
    for (const [key, child] of Object.entries(value))
      if (!data.has(key)) yield* schemasIn(child, `${pointer}/${escapeSegment(key)}`);
  }
}
