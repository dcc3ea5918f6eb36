import { formatsStrings, integersOnly, listed } from './assertions.ts';
import { numericFormat } from './formats.ts';
import { type Alternative, complement, fails, holds, matching, without } from './literals.ts';
import { anything, isAny, makeNode, type SchemaNode } from './node.ts';
import { everything, type Existence, type ObjectShape, type ShapeType } from './shape.ts';
import { areTagged } from './tags.ts';
import { unevaluatedChoice } from './unevaluated.ts';

/**
 * The ways in which a value of a type can miss a schema: one for each thing that the schema says. `always`:
 * no value of the type fits. None: every value of the type fits.
 */
export function denials(node: SchemaNode, type: ShapeType): readonly Alternative[] | 'always' {
  const { keywords } = node;
  if (keywords.unknown !== undefined) return [{ narrow: { ...everything(type), opaque: [node] } }];
  const values = listed(keywords, type);
  if (keywords.enum !== undefined && values.length === 0) return 'always';
  const own: readonly Alternative[] =
    keywords.enum === undefined ? [] : [{ narrow: { ...everything(type), excluded: values } }];
  return [...own, ...byType(node, type), ...composed(node, type)];
}

function byType(node: SchemaNode, type: ShapeType): readonly Alternative[] {
  switch (type) {
    case 'number':
      return numbers(node);
    case 'string':
      return strings(node);
    case 'array':
      return arrays(node);
    case 'object':
      return objects(node);
    default:
      return [];
  }
}

function numbers({ keywords }: SchemaNode): Alternative[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = keywords;
  const range = format === undefined ? undefined : numericFormat(format);
  const all = everything('number');
  const found: Alternative[] = [];
  const below = (bound: number, open: boolean): unknown =>
    found.push({ narrow: { ...all, max: bound, maxOpen: open } });
  const above = (bound: number, open: boolean): unknown =>
    found.push({ narrow: { ...all, min: bound, minOpen: open } });
  if (minimum !== undefined) below(minimum, true);
  if (exclusiveMinimum !== undefined) below(exclusiveMinimum, false);
  if (maximum !== undefined) above(maximum, true);
  if (exclusiveMaximum !== undefined) above(exclusiveMaximum, false);
  if (range !== undefined) {
    below(range.min, true);
    above(range.max, true);
  }
  const steps = [
    ...(multipleOf === undefined ? [] : [multipleOf]),
    ...(integersOnly(keywords) || range?.integer === true ? [1] : []),
  ];
  return [...found, ...steps.map((step) => ({ narrow: { ...all, notMultiples: [step] } }))];
}

function strings(node: SchemaNode): Alternative[] {
  const { minLength, maxLength, pattern, format, contentSchema } = node.keywords;
  const all = everything('string');
  const found: Alternative[] = [];
  if (minLength !== undefined) found.push({ narrow: { ...all, maxLength: Math.ceil(minLength) - 1 } });
  if (maxLength !== undefined) found.push({ narrow: { ...all, minLength: Math.floor(maxLength) + 1 } });
  if (pattern !== undefined) found.push({ narrow: { ...all, notPatterns: [pattern] } });
  if (format !== undefined && formatsStrings(node.keywords))
    found.push({ narrow: { ...all, notFormats: [format] } });
  if (contentSchema !== undefined) found.push({ narrow: { ...all, opaque: [node] } });
  return found;
}

function arrays(node: SchemaNode): Alternative[] {
  const { prefixItems = [], items, minItems, maxItems, uniqueItems, contains } = node.keywords;
  const all = everything('array');
  const any = anything(node);
  const found: Alternative[] = prefixItems.flatMap((item, index) =>
    isAny(item)
      ? []
      : [
          {
            narrow: {
              ...all,
              minItems: index + 1,
              layers: [{ prefix: [...Array.from({ length: index }, () => any), complement(item)] }],
            },
          },
        ],
  );
  const add = (shape: Partial<typeof all>): unknown => found.push({ narrow: { ...all, ...shape } });
  if (items !== undefined && !isAny(items))
    add({ contains: [{ node: complement(items), min: 1, max: Infinity, from: prefixItems.length }] });
  if (minItems !== undefined) add({ maxItems: Math.ceil(minItems) - 1 });
  if (maxItems !== undefined) add({ minItems: Math.floor(maxItems) + 1 });
  if (uniqueItems === true) add({ repeated: true });
  if (contains !== undefined) {
    const { minContains = 1, maxContains = Infinity } = node.keywords;
    if (minContains > 0)
      add({ contains: [{ node: contains, min: 0, max: Math.ceil(minContains) - 1, from: 0 }] });
    if (maxContains < Infinity)
      add({ contains: [{ node: contains, min: Math.floor(maxContains) + 1, max: Infinity, from: 0 }] });
  }
  return found;
}

function objects(node: SchemaNode): Alternative[] {
  const { keywords } = node;
  const { properties, patternProperties = new Map<string, SchemaNode>(), additionalProperties } = keywords;
  const all = everything('object');
  const found: Alternative[] = (keywords.required ?? []).map((name) => ({ narrow: without(name) }));
  const add = (shape: Partial<ObjectShape>): unknown => found.push({ narrow: { ...all, ...shape } });
  for (const [name, schema] of properties ?? []) {
    if (!isAny(schema)) found.push({ narrow: having(name, complement(schema)) });
  }
  const nowhere: Existence = { except: new Set(), notPatterns: [], names: [], values: [] };
  for (const [pattern, schema] of patternProperties) {
    if (!isAny(schema))
      add({ some: [{ ...nowhere, names: [matching(pattern)], values: [complement(schema)] }] });
  }
  if (additionalProperties !== undefined && !isAny(additionalProperties)) {
    const except = new Set(properties?.keys());
    const notPatterns = [...patternProperties.keys()];
    add({ some: [{ ...nowhere, except, notPatterns, values: [complement(additionalProperties)] }] });
  }
  if (keywords.propertyNames !== undefined && !isAny(keywords.propertyNames))
    add({ some: [{ ...nowhere, names: [complement(keywords.propertyNames)] }] });
  if (keywords.minProperties !== undefined) add({ maxProperties: Math.ceil(keywords.minProperties) - 1 });
  if (keywords.maxProperties !== undefined) add({ minProperties: Math.floor(keywords.maxProperties) + 1 });
  return [...found, ...dependencies(node)];
}

function dependencies({ keywords }: SchemaNode): Alternative[] {
  const needs = [...(keywords.dependentRequired ?? [])].flatMap(([name, names]) =>
    names
      .filter((needed) => needed !== name)
      .map((needed): Alternative => ({ narrow: { ...without(needed), required: new Set([name]) } })),
  );
  const schemas = [...(keywords.dependentSchemas ?? [])].map(
    ([name, schema]): Alternative => ({
      narrow: { ...everything('object'), required: new Set([name]) },
      and: [fails(schema)],
    }),
  );
  return [...needs, ...schemas];
}

/** Objects that have a property, with a value that fits. */
function having(name: string, schema: SchemaNode): ObjectShape {
  return {
    ...everything('object'),
    required: new Set([name]),
    layers: [{ props: new Map([[name, schema]]), patterns: [], declares: false }],
  };
}

function composed(node: SchemaNode, type: ShapeType): Alternative[] {
  const { allOf = [], anyOf, oneOf, not, if: test, then, else: otherwise } = node.keywords;
  const found: Alternative[] = allOf.filter((part) => !isAny(part)).map((part) => ({ and: [fails(part)] }));
  if (anyOf !== undefined) found.push({ and: anyOf.map(fails) });
  if (oneOf !== undefined) {
    found.push({ and: oneOf.map(fails) });
    // Two branches fit: one, and one of those after it.
    for (const [index, branch] of areTagged(oneOf) ? [] : oneOf.slice(0, -1).entries())
      found.push({ and: [holds(branch), holds(makeNode(node, { anyOf: oneOf.slice(index + 1) }))] });
  }
  if (not !== undefined) found.push({ and: [holds(not)] });
  if (test !== undefined && then !== undefined) found.push({ and: [holds(test), fails(then)] });
  if (test !== undefined && otherwise !== undefined) found.push({ and: [fails(test), fails(otherwise)] });
  return [...found, ...(unevaluatedChoice(node, type, false) ?? [])];
}
