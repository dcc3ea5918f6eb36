import type { Json, JsonObject } from '../../src/json.ts';

/** How older drafts write what 2020-12 writes otherwise. */
export type Draft = 'draft-04' | 'draft-07';

const maps = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas']);
const values = new Set(['enum', 'const']);

/** The same schema in the words of an older draft, which names itself. */
export function inDraft(schema: Json, draft: Draft): Json {
  const written = spelled(schema, draft);
  return typeof written === 'object' && written !== null && !Array.isArray(written) && !('$ref' in written)
    ? { $schema: `http://json-schema.org/${draft}/schema#`, ...written }
    : written;
}

function spelled(schema: Json, draft: Draft): Json {
  if (Array.isArray(schema)) return schema.map((one: Json) => spelled(one, draft));
  if (typeof schema !== 'object' || schema === null) return schema;
  const object = schema as JsonObject;
  const inner = (key: string, value: Json): Json => {
    if (key === '$ref' && typeof value === 'string') return value.replace('$defs', 'definitions');
    if (values.has(key)) return value;
    if (!maps.has(key)) return spelled(value, draft);
    return Object.fromEntries(
      Object.entries(value as JsonObject).map(([name, one]) => [name, spelled(one, draft)]),
    );
  };
  const said = Object.fromEntries(Object.entries(object).map(([key, value]) => [key, inner(key, value)]));
  const { $defs, prefixItems, items, dependentRequired, dependentSchemas, ...rest } = said;
  const dependencies = { ...(dependentRequired as JsonObject), ...(dependentSchemas as JsonObject) };
  return {
    ...(draft === 'draft-04' ? oldBounds(rest) : rest),
    ...($defs === undefined ? {} : { definitions: $defs }),
    ...(prefixItems === undefined
      ? items === undefined
        ? {}
        : { items }
      : { items: prefixItems, ...(items === undefined ? {} : { additionalItems: items }) }),
    ...(Object.keys(dependencies).length === 0 ? {} : { dependencies }),
  };
}

/** A list of one for a constant, and an exclusive bound as a flag. */
function oldBounds({ const: constant, ...schema }: Record<string, Json>): Record<string, Json> {
  const result = { ...schema };
  if (constant !== undefined && result['enum'] === undefined) result['enum'] = [constant];
  else if (constant !== undefined) result['const'] = constant;
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const value = result[exclusive];
    if (value === undefined || result[bound] !== undefined) continue;
    result[bound] = value;
    result[exclusive] = true;
  }
  return result;
}
