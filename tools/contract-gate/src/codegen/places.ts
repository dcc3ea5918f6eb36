import { SpecError } from '../spec/errors.ts';
import { extensions } from '../spec/extensions.ts';
import {
  asArray,
  asObject,
  asString,
  escapeSegment,
  isObject,
  type Json,
  type JsonObject,
  segmentsOf,
  valueAt,
} from '../spec/json.ts';
import { follow } from '../spec/operations.ts';

/** The fields of a body that a spec marks; `*` in a pointer stands for every item or member. */
export interface MarkedPlaces {
  /** JWE strings, with the reference to their plaintext's schema. */
  readonly encrypted: readonly { readonly pointer: string; readonly ref: string }[];
  readonly sensitive: readonly { readonly pointer: string; readonly kind: string }[];
}

/** More marked places in one body than anybody can mean; a mesh of recursive schemas has millions. */
const placeLimit = 10_000;

/**
 * Everything a spec marks in the values of one schema. Does not look inside JWE strings; a schema that
 * contains itself is followed once. Throws `SpecError` when there are too many places to list.
 */
export function markedPlaces(document: JsonObject, schema: Json): MarkedPlaces {
  const encrypted = new Map<string, string>();
  const sensitive = new Map<string, string>();
  const leadsToMark = leadingTo(document);
  const refs: string[] = [];
  const visit = (value: Json | undefined, pointer: string): void => {
    if (!isObject(value)) return;
    const ref = asString(asObject(value[extensions.encrypted]).$ref);
    const kind = asString(value[extensions.sensitive]);
    if (ref !== undefined) encrypted.set(pointer, ref);
    if (kind !== undefined) sensitive.set(pointer, kind);
    if (encrypted.size + sensitive.size > placeLimit) throw tooMany();
    const target = asString(value.$ref);
    if (target !== undefined && leadsToMark(target) && !refs.includes(target)) {
      refs.push(target);
      visit(valueAt(document, target), pointer);
      refs.pop();
    }
    for (const [child, step] of steps(value)) visit(child, `${pointer}${step}`);
  };
  visit(schema, '');
  return {
    encrypted: [...encrypted].map(([pointer, ref]) => ({ pointer, ref })),
    sensitive: [...sensitive].map(([pointer, kind]) => ({ pointer, kind })),
  };
}

function leadingTo(document: JsonObject): (ref: string) => boolean {
  const known = leading.get(document) ?? leadingRefs(document);
  leading.set(document, known);
  return known;
}

const leading = new WeakMap<JsonObject, (ref: string) => boolean>();

/**
 * Tells the references behind which something is marked; only those are worth following. Linear in the
 * document.
 */
function leadingRefs(document: JsonObject): (ref: string) => boolean {
  const known = new Map<string, boolean>();
  const referrers = new Map<string, string[]>();
  const marked: string[] = [];
  const explore = (ref: string): void => {
    const waiting = [ref];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (known.has(next)) continue;
      known.set(next, false);
      const found = localMarks(valueAt(document, next));
      if (found.marked) marked.push(next);
      for (const target of found.refs) {
        referrers.set(target, [...(referrers.get(target) ?? []), next]);
        waiting.push(target);
      }
    }
    for (let next = marked.pop(); next !== undefined; next = marked.pop()) {
      if (known.get(next) === true) continue;
      known.set(next, true);
      marked.push(...(referrers.get(next) ?? []));
    }
  };
  return (ref) => {
    if (!known.has(ref)) explore(ref);
    return known.get(ref) === true;
  };
}

function localMarks(schema: Json | undefined): { marked: boolean; refs: string[] } {
  const refs: string[] = [];
  let marked = false;
  const visit = (value: Json | undefined): void => {
    if (!isObject(value)) return;
    if (value[extensions.encrypted] !== undefined || value[extensions.sensitive] !== undefined) marked = true;
    const ref = asString(value.$ref);
    if (ref !== undefined) refs.push(ref);
    for (const [child] of steps(value)) visit(child);
  };
  visit(schema);
  return { marked, refs };
}

function tooMany(): SpecError {
  return new SpecError('spec-schema-unusable', `a body has more than ${placeLimit} marked places`, {
    hint: 'Mark fewer fields of schemas that refer to each other in circles.',
  });
}

/**
 * The sensitive fields that a schema itself describes: in its inline parts and compositions, not in the named
 * schemas of its fields. A field counts when it is marked, or what it refers to is. Gives field name and
 * kind.
 */
export function ownSensitiveFields(document: JsonObject, schema: Json): Map<string, string> {
  const fields = new Map<string, string>();
  const seen = new Set<string>();
  const leadsToMark = leadingTo(document);
  const visit = (value: Json | undefined, field: string): void => {
    if (!isObject(value)) return;
    const kind =
      field === '' ? undefined : (asString(value[extensions.sensitive]) ?? markOf(document, value));
    if (kind !== undefined) fields.set(field, kind);
    const ref = asString(value.$ref);
    if (ref !== undefined && field === '' && !seen.has(ref) && leadsToMark(ref)) {
      seen.add(ref);
      visit(valueAt(document, ref), field);
    }
    for (const [child, step] of steps(value))
      visit(
        child,
        step === '' || step === '/*' || /^\/\d+$/.test(step) ? field : (segmentsOf(step)[0] ?? field),
      );
  };
  visit(schema, '');
  return fields;
}

/** What a referenced schema says of itself. */
function markOf(document: JsonObject, schema: JsonObject): string | undefined {
  return schema.$ref === undefined
    ? undefined
    : asString(asObject(follow(document, schema, '').value)[extensions.sensitive]);
}

function steps(schema: JsonObject): [Json | undefined, string][] {
  const named = Object.entries(asObject(schema.properties)).map(([name, child]): [Json, string] => [
    child,
    `/${escapeSegment(name)}`,
  ]);
  const items = asArray(schema.prefixItems).map((child, index): [Json, string] => [child, `/${index}`]);
  const every = [
    schema.items,
    schema.additionalProperties,
    schema.contains,
    ...Object.values(asObject(schema.patternProperties)),
  ];
  const same = [
    ...asArray(schema.allOf),
    ...asArray(schema.anyOf),
    ...asArray(schema.oneOf),
    schema.if,
    schema.then,
    schema.else,
    ...Object.values(asObject(schema.dependentSchemas)),
  ];
  return [
    ...named,
    ...items,
    ...every.map((child): [Json | undefined, string] => [child, '/*']),
    ...same.map((child): [Json | undefined, string] => [child, '']),
  ];
}
