import type { Json, JsonObject } from '../../../src/spec/json.ts';

/** How large a document is made, and whether it is the version that follows. */
export interface Edition {
  /** Resources, each with some operations and schemas. */
  readonly resources: number;
  readonly revised: boolean;
}

/** A description of the length that such fields usually have. */
export const words =
  'A description of the length that such fields usually have in the documents of providers.';

/** A reference to a schema of the components; the name is escaped as references are. */
export function ref(name: string): JsonObject {
  return {
    $ref: `#/components/schemas/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`,
  };
}

/** The content of a body in one media type. */
export function json(schema: Json, mediaType = 'application/json'): JsonObject {
  return { content: { [mediaType]: { schema } } };
}

/** A body, or an answer, with a description. */
export function described(description: string, more: JsonObject = {}): JsonObject {
  return { description, ...more };
}

/** Properties made by number: `field_0`, `field_1`, ... */
export function fields(
  count: number,
  make: (index: number) => readonly [name: string, schema: Json],
): JsonObject {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => make(index)));
}
