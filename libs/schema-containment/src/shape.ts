import type { Json } from './json.ts';
import type { SchemaNode } from './node.ts';
import { matches } from './pattern.ts';

/** Sets of values of one type, described by constraints that all hold at once. Unions of these are what a schema accepts. */

/** What every shape may say. */
interface Common {
  /** Only these values, when they are listed. */
  readonly values?: readonly Json[];
  /** None of these values. */
  readonly excluded: readonly Json[];
  /** Constraints that cannot be expressed here: a shape that has one is never proven to be empty because of it. */
  readonly opaque: readonly SchemaNode[];
}

/** Nulls, or booleans. */
export interface PlainShape extends Common {
  readonly type: 'null' | 'boolean';
}

/** Numbers in a range; the bounds are infinite where nothing is said. */
export interface NumberShape extends Common {
  readonly type: 'number';
  readonly min: number;
  readonly max: number;
  readonly minOpen: boolean;
  readonly maxOpen: boolean;
  /** The value is a multiple of each; `1` means an integer. */
  readonly multiples: readonly number[];
  /** The value is a multiple of none of these. */
  readonly notMultiples: readonly number[];
}

/** Strings; lengths count code points. */
export interface StringShape extends Common {
  readonly type: 'string';
  readonly minLength: number;
  readonly maxLength: number;
  readonly patterns: readonly string[];
  readonly notPatterns: readonly string[];
  readonly formats: readonly string[];
  readonly notFormats: readonly string[];
}

/** One schema's say about the items of an array: by position, and for the rest. */
export interface ItemLayer {
  readonly prefix: readonly SchemaNode[];
  readonly rest?: SchemaNode;
}

/** How many items, from a position on, must fit a schema. */
export interface Contains {
  readonly node: SchemaNode;
  readonly min: number;
  readonly max: number;
  readonly from: number;
}

/** Arrays: each layer holds for all items at once. */
export interface ArrayShape extends Common {
  readonly type: 'array';
  readonly minItems: number;
  readonly maxItems: number;
  readonly unique: boolean;
  /** Two items are equal. */
  readonly repeated: boolean;
  readonly layers: readonly ItemLayer[];
  readonly contains: readonly Contains[];
}

/** One schema's say about the properties of an object: by name, by pattern, and for the rest. */
export interface PropertyLayer {
  readonly props: ReadonlyMap<string, SchemaNode>;
  readonly patterns: readonly (readonly [pattern: string, node: SchemaNode])[];
  readonly rest?: SchemaNode;
  /** False for a layer that comes from a negation: its names are not names that a sender knows. */
  readonly declares: boolean;
}

/** A property that must be there, under one of many names. */
export interface Existence {
  /** Not one of these names. */
  readonly except: ReadonlySet<string>;
  readonly notPatterns: readonly string[];
  /** Schemas that the name fits. */
  readonly names: readonly SchemaNode[];
  /** Schemas that the value fits. */
  readonly values: readonly SchemaNode[];
}

/** Objects: each layer holds for all properties at once. */
export interface ObjectShape extends Common {
  readonly type: 'object';
  readonly minProperties: number;
  readonly maxProperties: number;
  readonly required: ReadonlySet<string>;
  readonly layers: readonly PropertyLayer[];
  /** Schemas that every name fits. */
  readonly names: readonly SchemaNode[];
  readonly some: readonly Existence[];
}

/** The values of one type that satisfy all constraints. */
export type Shape = PlainShape | NumberShape | StringShape | ArrayShape | ObjectShape;
/** The type a shape is of. */
export type ShapeType = Shape['type'];

/** Every type a value can have. */
export const shapeTypes: readonly ShapeType[] = ['string', 'number', 'boolean', 'object', 'array', 'null'];

const open = { excluded: [], opaque: [] };

const universe: { readonly [T in ShapeType]: Shape } = {
  null: { type: 'null', ...open },
  boolean: { type: 'boolean', ...open },
  number: {
    type: 'number',
    ...open,
    min: -Infinity,
    max: Infinity,
    minOpen: false,
    maxOpen: false,
    multiples: [],
    notMultiples: [],
  },
  string: {
    type: 'string',
    ...open,
    minLength: 0,
    maxLength: Infinity,
    patterns: [],
    notPatterns: [],
    formats: [],
    notFormats: [],
  },
  array: {
    type: 'array',
    ...open,
    minItems: 0,
    maxItems: Infinity,
    unique: false,
    repeated: false,
    layers: [],
    contains: [],
  },
  object: {
    type: 'object',
    ...open,
    minProperties: 0,
    maxProperties: Infinity,
    required: new Set(),
    layers: [],
    names: [],
    some: [],
  },
};

/** All values of a type. */
export function everything<T extends ShapeType>(type: T): Extract<Shape, { type: T }> {
  return universe[type] as Extract<Shape, { type: T }>;
}

/** The type of a value. */
export function shapeTypeOf(value: Json): ShapeType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as ShapeType;
}

/** What both shapes allow; `undefined` when that is plainly nothing. */
export function merge(left: Shape, right: Shape): Shape | undefined {
  if (left.type !== right.type) return undefined;
  const merged = { ...bothWays(left, right), ...common(left, right) } as Shape;
  return isVoid(merged) ? undefined : merged;
}

function bothWays(left: Shape, right: Shape): Shape {
  if (left.type === 'number' && right.type === 'number') return mergeNumbers(left, right);
  if (left.type === 'string' && right.type === 'string') return mergeStrings(left, right);
  if (left.type === 'array' && right.type === 'array') return mergeArrays(left, right);
  if (left.type === 'object' && right.type === 'object') return mergeObjects(left, right);
  return left;
}

function common(left: Shape, right: Shape): Common {
  const rest = { excluded: union(left.excluded, right.excluded), opaque: union(left.opaque, right.opaque) };
  if (left.values === undefined && right.values === undefined) return rest;
  if (left.values === undefined || right.values === undefined)
    return { ...rest, values: left.values ?? right.values ?? [] };
  const allowed = new Set(right.values.map((value) => canonical(value)));
  return { ...rest, values: left.values.filter((value) => allowed.has(canonical(value))) };
}

function mergeNumbers(left: NumberShape, right: NumberShape): NumberShape {
  const low = left.min > right.min || (left.min === right.min && left.minOpen) ? left : right;
  const high = left.max < right.max || (left.max === right.max && left.maxOpen) ? left : right;
  return {
    ...left,
    min: low.min,
    minOpen: low.minOpen,
    max: high.max,
    maxOpen: high.maxOpen,
    multiples: union(left.multiples, right.multiples),
    notMultiples: union(left.notMultiples, right.notMultiples),
  };
}

function mergeStrings(left: StringShape, right: StringShape): StringShape {
  return {
    ...left,
    minLength: Math.max(left.minLength, right.minLength),
    maxLength: Math.min(left.maxLength, right.maxLength),
    patterns: union(left.patterns, right.patterns),
    notPatterns: union(left.notPatterns, right.notPatterns),
    formats: union(left.formats, right.formats),
    notFormats: union(left.notFormats, right.notFormats),
  };
}

function mergeArrays(left: ArrayShape, right: ArrayShape): ArrayShape {
  return {
    ...left,
    minItems: Math.max(left.minItems, right.minItems),
    maxItems: Math.min(left.maxItems, right.maxItems),
    unique: left.unique || right.unique,
    repeated: left.repeated || right.repeated,
    layers: union(left.layers, right.layers),
    contains: union(left.contains, right.contains),
  };
}

function mergeObjects(left: ObjectShape, right: ObjectShape): ObjectShape {
  return {
    ...left,
    minProperties: Math.max(left.minProperties, right.minProperties),
    maxProperties: Math.min(left.maxProperties, right.maxProperties),
    required: right.required.size === 0 ? left.required : new Set([...left.required, ...right.required]),
    layers: union(left.layers, right.layers),
    names: union(left.names, right.names),
    some: union(left.some, right.some),
  };
}

/** Plainly empty, without looking at other schemas. */
function isVoid(shape: Shape): boolean {
  if (shape.values?.length === 0) return true;
  switch (shape.type) {
    case 'number':
      return shape.min > shape.max || (shape.min === shape.max && (shape.minOpen || shape.maxOpen));
    case 'string':
      return shape.minLength > shape.maxLength;
    case 'array':
      return shape.minItems > shape.maxItems || (shape.unique && shape.repeated);
    case 'object':
      return shape.minProperties > shape.maxProperties || shape.required.size > shape.maxProperties;
    default:
      return false;
  }
}

function union<T>(left: readonly T[], right: readonly T[]): readonly T[] {
  if (right.length === 0) return left;
  if (left.length === 0) return right;
  return [...new Set([...left, ...right])];
}

/** Equal JSON values have equal text, whatever the order of their keys. */
export function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${entries.sort().join(',')}}`;
}

/** The schemas a property's value must fit, by its name. Empty: anything. */
export function propertySchemas(shape: ObjectShape, name: string): SchemaNode[] {
  return shape.layers.flatMap((layer) => {
    const own = layer.props.get(name);
    const found = own === undefined ? [] : [own];
    let spoken = own !== undefined;
    for (const [pattern, node] of layer.patterns) {
      const matched = matches(pattern, name);
      if (matched === true) found.push(node);
      // A pattern that cannot be judged may match: then the rest may not hold.
      if (matched !== false) spoken = true;
    }
    return spoken || layer.rest === undefined ? found : [layer.rest];
  });
}

/** The schemas the item at a position must fit. */
export function itemSchemas(shape: ArrayShape, index: number): SchemaNode[] {
  return shape.layers.flatMap(
    ({ prefix, rest }) => prefix[index] ?? (index < prefix.length ? [] : rest) ?? [],
  );
}

/** How many positions have a say of their own. */
export function prefixLength(shape: ArrayShape): number {
  return Math.max(0, ...shape.layers.map(({ prefix }) => prefix.length));
}

/** Names that the layers of the shape speak of. */
export function namesOf(shape: ObjectShape): Set<string> {
  return new Set(shape.layers.flatMap(({ props }) => [...props.keys()]));
}

/** Whether a property's name matches a pattern. One that cannot be told does not. */
export function fits(pattern: string, name: string): boolean {
  return matches(pattern, name) === true;
}
