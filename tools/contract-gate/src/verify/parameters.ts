import { asObject, asString, type JsonObject } from '../spec/json.ts';
import { follow, type ParameterPlace, type SchemaPlace } from '../spec/operations.ts';
import { responseOf } from '../pact/operation.ts';
import type { Judged } from './judged.ts';
import type { Question } from './question.ts';

/** A matcher that nothing in the contract stands beside. */
type Unjudged = Pick<Question, 'matcher' | 'pointer' | 'name'>;

/**
 * The matchers of path, query, headers and status, each with the schema it is held against where there is
 * one.
 */
export function* parameterQuestions(judged: Judged): Generator<Question | Unjudged> {
  const [request, response] = judged.messages;
  if (request === undefined || response === undefined) return;
  const { pointer } = judged.interaction;
  const parts = [
    { rules: request.message.rules.get('path'), kind: 'path', at: `${pointer}/request/path` },
    { rules: request.message.rules.get('query'), kind: 'query', at: `${pointer}/request/query` },
    { rules: request.message.rules.get('header'), kind: 'header', at: `${pointer}/request/headers` },
    { rules: response.message.rules.get('header'), kind: 'answer header', at: `${pointer}/response/headers` },
    { rules: response.message.rules.get('status'), kind: 'status', at: `${pointer}/response/status` },
  ] as const;
  for (const { rules, kind, at } of parts) {
    for (const [path, matchers] of rules ?? []) {
      const name = nameIn(path);
      const schema = schemaOf(judged, kind, name);
      for (const matcher of matchers) {
        const place = name === '' ? at : `${at}/${name}`;
        const question = { matcher, pointer: place, name: name === '' ? `the ${kind}` : `${kind} ${name}` };
        if (schema !== undefined)
          yield { ...question, example: '', schemas: [schema], text: true, direction: 'request' };
        else if (isDescribed(judged, kind, name)) yield question;
      }
    }
  }
}

/** What a contract does not describe may be anything: there is nothing to judge by. */
function isDescribed({ operation, interaction }: Judged, kind: string, name: string): boolean {
  const named = (list: readonly string[]): boolean =>
    list.some((one) => one.toLowerCase() === name.toLowerCase());
  if (kind === 'path' || kind === 'status') return true;
  if (kind === 'answer header')
    return named(Object.keys(asObject(responseOf(operation, interaction.status)?.object.headers)));
  return named(operation.parameters.filter((one) => one.in === kind).map((one) => one.name));
}

function schemaOf(judged: Judged, kind: string, name: string): SchemaPlace | undefined {
  if (kind === 'path') return pathSchema(judged);
  if (kind !== 'query' && kind !== 'header') return undefined;
  const { parameters } = judged.operation;
  const same = (one: ParameterPlace): boolean => one.name.toLowerCase() === name.toLowerCase();
  const found = parameters.find((one) => one.in === kind && same(one));
  if (found?.schema !== undefined) return itemsOf(judged, found.schema);
  const [, object, member] = /^([^[]+)\[([^\]]*)\]$/.exec(name) ?? [];
  const deep = parameters.find((one) => one.in === kind && one.name === object)?.schema;
  if (deep === undefined || member === undefined) return undefined;
  const target = follow(judged.document, deep.schema, deep.pointer);
  const property = asObject(asObject(target.value).properties)[member];
  return property === undefined
    ? undefined
    : { schema: property, pointer: `${target.pointer}/properties/${member}` };
}

/** A matcher of a repeated parameter speaks about each of its values. */
function itemsOf({ document }: Judged, place: SchemaPlace): SchemaPlace {
  const target = follow(document, place.schema, place.pointer);
  const { items } = asObject(target.value);
  return items === undefined ? place : { schema: items, pointer: `${target.pointer}/items` };
}

/**
 * The paths of an operation as a schema, as far as patterns, enums and integers say what a parameter is;
 * `undefined` when a parameter is described by something else.
 */
function pathSchema({ operation, interaction, document }: Judged): SchemaPlace | undefined {
  const literal = operation.path.replace(/\{.*$/, '');
  const base = interaction.path.slice(0, Math.max(0, interaction.path.indexOf(literal)));
  const parts = operation.path.split(/(\{[^}]*\})/).map((part) => {
    const [, name] = /^\{(.*)\}$/.exec(part) ?? [];
    if (name === undefined) return RegExp.escape(part);
    const parameter = operation.parameters.find((one) => one.in === 'path' && one.name === name);
    const schema = parameter?.schema;
    return segmentPattern(schema === undefined ? {} : asObject(follow(document, schema.schema, '').value));
  });
  if (parts.includes(undefined)) return undefined;
  const pattern = `^${RegExp.escape(base)}${parts.join('')}$`;
  return { schema: { type: 'string', pattern }, pointer: `/verify/path/${encodeURIComponent(pattern)}` };
}

const described = [
  'minLength',
  'maxLength',
  'format',
  'not',
  'allOf',
  'anyOf',
  'oneOf',
  'const',
  'minimum',
  'maximum',
];

function segmentPattern(schema: JsonObject): string | undefined {
  if (described.some((keyword) => schema[keyword] !== undefined)) return undefined;
  const pattern = asString(schema.pattern);
  const [, whole] = /^\^(.*)\$$/.exec(pattern ?? '') ?? [];
  if (pattern !== undefined) return whole === undefined ? undefined : `(?:${whole})`;
  if (Array.isArray(schema.enum))
    return `(?:${schema.enum.map((one) => RegExp.escape(String(one))).join('|')})`;
  if (schema.type === 'integer') return '-?[0-9]+';
  return '[^/]+';
}

/** `$.name[0]`, `$['name']`, `name[*]` or `name`; a path or a status has no name. */
function nameIn(path: string): string {
  return path
    .replace(/^\$?\.?/, '')
    .replace(/^\[['"]([^'"]+)['"]\]/, '$1')
    .replace(/\[(\d+|\*)\]$/, '');
}
