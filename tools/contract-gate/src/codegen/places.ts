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

/** A schema reached from a body, with the pointer, in the body, of the values it describes (`*`: every item or member). */
export interface Reached {
  readonly pointer: string;
  readonly schema: JsonObject;
}

/** A field of a body that a spec marks. */
export interface MarkedPlaces {
  /** JWE strings, with the reference to their plaintext's schema. */
  readonly encrypted: readonly { readonly pointer: string; readonly ref: string }[];
  readonly sensitive: readonly { readonly pointer: string; readonly kind: string }[];
  /** Extensible enums, the values of all branches that meet at one pointer together. */
  readonly openEnums: readonly { readonly pointer: string; readonly known: readonly string[] }[];
}

/** Everything a spec marks in the values of one schema. Does not look inside JWE strings. */
export function markedPlaces(document: JsonObject, schema: Json): MarkedPlaces {
  const encrypted = new Map<string, string>();
  const sensitive = new Map<string, string>();
  const openEnums = new Map<string, Set<string>>();
  for (const reached of reach(document, schema, { pointer: '', refs: [] })) {
    const { pointer } = reached;
    const plaintext = reached.schema[extensions.encrypted];
    const ref = asString(asObject(plaintext).$ref);
    const kind = asString(reached.schema[extensions.sensitive]);
    if (ref !== undefined) encrypted.set(pointer, ref);
    if (kind !== undefined) sensitive.set(pointer, kind);
    if (reached.schema[extensions.extensibleEnum] === true) {
      const known = openEnums.get(pointer) ?? new Set();
      for (const value of asArray(reached.schema.enum)) if (typeof value === 'string') known.add(value);
      openEnums.set(pointer, known);
    }
  }
  return {
    encrypted: [...encrypted].map(([pointer, ref]) => ({ pointer, ref })),
    sensitive: [...sensitive].map(([pointer, kind]) => ({ pointer, kind })),
    openEnums: [...openEnums].map(([pointer, known]) => ({ pointer, known: [...known] })),
  };
}

/**
 * The sensitive fields that a schema itself describes: in its inline parts and compositions, not in the named schemas
 * of its fields. A field counts when it is marked, or what it refers to is. Gives field name and kind.
 */
export function ownSensitiveFields(document: JsonObject, schema: Json): Map<string, string> {
  const fields = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (value: Json | undefined, field: string): void => {
    if (!isObject(value)) return;
    const kind = asString(value[extensions.sensitive]) ?? markOf(document, value);
    if (kind !== undefined && field !== '') fields.set(field, kind);
    const ref = asString(value.$ref);
    if (ref !== undefined && field === '' && !seen.has(ref)) {
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

interface Way {
  readonly pointer: string;
  /** References followed since the body, to stop at a schema that contains itself. */
  readonly refs: readonly string[];
}

/** Every reference that is written in a schema; those inside what it refers to are not followed. */
export function* referencesIn(schema: Json | undefined): Generator<string> {
  if (!isObject(schema)) return;
  const ref = asString(schema.$ref);
  if (ref !== undefined) yield ref;
  for (const [child] of steps(schema)) yield* referencesIn(child);
}

/** Every schema that describes some part of the values of this one, a schema that contains itself once. */
export function* reach(document: JsonObject, schema: Json | undefined, way: Way): Generator<Reached> {
  if (!isObject(schema)) return;
  yield { pointer: way.pointer, schema };
  const ref = asString(schema.$ref);
  if (ref !== undefined && !way.refs.includes(ref))
    yield* reach(document, valueAt(document, ref), { ...way, refs: [...way.refs, ref] });
  for (const [child, step] of steps(schema)) {
    yield* reach(document, child, { ...way, pointer: `${way.pointer}${step}` });
  }
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
