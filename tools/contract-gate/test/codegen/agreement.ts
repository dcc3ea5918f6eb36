import { SeededRandom } from '@enrollkit/base';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ts from 'typescript';

import { tableOf } from '../../src/codegen/files.ts';
import { modelOf } from '../../src/codegen/model.ts';
import { type Direction } from '../../src/codegen/direction.ts';
import { validator } from '../../src/codegen/template/index.ts';
import { typesOf } from '../../src/codegen/types.ts';
import { parseSpec } from '../../src/index.ts';
import type { Json, JsonObject } from '../../src/spec/json.ts';
import { type Grammar, SchemaWriter, ValueWriter } from './random-schemas.ts';

/** A value that the type, the generated validator or ajv judge differently, where they must agree. */
export interface Disagreement {
  readonly seed: number;
  readonly schema: string;
  readonly value: Json;
  readonly said: Readonly<Record<'type' | 'validator' | 'ajv', boolean>>;
}

/** What one document of random schemas showed. */
export interface Agreement {
  readonly pairs: number;
  readonly accepted: number;
  readonly disagreements: readonly Disagreement[];
}

/** Compares the verdicts on random values of random schemas; the seed decides all. */
export async function agreement(
  seed: number,
  grammar: Grammar,
  size: { schemas: number; values: number },
): Promise<Agreement> {
  const random = new SeededRandom(seed);
  const writer = new SchemaWriter(random, grammar, size.schemas);
  const schemas = Object.fromEntries(
    Array.from({ length: size.schemas }, (_, index) => [`S${index}`, writer.named(index)]),
  );
  const writing = new ValueWriter(schemas, random);
  const values = Object.keys(schemas).map((name) =>
    Array.from({ length: size.values }, () => writing.write({ $ref: name })),
  );
  const model = modelOf(parseSpec(JSON.stringify(documentOf(schemas)), 'x.json'));
  const types = typeVerdicts(await typesOf(model, './runtime'), values);
  const table = tableOf(model);
  const ajv = ajvOf(schemas);
  const disagreements: Disagreement[] = [];
  let accepted = 0;
  for (const [index, name] of Object.keys(schemas).entries()) {
    for (const [at, value] of (values[index] ?? []).entries()) {
      const said = {
        type: types(index, at),
        validator: validator(table, name, 'request')(value).valid,
        ajv: ajv(name, value),
      };
      if (said.validator) accepted += 1;
      const typed = grammar === 'exact' ? said.type === said.validator : said.type || !said.validator;
      // ajv forgets, inside a list, that an empty list contains nothing.
      const comparable = !/"contains"/.test(reachable(schemas, name));
      if (!typed || (comparable && said.validator !== said.ajv))
        disagreements.push({ seed, schema: JSON.stringify(schemas[name]), value, said });
    }
  }
  return { pairs: size.schemas * size.values, accepted, disagreements };
}

/** The text of a schema and of all it refers to. */
function reachable(schemas: Readonly<Record<string, Json>>, name: string): string {
  const found = new Map<string, string>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    const text = JSON.stringify(schemas[next]);
    found.set(next, text);
    waiting.push(...[...text.matchAll(/"\$ref":"(S\d+)"/g)].map(([, target = '']) => target));
  }
  return [...found.values()].join();
}

function documentOf(schemas: Readonly<Record<string, Json>>): JsonObject {
  const content = (direction: Direction) => ({
    description: direction,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } },
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Random', version: '1' },
    paths: {
      '/x': {
        post: {
          operationId: 'send',
          requestBody: content('request'),
          responses: { '204': { description: 'x' } },
        },
      },
    },
    components: {
      schemas: JSON.parse(
        JSON.stringify(schemas).replaceAll(/"\$ref":"(S\d+)"/g, '"$ref":"#/components/schemas/$1"'),
      ) as JsonObject,
    },
  };
}

function ajvOf(schemas: Readonly<Record<string, Json>>): (name: string, value: Json) => boolean {
  const ajv = new Ajv2020({ strict: false, logger: false });
  const $defs = JSON.parse(
    JSON.stringify(schemas)
      .replaceAll(/"\$ref":"(S\d+)"/g, '"$ref":"all#/$defs/$1"')
      .replaceAll('"enum":[]', '"not":{}'),
  ) as JsonObject;
  ajv.addSchema({ $id: 'all', $defs });
  return (name, value) => ajv.validate({ $ref: `all#/$defs/${name}` }, value) === true;
}

/** Asks the compiler whether the type of each value is assignable to the type of its schema. */
function typeVerdicts(
  types: string,
  values: readonly (readonly Json[])[],
): (index: number, at: number) => boolean {
  const lines = values.flatMap((list, index) =>
    list.map((value, at) => `export type V${index}_${at} = ${typeOfValue(value)};\n`),
  );
  const file = 'all.ts';
  const runtime = 'type Jwe<T> = string & { readonly jwe: T };\ntype PlainPathsOf<T> = T;\n';
  const text = `${runtime}${types.replace(/^import .*$/m, '')}\n${lines.join('')}`;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es5.d.ts'],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram({
    rootNames: [file],
    options,
    host: {
      ...host,
      fileExists: (name) => name === file || host.fileExists(name),
      getSourceFile: (name, version) =>
        name === file ? ts.createSourceFile(name, text, version, true) : host.getSourceFile(name, version),
    },
  });
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error('the program has no file');
  const faults = program.getSemanticDiagnostics(source).concat(program.getSyntacticDiagnostics(source));
  if (faults.length > 0)
    throw new Error(
      ts.formatDiagnostics(faults.slice(0, 3), {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => '',
        getNewLine: () => '\n',
      }),
    );
  const checker = program.getTypeChecker();
  const aliases = new Map(
    source.statements
      .filter(ts.isTypeAliasDeclaration)
      .map((one) => [one.name.text, checker.getTypeAtLocation(one)] as const),
  );
  return (index, at) => {
    const [value, schema] = [aliases.get(`V${index}_${at}`), aliases.get(`S${index}`)];
    if (value === undefined || schema === undefined) throw new Error('a type is missing');
    return checker.isTypeAssignableTo(value, schema);
  };
}

function typeOfValue(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(typeOfValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${typeOfValue(member)}`)
    .join('; ')} }`;
}
