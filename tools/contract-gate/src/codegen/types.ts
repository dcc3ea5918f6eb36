import openapiTS, { astToString, oapiRef, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';

import { extensions } from '../spec/extensions.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../spec/json.ts';

/** Carries the values of an extensible enum past openapi-typescript, which would close it. */
const openEnumMarker = 'x-open-enum';

/**
 * The TypeScript types of a document: openapi-typescript's, with two differences. A string with `x-encrypted` is a
 * `Jwe<Plaintext>`, and an extensible enum takes any string beside those it lists.
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
  const literals = known.filter((value) => typeof value === 'string').map((value) => factory.createLiteralTypeNode(factory.createStringLiteral(value)));
  const anyString = factory.createIntersectionTypeNode([factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword), factory.createTypeLiteralNode([])]);
  return factory.createUnionTypeNode([...literals, factory.createParenthesizedType(anyString)]);
}

/** The document with extensible enums marked instead of listed. */
function prepared(value: Json): Json {
  if (Array.isArray(value)) return value.map(prepared);
  if (!isObject(value)) return value;
  const { enum: listed, ...rest } = value;
  const open = listed !== undefined && value[extensions.extensibleEnum] === true;
  const source = open ? { ...rest, [openEnumMarker]: listed } : value;
  return Object.fromEntries(Object.entries(source).map(([key, child]) => [key, key === openEnumMarker ? child : prepared(child)]));
}
