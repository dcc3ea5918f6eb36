import openapiTS, { astToString, oapiRef, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';

import { extensions } from '../spec/extensions.ts';
import { asArray, asObject, asString, isArray, isObject, type Json, type JsonObject } from '../spec/json.ts';

/** Carries the values of an extensible enum past openapi-typescript, which would close it. */
const openEnumMarker = 'x-open-enum';

/**
 * The TypeScript types of a document: openapi-typescript's, with three differences. A string with `x-encrypted` is a
 * `Jwe<Plaintext>`, an extensible enum takes any string beside those it lists, and `anyOf` beside `properties` is a
 * further condition and not an alternative.
 */
export async function typesOf(document: JsonObject): Promise<string> {
  const nodes = await openapiTS(prepared(document) as unknown as OpenAPI3, {
    silent: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    transform: (schema) => typeFor(schema as unknown as JsonObject),
  });
  return `import type { Jwe } from '../runtime.ts';\n\n${astToString(nodes)}`;
}

function typeFor(schema: JsonObject): ts.TypeNode | undefined {
  if (schema.type !== 'string') return undefined;
  const ref = asString(asObject(schema[extensions.encrypted]).$ref);
  if (ref !== undefined) return ts.factory.createTypeReferenceNode('Jwe', [oapiRef(ref)]);
  const known = schema[openEnumMarker];
  return Array.isArray(known) ? openUnion(asArray(known)) : undefined;
}

/** `'A' | 'B' | (string & {})`: editors offer the listed values, the compiler takes any. */
function openUnion(known: readonly Json[]): ts.TypeNode {
  const { factory } = ts;
  const literals = known
    .filter((value) => typeof value === 'string')
    .map((value) => factory.createLiteralTypeNode(factory.createStringLiteral(value)));
  const anyString = factory.createIntersectionTypeNode([
    factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
    factory.createTypeLiteralNode([]),
  ]);
  return factory.createUnionTypeNode([...literals, factory.createParenthesizedType(anyString)]);
}

/** The document in a form that openapi-typescript renders rightly: extensible enums marked, compositions spelled out. */
function prepared(value: Json): Json {
  if (isArray(value)) return value.map(prepared);
  if (!isObject(value)) return value;
  const { enum: listed, ...rest } = value;
  if (isArray(listed) && value[extensions.extensibleEnum] === true)
    return { ...members(rest), [openEnumMarker]: listed };
  return members(intersected(withBranches(value)));
}

function members(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).map(([key, child]) => [key, prepared(child)]));
}

/** A branch that only says what is required says nothing to openapi-typescript: it gets the properties it is about. */
function withBranches(schema: JsonObject): JsonObject {
  const properties = asObject(schema.properties);
  const branch = (value: Json): Json => {
    if (!isObject(value) || Object.keys(value).join() !== 'required') return value;
    const names = asArray(value.required).filter(
      (name) => typeof name === 'string' && properties[name] !== undefined,
    );
    return {
      type: 'object',
      required: names,
      properties: Object.fromEntries(names.map((name) => [String(name), properties[String(name)] ?? {}])),
    };
  };
  const spelled = compositions.flatMap((keyword) => {
    const branches = schema[keyword];
    return isArray(branches) ? [[keyword, branches.map(branch)] as const] : [];
  });
  return { ...schema, ...Object.fromEntries(spelled) };
}

const compositions = ['anyOf', 'oneOf', 'allOf'] as const;
const shapes = ['properties', 'additionalProperties', 'patternProperties', 'allOf', 'oneOf'] as const;

/** openapi-typescript reads `anyOf` beside `properties` as one more alternative; it is a further condition. */
function intersected(schema: JsonObject): JsonObject {
  const { anyOf, ...core } = schema;
  if (!isArray(anyOf) || !shapes.some((keyword) => schema[keyword] !== undefined)) return schema;
  const { description, deprecated, ...rest } = core;
  return {
    ...(description === undefined ? {} : { description }),
    ...(deprecated === undefined ? {} : { deprecated }),
    allOf: [rest, { anyOf }],
  };
}
