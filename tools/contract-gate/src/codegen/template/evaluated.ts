import { expressionOf, isRecord, type Run, silently } from './run.ts';
import type { Making, Schema, SchemaObject } from './schema.ts';

/** What the applicators of a schema are asked with. */
export interface Asking extends Making {
  readonly run: Run;
}

/** The members that a schema and its applicators have judged (JSON Schema 2020-12, core, section 11.3). */
export function evaluatedProperties(schema: SchemaObject, value: object, asking: Asking): Set<string> {
  const known = new Set<string>();
  const patterns = Object.keys(schema.patternProperties ?? {}).map(expressionOf);
  for (const key of Object.keys(value)) {
    const own = Object.hasOwn(schema.properties ?? {}, key) || patterns.some((pattern) => pattern.test(key));
    if (own || schema.additionalProperties !== undefined) known.add(key);
  }
  for (const part of applied(schema, value, asking)) {
    if (part.unevaluatedProperties !== undefined) for (const key of Object.keys(value)) known.add(key);
    for (const key of evaluatedProperties(part, value, asking)) known.add(key);
  }
  return known;
}

/** The same for the items of a list, by index (section 11.2). */
export function evaluatedItems(schema: SchemaObject, value: readonly unknown[], asking: Asking): Set<number> {
  const known = new Set<number>();
  const contained = schema.contains === undefined ? undefined : asking.compile(schema.contains);
  for (const [index, item] of value.entries()) {
    const own = schema.items !== undefined || index < (schema.prefixItems ?? []).length;
    if (own || (contained !== undefined && silently(contained, item, asking.run))) known.add(index);
  }
  for (const part of applied(schema, value, asking)) {
    if (part.unevaluatedItems !== undefined) for (const index of value.keys()) known.add(index);
    for (const index of evaluatedItems(part, value, asking)) known.add(index);
  }
  return known;
}

/** The schemas that a schema applies to the same value, and that hold for it. */
function* applied(
  schema: SchemaObject,
  value: unknown,
  { table, compile, run }: Asking,
): Generator<SchemaObject> {
  const holds = (one: Schema): boolean => silently(compile(one), value, run);
  const condition = schema.if !== undefined && holds(schema.if);
  const dependent = Object.entries(schema.dependentSchemas ?? {})
    .filter(([name]) => isRecord(value) && Object.hasOwn(value, name))
    .map(([, one]) => one);
  const parts = [
    schema.$ref === undefined ? undefined : table[schema.$ref],
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...dependent,
    ...(condition ? [schema.if, schema.then] : [schema.else]),
  ];
  for (const part of parts) if (typeof part === 'object' && holds(part)) yield part;
}
