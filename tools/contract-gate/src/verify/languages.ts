import { asString, isArray, type Json, type JsonObject } from '../spec/json.ts';

/** What a matcher lets pass, as a schema; by its name in the Pact specification. */
export const languages: Readonly<
  Record<string, (matcher: JsonObject, example: Json) => JsonObject | undefined>
> = {
  equality: (_, example) => ({ const: example }),
  type: (_, example) => ({ type: kindOf(example) }),
  regex: ({ regex }) => ({ type: 'string', pattern: asString(regex) ?? '' }),
  // Pact cannot say how wide an integer is: it is taken to be no wider than the narrowest format there is.
  integer: () => ({ type: 'integer', format: 'int32' }),
  decimal: () => ({ type: 'number' }),
  number: () => ({ type: 'number' }),
  boolean: () => ({ type: 'boolean' }),
  null: () => ({ type: 'null' }),
  include: ({ value }) => ({ type: 'string', pattern: RegExp.escape(asString(value) ?? '') }),
  notEmpty: (_, example) =>
    typeof example === 'string' ? { type: 'string', minLength: 1 } : { type: kindOf(example) },
  // Their forms are Java's, not those of a JSON Schema format: the example stands for them.
  date: (_, example) => ({ const: example }),
  time: (_, example) => ({ const: example }),
  timestamp: (_, example) => ({ const: example }),
  datetime: (_, example) => ({ const: example }),
};

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  return typeof value;
}
