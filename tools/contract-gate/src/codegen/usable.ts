import { SpecError } from '../spec/errors.ts';
import { asObject, escapeSegment, isArray, isObject, type Json, type JsonObject } from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import { expressionOf } from './template/run.ts';

type Shape = (value: Json) => boolean;

const any: Shape = () => true;
const schema: Shape = (value) => typeof value === 'boolean' || isObject(value);
const schemas: Shape = (value) => isArray(value) && value.every(schema);
const schemaMap: Shape = (value) => isObject(value) && Object.values(value).every(schema);
const text: Shape = (value) => typeof value === 'string';
const texts: Shape = (value) => isArray(value) && value.every(text);
const count: Shape = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const number: Shape = (value) => typeof value === 'number';
const flag: Shape = (value) => typeof value === 'boolean';
const list: Shape = isArray;
const kinds = new Set<Json>(['null', 'boolean', 'object', 'array', 'number', 'integer', 'string']);
const kind: Shape = (value) => (isArray(value) ? value.every((one) => kinds.has(one)) : kinds.has(value));
const bound: Shape = (value) => number(value) || flag(value);

/** Every keyword of JSON Schema 2020-12 and OpenAPI 3.0 to 3.2, and what its value must look like. */
const keywords = new Map<string, Shape>([
  ...namesAs(any, '$comment default example examples const xml externalDocs discriminator $vocabulary'),
  ...namesAs(text, '$schema $id $ref $anchor $dynamicRef $dynamicAnchor title description format'),
  ...namesAs(text, 'pattern contentEncoding contentMediaType'),
  ...namesAs(schema, 'not if then else items contains additionalProperties propertyNames contentSchema'),
  ...namesAs(schema, 'unevaluatedItems unevaluatedProperties'),
  ...namesAs(schemas, 'allOf anyOf oneOf prefixItems'),
  ...namesAs(schemaMap, 'properties patternProperties dependentSchemas $defs definitions'),
  ...namesAs(kind, 'type'),
  ...namesAs(list, 'enum'),
  ...namesAs(number, 'maximum minimum multipleOf'),
  ...namesAs(bound, 'exclusiveMaximum exclusiveMinimum'),
  ...namesAs(
    count,
    'maxLength minLength maxItems minItems maxContains minContains maxProperties minProperties',
  ),
  ...namesAs(flag, 'uniqueItems deprecated readOnly writeOnly nullable'),
  ...namesAs(texts, 'required'),
  ...namesAs((value) => isObject(value) && Object.values(value).every(texts), 'dependentRequired'),
]);

function namesAs(shape: Shape, names: string): [string, Shape][] {
  return names.split(' ').map((name) => [name, shape]);
}

/** What a schema says that no JavaScript can judge by; values are not judged by it. */
export interface NotJudged {
  readonly message: string;
  /** JSON Pointer of the keyword in the document. */
  readonly pointer: string;
}

/**
 * Looks at the keywords of one schema, not of those inside it. Gives those that nobody knows, and patterns of
 * other languages. Throws `SpecError` for a known keyword with a value it cannot have: judging by it would be
 * guessing.
 */
export function notJudgedIn(spec: Spec, object: JsonObject, pointer: string): NotJudged[] {
  const found: NotJudged[] = [];
  for (const [keyword, value] of Object.entries(object)) {
    const at = `${pointer}/${escapeSegment(keyword)}`;
    const shape = keywords.get(keyword);
    if (shape === undefined) {
      if (!keyword.startsWith('x-'))
        found.push({ message: `${keyword} is not a keyword of JSON Schema`, pointer: at });
    } else if (!shape(value)) {
      throw unusable(spec, at, `${keyword} cannot be ${shown(value)}`);
    } else if (keyword === 'pattern' && !isExpression(String(value))) {
      found.push({ message: 'this pattern is not a valid JavaScript regular expression', pointer: at });
    } else if (keyword === 'patternProperties') {
      for (const pattern of Object.keys(asObject(value)).filter((one) => !isExpression(one)))
        found.push({
          message: 'this pattern is not a valid JavaScript regular expression',
          pointer: `${at}/${escapeSegment(pattern)}`,
        });
    }
  }
  return found;
}

function shown(value: Json): string {
  const written = JSON.stringify(value);
  return written.length > 60 ? `${written.slice(0, 60)}...` : written;
}

/** True for a text that JavaScript reads as a regular expression. */
export function isExpression(pattern: string): boolean {
  try {
    expressionOf(pattern);
    return true;
  } catch {
    return false;
  }
}

function unusable(spec: Spec, pointer: string, message: string): SpecError {
  return new SpecError('spec-schema-unusable', message, {
    place: spec.locate(pointer),
    hint: 'Fix the schema at this place; JSON Schema 2020-12 says what each keyword takes.',
  });
}
