import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';

import { asObject, asString, type JsonObject } from '../spec/json.ts';
import type { Bundle } from '../spec/bundle.ts';
import { Layout } from './layout.ts';
import { type ContractModel, modelOf } from './model.ts';
import { type Direction } from './direction.ts';
import { quote } from './print.ts';
import { recursionIn } from './recursion.ts';
import { StubDocument } from './stub-document.ts';
import { typeText } from './type-text.ts';

/** Begins the constant that stands for a type while openapi-typescript writes what is around it. */
const mark = '@@type ';
const markedType = /"@@type (\d+)"/g;

const plainPaths = `
/** \`paths\` with every request body in clear: where the contract has a JWE, its plaintext may be given. */
export type PlainPaths = PlainPathsOf<paths>;
`;

/** How deep openapi-typescript has components, and the bodies of operations. */
const componentIndent = ' '.repeat(8);
const bodyIndent = ' '.repeat(20);

/**
 * The TypeScript types of a contract. openapi-typescript writes paths, operations and components; the type of
 * every schema is ours, made of the same tables as the checks, so that the two agree.
 */
export async function typesOf(model: ContractModel, runtime: string): Promise<string> {
  const { schemas, spec, operations, typeNames } = model;
  const texts: string[] = [];
  const recursion = recursionIn(schemas.named);
  const reference = (name: string): string =>
    recursion.lists.has(name)
      ? (typeNames.get(name) ?? name)
      : `components["schemas"][${JSON.stringify(name)}]`;
  const common = { notesOf: schemas.notesOf, schemaOf: (name: string) => schemas.named.get(name), reference };
  const textOf = (name: string): string =>
    recursion.endless.has(name)
      ? 'unknown'
      : typeText(
          schemas.named.get(name) ?? true,
          {
            ...common,
            // What no operation reaches is judged as we would send it, and typed so.
            directions: model.directions.get(name) ?? new Set(['request']),
          },
          recursion.lists.has(name) ? '' : componentIndent,
        );
  const named = [...schemas.named.keys()].map((name) => {
    const type = recursion.lists.has(name) ? (typeNames.get(name) ?? name) : textOf(name);
    return [
      name,
      { 'x-type': type, ...docsOf(schemas.notesOf(schemas.named.get(name) ?? true)?.source) },
    ] as const;
  });
  const stub = new StubDocument(spec.document, (schema, pointer, direction: Direction) => {
    const directions = new Set([direction]);
    texts.push(typeText(schemas.schema(schema, pointer), { ...common, directions }, bodyIndent));
    return { const: `${mark}${texts.length - 1}` };
  });
  const ids = new Map(operations.map(({ place, typeKey }) => [`${place.path} ${place.method}`, typeKey]));
  const nodes = await openapiTS(stub.build(Object.fromEntries(named), ids) as unknown as OpenAPI3, {
    silent: true,
    defaultNonNullable: false,
    transform: (schema) => typeNode(asString(asObject(schema as unknown as JsonObject)['x-type'])),
  });
  const aliases = [...typeNames].map(([name, alias]) => {
    const target = recursion.lists.has(name) ? textOf(name) : `components['schemas'][${quote(name)}]`;
    return `export type ${alias} = ${target};\n`;
  });
  const bare = astToString(nodes).replaceAll(
    markedType,
    (_, index: string) => texts[Number(index)] ?? 'unknown',
  );
  const written = `${bare}${aliases.join('')}${plainPaths}`;
  const imported = written.includes('Jwe<') ? 'Jwe, PlainPathsOf' : 'PlainPathsOf';
  return `import type { ${imported} } from '${runtime}';\n\n${written}`;
}

/** The generated types of a document alone, and how they name its schemas. */
export interface DocumentTypes {
  /** As the generated code of a spec has them. */
  readonly text: string;
  /** The name of each schema that has one, by the pointer to where it is written. */
  readonly names: ReadonlyMap<string, string>;
}

/** The types of a document alone. Throws `SpecError` with the place. */
export async function typesOfDocument({ file, document, locate }: Bundle): Promise<DocumentTypes> {
  const model = modelOf({ file, name: '', document, locate });
  return { text: await typesOf(model, new Layout().runtime), names: model.schemas.names };
}

/** A type as it is written, in place of a node. */
function typeNode(text: string | undefined): ts.TypeNode | undefined {
  return text === undefined ? undefined : ts.factory.createTypeReferenceNode(text);
}

function docsOf(source: JsonObject | undefined): JsonObject {
  return Object.fromEntries(
    ['title', 'description', 'deprecated'].flatMap((key) =>
      source?.[key] === undefined ? [] : [[key, source[key]]],
    ),
  );
}
