import { formatsStrings, speaksOf } from './assertions.ts';
import { numericFormat, stringFormat } from './formats.ts';
import { isArray, isObject, type Json, type JsonObject } from './json.ts';
import { isAny, isNever, type Keywords, type SchemaNode } from './node.ts';
import { isMultiple } from './numbers.ts';
import { matches } from './pattern.ts';
import { canonical, shapeTypeOf } from './shape.ts';
import { asText, holdsNull, readAs } from './text-values.ts';
import { Visit } from './visit.ts';

/**
 * True, false, or `undefined` when it cannot be told: an unknown reference, a pattern without an automaton.
 */
type Verdict = boolean | undefined;

/**
 * Says whether a value fits a schema, as JSON Schema 2020-12 has it. Formats assert. Where values travel as
 * text, a value is put into text first and read back as the schema wants it. Nothing is compiled: schemas
 * come from untrusted documents.
 */
export class Judge {
  /** True when the value fits; `undefined` when that cannot be told. */
  accepts(node: SchemaNode, value: Json): Verdict {
    return check(node, node.text && !holdsNull(value) ? asText(value) : value, new Visit());
  }
}

function check(node: SchemaNode, given: Json, visit: Visit): Verdict {
  if (isAny(node)) return true;
  if (isNever(node)) return false;
  if (node.keywords.unknown !== undefined || visit.isTooDeep) return undefined;
  return visit.verdicts.once(node, given, () => judged(node, given, visit));
}

function judged(node: SchemaNode, given: Json, visit: Visit): Verdict {
  const value = node.text ? readAs(node.keywords, given) : given;
  const { keywords } = node;
  if (!ofType(keywords, value)) return false;
  const own = ofKind(node, value, visit);
  if (own === false || (isPlain(keywords) && own !== undefined)) return own;
  return every([() => own, () => composed(node, value, visit), () => unevaluated(node, value, visit)]);
}

/** True when no other schema speaks of the same value. */
function isPlain({ allOf, anyOf, oneOf, not: refused, if: test, ...rest }: Keywords): boolean {
  const others = [allOf, anyOf, oneOf, refused, test, rest.unevaluatedItems, rest.unevaluatedProperties];
  return others.every((one) => one === undefined);
}

/** False when one is false; otherwise `undefined` when one is. */
function every(tests: Iterable<() => Verdict>): Verdict {
  let result: Verdict = true;
  for (const test of tests) {
    const verdict = test();
    if (verdict === false) return false;
    if (verdict === undefined) result = undefined;
  }
  return result;
}

function not(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}

function ofType({ types, enum: values }: Keywords, value: Json): boolean {
  const type = shapeTypeOf(value);
  if (
    types !== undefined &&
    !types.some((name) => speaksOf(name, type) && (name !== 'integer' || Number.isInteger(value)))
  )
    return false;
  if (values === undefined) return true;
  return textsOf(values).has(canonical(value));
}

const texts = new WeakMap<readonly Json[], ReadonlySet<string>>();

function textsOf(values: readonly Json[]): ReadonlySet<string> {
  const known = texts.get(values) ?? new Set(values.map(canonical));
  texts.set(values, known);
  return known;
}

function ofKind(node: SchemaNode, value: Json, visit: Visit): Verdict {
  if (typeof value === 'number') return number(node.keywords, value);
  if (typeof value === 'string') return string(node.keywords, value);
  if (isArray(value)) return array(node.keywords, value, visit);
  return isObject(value) ? object(node.keywords, value, visit) : true;
}

function number(keywords: Keywords, value: number): Verdict {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = keywords;
  const range = format === undefined ? undefined : numericFormat(format);
  if (
    (minimum !== undefined && value < minimum) ||
    (maximum !== undefined && value > maximum) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum) ||
    (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
  )
    return false;
  if (
    range !== undefined &&
    (value < range.min || value > range.max || (range.integer && !Number.isInteger(value)))
  )
    return false;
  if (multipleOf === undefined) return true;
  const exact = isMultiple(value, multipleOf);
  // Validators divide in floating point: where that says otherwise, they do not agree.
  return exact === Number.isInteger(value / multipleOf) && Math.abs(value) < 1e20 ? exact : undefined;
}

function string(keywords: Keywords, value: string): Verdict {
  const { minLength, maxLength, pattern, format } = keywords;
  if (minLength !== undefined || maxLength !== undefined) {
    const length = value.length > 100_000 ? value.length : Array.from(value).length;
    if (length < (minLength ?? 0) || length > (maxLength ?? Infinity)) return false;
  }
  if (format !== undefined && formatsStrings(keywords) && stringFormat(format)?.accepts(value) === false)
    return false;
  return pattern === undefined ? true : matches(pattern, value);
}

function array(keywords: Keywords, value: readonly Json[], visit: Visit): Verdict {
  const { minItems = 0, maxItems = Infinity, uniqueItems, prefixItems = [], items, contains } = keywords;
  if (value.length < minItems || value.length > maxItems) return false;
  if (uniqueItems === true && new Set(value.map(canonical)).size < value.length) return false;
  const fit = every(
    value.map((item, index) => () => {
      const schema = prefixItems[index] ?? items;
      return schema === undefined ? true : check(schema, item, visit.below());
    }),
  );
  if (fit === false || contains === undefined) return fit;
  const verdicts = value.map((item) => check(contains, item, visit.below()));
  const sure = verdicts.filter((verdict) => verdict === true).length;
  const most = sure + verdicts.filter((verdict) => verdict === undefined).length;
  const { minContains = 1, maxContains = Infinity } = keywords;
  if (most < minContains || sure > maxContains) return false;
  return sure >= minContains && most <= maxContains ? fit : undefined;
}

function object(keywords: Keywords, value: JsonObject, visit: Visit): Verdict {
  const names = Object.keys(value);
  const { minProperties = 0, maxProperties = Infinity, required = [], propertyNames } = keywords;
  if (names.length < minProperties || names.length > maxProperties) return false;
  if (!required.every((name) => Object.hasOwn(value, name))) return false;
  for (const [name, needed] of keywords.dependentRequired ?? [])
    if (Object.hasOwn(value, name) && !needed.every((one) => Object.hasOwn(value, one))) return false;
  let result: Verdict = true;
  for (const name of names) {
    const verdict = property(keywords, [name, value[name] ?? null], visit);
    if (verdict === false) return false;
    if (verdict === undefined) result = undefined;
  }
  return every([
    () => result,
    ...(propertyNames === undefined
      ? []
      : names.map((name) => () => check(propertyNames, name, visit.below()))),
    ...[...(keywords.dependentSchemas ?? [])]
      .filter(([name]) => Object.hasOwn(value, name))
      .map(
        ([, schema]) =>
          () =>
            check(schema, value, visit.inPlace()),
      ),
  ]);
}

function property(keywords: Keywords, [name, value]: readonly [string, Json], visit: Visit): Verdict {
  const { properties, patternProperties, additionalProperties } = keywords;
  const own = properties?.get(name);
  let result = own === undefined ? true : check(own, value, visit.below());
  let spoken: Verdict = own !== undefined;
  for (const [pattern, schema] of patternProperties ?? []) {
    const matched = matches(pattern, name);
    if (matched === false) continue;
    const fits = check(schema, value, visit.below());
    result = every([() => result, () => (fits === true || matched === true ? fits : undefined)]);
    if (spoken !== true) spoken = matched;
  }
  if (spoken === true || additionalProperties === undefined) return result;
  const rest = check(additionalProperties, value, visit.below());
  return every([() => result, () => (spoken === false || rest === true ? rest : undefined)]);
}

function composed({ keywords }: SchemaNode, value: Json, visit: Visit): Verdict {
  const { allOf = [], anyOf, oneOf, not: refused, if: test, then, else: otherwise } = keywords;
  const here = (schema: SchemaNode): Verdict => check(schema, value, visit.inPlace());
  return every([
    ...allOf.map((part) => () => here(part)),
    ...(anyOf === undefined ? [] : [() => not(every(anyOf.map((branch) => () => not(here(branch)))))]),
    ...(oneOf === undefined ? [] : [() => exactlyOne(oneOf.map(here))]),
    ...(refused === undefined ? [] : [() => not(here(refused))]),
    () => {
      if (test === undefined || (then === undefined && otherwise === undefined)) return true;
      const verdict = here(test);
      const [yes, no] = [then, otherwise].map((schema) => (schema === undefined ? true : here(schema)));
      if (verdict === undefined) return yes === no ? yes : undefined;
      return verdict ? yes : no;
    },
  ]);
}

function exactlyOne(verdicts: readonly Verdict[]): Verdict {
  const sure = verdicts.filter((verdict) => verdict === true).length;
  if (sure > 1) return false;
  return verdicts.includes(undefined) ? undefined : sure === 1;
}

function unevaluated(node: SchemaNode, value: Json, visit: Visit): Verdict {
  const { unevaluatedItems: items, unevaluatedProperties: properties } = node.keywords;
  if (items !== undefined && isArray(value)) {
    const seen = evaluated(node, value, visit);
    if (seen === undefined) return undefined;
    return every(
      value.map((item, index) => () => (seen.has(index) ? true : check(items, item, visit.below()))),
    );
  }
  if (properties !== undefined && isObject(value)) {
    const seen = evaluated(node, value, visit);
    if (seen === undefined) return undefined;
    return every(
      Object.entries(value).map(
        ([name, member]) =>
          () =>
            seen.has(name) ? true : check(properties, member, visit.below()),
      ),
    );
  }
  return true;
}

/**
 * Which positions and names the schema and all that holds beside it speak of, what is unevaluated here
 * excepted.
 */
function evaluated(node: SchemaNode, value: Json, visit: Visit): ReadonlySet<number | string> | undefined {
  if (visit.isTooDeep) return undefined;
  return visit.evaluated.once(node, value, () => collected(node, value, visit));
}

function collected(node: SchemaNode, value: Json, visit: Visit): Set<number | string> | undefined {
  const { keywords } = node;
  const seen = new Set<number | string>(
    isArray(value) ? ownItems(keywords, value, visit) : ownNames(keywords, value),
  );
  const { allOf = [], anyOf = [], oneOf = [], if: test, then, else: otherwise, dependentSchemas } = keywords;
  const dependent = isObject(value)
    ? [...(dependentSchemas ?? [])].filter(([name]) => Object.hasOwn(value, name)).map(([, schema]) => schema)
    : [];
  const branch = test === undefined ? undefined : check(test, value, visit.inPlace());
  const conditional = test === undefined ? [] : branch === true ? [test, then] : [otherwise];
  for (const part of [...allOf, ...anyOf, ...oneOf, ...conditional, ...dependent]) {
    if (part === undefined) continue;
    const holds = check(part, value, visit.inPlace());
    if (holds === undefined) return undefined;
    if (!holds) continue;
    const inside = evaluated(part, value, visit.inPlace());
    if (inside === undefined) return undefined;
    for (const one of inside) seen.add(one);
    const rest = isArray(value) ? part.keywords.unevaluatedItems : part.keywords.unevaluatedProperties;
    if (rest !== undefined)
      for (const key of Object.keys(value as object)) seen.add(isArray(value) ? Number(key) : key);
  }
  return seen;
}

function ownItems(
  { prefixItems = [], items, contains }: Keywords,
  value: readonly Json[],
  visit: Visit,
): number[] {
  return value.flatMap((item, index) =>
    index < prefixItems.length ||
    items !== undefined ||
    (contains !== undefined && check(contains, item, visit.below()) === true)
      ? [index]
      : [],
  );
}

function ownNames({ properties, patternProperties, additionalProperties }: Keywords, value: Json): string[] {
  return Object.keys(isObject(value) ? value : {}).filter(
    (name) =>
      additionalProperties !== undefined ||
      properties?.has(name) === true ||
      [...(patternProperties?.keys() ?? [])].some((pattern) => matches(pattern, name) === true),
  );
}
