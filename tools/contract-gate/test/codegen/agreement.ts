import { SeededRandom } from '@enrollkit/base';

import type { Direction } from '../../src/codegen/direction.ts';
import { tableOf } from '../../src/codegen/files.ts';
import { type ContractModel, modelOf } from '../../src/codegen/model.ts';
import { pascal } from '../../src/codegen/names.ts';
import { validator } from '../../src/codegen/template/index.ts';
import { typesOf } from '../../src/codegen/types.ts';
import { parseSpec } from '../../src/index.ts';
import { isObject, type Json, type JsonObject } from '../../src/spec/json.ts';
import { typeVerdicts } from './assignable.ts';
import { Meaning } from './meaning.ts';
import { type Dialect, type Grammar, SchemaWriter } from './random-schemas.ts';
import { ValueWriter } from './random-values.ts';

/** A value that the type, the generated validator or ajv judge differently, where they must agree. */
export interface Disagreement {
  readonly seed: number;
  readonly validator: string;
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

/** How the values of a document's schemas travel; with `none`, it has no operations. */
type Travel = Direction | 'both' | 'none';

/**
 * ajv forgets, inside a list, that an empty list contains nothing; it knows no member `__proto__`, and does
 * not miss one whose name is empty.
 */
const ajvErrs = /"contains"|"__proto__"|"required":\[[^\]]*""/;

/** Names of schemas: one of them is no identifier, another means something to JavaScript. */
const oddNames = [
  '2FA',
  'Record',
  'string',
  'a.b',
  'a-b',
  'aB',
  'constructor',
  '__proto__',
  'default',
  'S_1',
];

/**
 * Compares the verdicts on random values of random schemas: of all types and validators of one document of
 * OpenAPI. The seed decides all.
 */
export async function agreement(
  seed: number,
  grammar: Grammar,
  size: { schemas: number; values: number },
): Promise<Agreement> {
  const random = new SeededRandom(seed);
  const document = randomDocument(random, grammar, size.schemas);
  const model = modelOf(parseSpec(JSON.stringify(document.written), 'x.json'));
  const writing = new ValueWriter(document.schemas, random);
  const judged = judgedIn(model, document).map((one) => ({
    ...one,
    values: Array.from({ length: size.values }, () => writing.write(one.schema)),
  }));
  const types = typeVerdicts(await typesOf(model, './runtime'), judged);
  const meanings = new Map(
    (['request', 'answer'] as const).map((direction) => [
      direction,
      new Meaning(document.schemas, document.dialect, direction),
    ]),
  );
  const table = tableOf(model);
  const disagreements: Disagreement[] = [];
  let [pairs, accepted] = [0, 0];
  for (const [index, { name, entry, direction, schema, values }] of judged.entries()) {
    const validate = validator(table, entry, direction);
    const text = reachable(document.schemas, schema);
    const judge = ajvErrs.test(text) ? undefined : meanings.get(direction)?.judge(schema);
    for (const [at, value] of values.entries()) {
      const valid = validate(value).valid;
      const said = { type: types(index, at), validator: valid, ajv: judge?.(value) ?? valid };
      [pairs, accepted] = [pairs + 1, accepted + Number(valid)];
      const typed = grammar === 'exact' ? said.type === valid : said.type || !valid;
      if (!typed || valid !== said.ajv)
        disagreements.push({ seed, validator: name, schema: JSON.stringify(schema), value, said });
    }
  }
  return { pairs, accepted, disagreements };
}

interface RandomDocument {
  readonly dialect: Dialect;
  readonly schemas: readonly Json[];
  readonly names: readonly string[];
  /** Schemas of bodies and parameters, by the names of their operations. */
  readonly unnamed: ReadonlyMap<string, Json>;
  readonly written: JsonObject;
}

function randomDocument(random: SeededRandom, grammar: Grammar, count: number): RandomDocument {
  const dialect = random.pick<Dialect>(['3.0', '3.1']);
  // A type takes what any of the ways allows: where it must be exact, there is one.
  const travel = random.pick<Travel>([
    'request',
    'answer',
    'none',
    ...(grammar === 'full' ? ['both' as const] : []),
  ]);
  const openEnums = grammar === 'full' || travel === 'answer';
  const writer = new SchemaWriter(random, { grammar, dialect, openEnums }, count);
  const schemas = Array.from({ length: count }, (_, index) => writer.named(index));
  const names = schemas.map((_, index) => oddNames[index - 3] ?? `S${index}`);
  const ids = travel === 'none' ? [] : ['send', 'find-1', 'a b'];
  const unnamed = new Map(ids.map((id) => [id, writer.unnamed()]));
  return { dialect, schemas, names, unnamed, written: written({ dialect, schemas, names, unnamed }, travel) };
}

function written(
  { dialect, schemas, names, unnamed }: Omit<RandomDocument, 'written'>,
  travel: Travel,
): JsonObject {
  const place = (schema: Json): Json => withNames(schema, names);
  const body = (schema: Json): JsonObject => ({ content: { 'application/json': { schema } } });
  const operation = (id: string, schema: Json): JsonObject => ({
    operationId: id,
    ...(travel === 'answer' ? {} : { requestBody: body(schema) }),
    responses: { '200': { description: 'x', ...(travel === 'request' ? {} : body(schema)) } },
  });
  const all = names.map((_, index) => ({ $ref: `S${index}` }));
  return {
    openapi: `${dialect}.0`,
    info: { title: 'Random', version: '1' },
    paths:
      travel === 'none'
        ? {}
        : Object.fromEntries(
            [...unnamed, ['all', { anyOf: all }] as const].map(([id, schema], index) => [
              `/${index}`,
              { post: operation(id, place(schema)) },
            ]),
          ),
    components: { schemas: Object.fromEntries(schemas.map((one, index) => [names[index], place(one)])) },
  };
}

/** The schema with references as a document has them. */
function withNames(schema: Json, names: readonly string[]): Json {
  if (Array.isArray(schema)) return schema.map((one) => withNames(one, names));
  if (!isObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      keyword === '$ref' && typeof value === 'string'
        ? `#/components/schemas/${names[Number(value.slice(1))] ?? ''}`
        : withNames(value, names),
    ]),
  );
}

interface Judged {
  readonly name: string;
  readonly entry: string;
  readonly direction: Direction;
  readonly type: string;
  readonly schema: Json;
}

/** The validators of the document, with the schemas that they were made of. */
function judgedIn(model: ContractModel, { schemas, names, unnamed }: RandomDocument): Judged[] {
  const sources = new Map(schemas.map((schema, index) => [names[index], schema]));
  for (const [id, schema] of unnamed)
    for (const part of ['Request', '200']) sources.set(`#${pascal(id)}${part}`, schema);
  return model.validators.flatMap((one) => {
    const schema = sources.get(one.entry);
    return schema === undefined ? [] : [{ ...one, schema }];
  });
}

/** The text of a schema and of all it refers to. */
function reachable(schemas: readonly Json[], schema: Json): string {
  const found = new Map<string, string>([['', JSON.stringify(schema)]]);
  for (const text of found.values())
    for (const [, index = ''] of text.matchAll(/"\$ref":"S(\d+)"/g))
      if (!found.has(index)) found.set(index, JSON.stringify(schemas[Number(index)]));
  return [...found.values()].join();
}
