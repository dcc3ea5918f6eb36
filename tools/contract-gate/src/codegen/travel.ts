import type { OperationPlace, SchemaPlace } from '../spec/operations.ts';
import type { Converted } from './convert.ts';
import type { Direction } from './direction.ts';
import type { Schema } from './template/schema.ts';

/** Finds which way the values of each named schema travel. What is inside a JWE travels with it. */
export class TravelMap {
  readonly #schemas: Converted;

  constructor(schemas: Converted) {
    this.#schemas = schemas;
  }

  /**
   * The directions of every named schema that an operation reaches. What a webhook is called with comes from
   * the provider, as an answer does.
   */
  of(
    operations: readonly OperationPlace[],
    webhooks: readonly OperationPlace[] = [],
  ): Map<string, Set<Direction>> {
    const directions = new Map<string, Set<Direction>>();
    for (const operation of operations)
      this.#travel(operation, { sent: 'request', received: 'answer' }, directions);
    for (const webhook of webhooks)
      this.#travel(webhook, { sent: 'answer', received: 'request' }, directions);
    return directions;
  }

  #travel(
    { parameters, request, responses }: OperationPlace,
    { sent, received }: Readonly<Record<'sent' | 'received', Direction>>,
    directions: Map<string, Set<Direction>>,
  ): void {
    const places = [request?.json?.schema, ...parameters.map(({ schema }) => schema)];
    for (const place of places) this.#reach(place, sent, directions);
    for (const { json } of responses.values()) this.#reach(json?.schema, received, directions);
  }

  #reach(place: SchemaPlace | undefined, direction: Direction, found: Map<string, Set<Direction>>): void {
    if (place === undefined) return;
    const waiting = [...this.#namesIn(this.#schemas.schema(place.schema, place.pointer))];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const known = found.get(name) ?? new Set();
      if (known.has(direction)) continue;
      found.set(name, known.add(direction));
      waiting.push(...this.#namesIn(this.#schemas.named.get(name) ?? true));
    }
  }

  *#namesIn(schema: Schema): Generator<string> {
    if (typeof schema === 'boolean') return;
    if (schema.$ref !== undefined) yield schema.$ref;
    const plaintext = this.#schemas.notesOf(schema)?.plaintext;
    if (plaintext !== undefined) yield plaintext;
    for (const child of childrenOf(schema)) yield* this.#namesIn(child);
  }
}

/** The schemas that are written inside a schema. */
export function childrenOf(schema: Exclude<Schema, boolean>): Schema[] {
  const { properties, patternProperties, dependentSchemas, allOf, anyOf, oneOf, prefixItems } = schema;
  const { items, contains, additionalProperties, propertyNames, unevaluatedItems, unevaluatedProperties } =
    schema;
  const single = [
    items,
    contains,
    additionalProperties,
    propertyNames,
    unevaluatedItems,
    unevaluatedProperties,
  ];
  return [
    ...[properties, patternProperties, dependentSchemas].flatMap((map) => Object.values(map ?? {})),
    ...[allOf, anyOf, oneOf, prefixItems].flatMap((list) => list ?? []),
    ...[...single, schema.not, schema.if, schema.then, schema.else].filter((one) => one !== undefined),
  ];
}
