import { extensions } from '../spec/extensions.ts';
import { asString, isArray, isObject, type Json, type JsonObject } from '../spec/json.ts';

/**
 * What stays of a JWE string besides the schema of its content: what says something about the field, not
 * about the string.
 */
const kept = ['description', 'deprecated', extensions.provenance];

/**
 * The document with every JWE string replaced by the schema of what is inside it: valid OpenAPI for tools
 * that cannot see inside a JWE. A replaced field is marked `x-travels-as: jwe`. The argument is not changed.
 */
export function plainView(document: JsonObject): JsonObject {
  const old = asString(document.openapi)?.startsWith('3.0.') === true;
  const view = (value: Json): Json => {
    if (isArray(value)) return value.map(view);
    if (!isObject(value)) return value;
    if (extensions.encrypted in value)
      return opened(value, { old, plaintext: view(value[extensions.encrypted] ?? {}) });
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, view(child)]));
  };
  return view(document) as JsonObject;
}

function opened(
  schema: JsonObject,
  { old, plaintext }: { readonly old: boolean; readonly plaintext: Json },
): JsonObject {
  const about = Object.fromEntries(
    kept.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]]])),
  );
  const marked = { ...about, [extensions.travelsAs]: 'jwe' };
  const nullable = schema.nullable === true || (isArray(schema.type) && schema.type.includes('null'));
  // OpenAPI 3.0 ignores whatever stands beside a `$ref`.
  if (old) return { ...marked, allOf: [plaintext], ...(nullable ? { nullable: true } : {}) };
  if (nullable) return { ...marked, anyOf: [plaintext, { type: 'null' }] };
  return isObject(plaintext) ? { ...plaintext, ...marked } : { ...marked, allOf: [plaintext] };
}
