import { numericFormat, stringFormat } from './formats.ts';
import type { Json } from './json.ts';
import type { Keywords, SchemaNode, TypeName } from './node.ts';
import {
  type ArrayShape,
  everything,
  type NumberShape,
  type ObjectShape,
  type Shape,
  shapeTypeOf,
  type ShapeType,
  type StringShape,
} from './shape.ts';

/** What the keywords of one schema, those that name no alternatives, ask of the values of one type. */
export function assertionsOf(node: SchemaNode, type: ShapeType): Shape | undefined {
  const { types, enum: values, never, unknown } = node.keywords;
  if (never === true) return undefined;
  if (types !== undefined && !types.some((name) => speaksOf(name, type))) return undefined;
  const base = constrained(node, type);
  const shape = unknown !== undefined ? { ...base, opaque: [node] } : base;
  if (values === undefined) return shape;
  const own = values.filter((value) => shapeTypeOf(value) === type);
  return own.length === 0 ? undefined : { ...shape, values: own };
}

/** True when a type that a schema names has values of the shape's type. */
export function speaksOf(name: TypeName, type: ShapeType): boolean {
  return name === type || (name === 'integer' && type === 'number');
}

/** The values of a schema's `enum` that have a type. */
export function listed(keywords: Keywords, type: ShapeType): readonly Json[] {
  return (keywords.enum ?? []).filter((value) => shapeTypeOf(value) === type);
}

/** True when there is a format that speaks of strings. */
export function formatsStrings({ format }: Keywords): boolean {
  return format !== undefined && numericFormat(format) === undefined;
}

function constrained({ keywords }: SchemaNode, type: ShapeType): Shape {
  switch (type) {
    case 'number':
      return numbers(keywords);
    case 'string':
      return strings(keywords);
    case 'array':
      return arrays(keywords);
    case 'object':
      return objects(keywords);
    default:
      return everything(type);
  }
}

function numbers(keywords: Keywords): NumberShape {
  const format = keywords.format === undefined ? undefined : numericFormat(keywords.format);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = keywords;
  const min = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity, format?.min ?? -Infinity);
  const max = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity, format?.max ?? Infinity);
  const integer = integersOnly(keywords) || format?.integer === true;
  return {
    ...everything('number'),
    min,
    max,
    minOpen: exclusiveMinimum === min,
    maxOpen: exclusiveMaximum === max,
    multiples: [...(integer ? [1] : []), ...(keywords.multipleOf === undefined ? [] : [keywords.multipleOf])],
  };
}

/** True when `type` names integers and not all numbers. */
export function integersOnly({ types }: Keywords): boolean {
  return types?.includes('integer') === true && !types.includes('number');
}

function strings(keywords: Keywords): StringShape {
  const format = formatsStrings(keywords) ? keywords.format : undefined;
  const known = format === undefined ? undefined : stringFormat(format);
  const [shortest, longest] = known?.length ?? [0, Infinity];
  return {
    ...everything('string'),
    minLength: Math.max(keywords.minLength ?? 0, shortest),
    maxLength: Math.min(keywords.maxLength ?? Infinity, longest),
    patterns: [keywords.pattern, known?.pattern].filter((pattern) => pattern !== undefined),
    formats: format === undefined ? [] : [format],
  };
}

function arrays(keywords: Keywords): ArrayShape {
  const { prefixItems: prefix = [], items, contains } = keywords;
  const says = prefix.length > 0 || items !== undefined;
  return {
    ...everything('array'),
    minItems: keywords.minItems ?? 0,
    maxItems: keywords.maxItems ?? Infinity,
    unique: keywords.uniqueItems === true,
    layers: says ? [{ prefix, ...(items === undefined ? {} : { rest: items }) }] : [],
    contains:
      contains === undefined
        ? []
        : [
            {
              node: contains,
              min: keywords.minContains ?? 1,
              max: keywords.maxContains ?? Infinity,
              from: 0,
            },
          ],
  };
}

function objects(keywords: Keywords): ObjectShape {
  const { properties, patternProperties, additionalProperties: rest, propertyNames } = keywords;
  const says = properties !== undefined || patternProperties !== undefined || rest !== undefined;
  return {
    ...everything('object'),
    minProperties: keywords.minProperties ?? 0,
    maxProperties: keywords.maxProperties ?? Infinity,
    required: new Set(keywords.required),
    layers: says
      ? [
          {
            props: properties ?? new Map(),
            patterns: [...(patternProperties ?? [])],
            ...(rest === undefined ? {} : { rest }),
            declares: true,
          },
        ]
      : [],
    names: propertyNames === undefined ? [] : [propertyNames],
  };
}
