import { isArray, type Json, type JsonObject } from '../spec/json.ts';

const aboutObjects = [
  'properties',
  'required',
  'additionalProperties',
  'patternProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedProperties',
];
const aboutArrays = [
  'items',
  'prefixItems',
  'contains',
  'minItems',
  'maxItems',
  'uniqueItems',
  'unevaluatedItems',
];

/**
 * A schema that describes members describes an object, although the letter of JSON Schema lets any other
 * value pass.
 */
export function impliedType(schema: JsonObject): Json | undefined {
  if (schema.enum !== undefined || 'const' in schema || schema.$ref !== undefined) return undefined;
  const [objects, arrays] = [aboutObjects, aboutArrays].map((keywords) =>
    keywords.some((keyword) => schema[keyword] !== undefined),
  );
  if (objects && arrays) return ['object', 'array'];
  if (objects) return 'object';
  return arrays ? 'array' : undefined;
}

/**
 * OpenAPI 3.0: `nullable` around a composition, or an enum without a type. By the letter it would say nothing
 * there; whoever writes it means null as well, and every generator reads it so.
 */
export function isNullableAround(schema: JsonObject): boolean {
  if (schema.nullable !== true) return false;
  const isComposed = ['allOf', 'anyOf', 'oneOf', 'not'].some((keyword) => schema[keyword] !== undefined);
  return isComposed || (schema.enum !== undefined && schema.type === undefined);
}

/**
 * OpenAPI 3.0: `nullable` beside an enum, and exclusive bounds that are booleans (OpenAPI 3.0.4 section
 * 4.7.24).
 */
export function fromOldDialect(schema: JsonObject, result: Record<string, unknown>): void {
  if (
    schema.nullable === true &&
    schema.type !== undefined &&
    isArray(schema.enum) &&
    !schema.enum.includes(null)
  ) {
    const keyword = 'open' in result ? 'open' : 'enum';
    result[keyword] = [...schema.enum, null];
  }
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    delete result[exclusive];
    if (!schema[exclusive] || result[bound] === undefined) continue;
    result[exclusive] = result[bound];
    delete result[bound];
  }
}
