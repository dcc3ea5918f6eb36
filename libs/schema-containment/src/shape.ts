import type { Json } from './json.ts';
import type { SchemaNode } from './node.ts';
import { matches } from './pattern.ts';

/**
 * A schema as a union of shapes, each of one type with its constraints collected. Sets of values are judged on these.
 */

/** Finite sets and what could not be taken apart. */
interface Common {
  /** Only these values, when known. */
  readonly values?: readonly Json[];
  /** Schemas that the value must not fit, which no constraint here expresses. */
  readonly nots: readonly SchemaNode[];
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
}

/** Strings; lengths count code points. */
export interface StringShape extends Common {
  readonly type: 'string';
  readonly minLength: number;
  readonly maxLength: number;
  readonly patterns: readonly string[];
  readonly excluded: readonly string[];
  readonly formats: readonly string[];
  readonly contents: readonly SchemaNode[];
}

/** One schema's say about the items of an array: by position, and for the rest. */
export interface ItemLayer {
  readonly prefix: readonly SchemaNode[];
  readonly rest?: SchemaNode;
}

/** How many items must fit a schema (`contains`, `minContains`, `maxContains`). */
export interface Contains {
  readonly node: SchemaNode;
  readonly min: number;
  readonly max: number;
}

/** Arrays: each layer holds for all items at once. */
export interface ArrayShape extends Common {
  readonly type: 'array';
  readonly minItems: number;
  readonly maxItems: number;
  readonly unique: boolean;
  readonly layers: readonly ItemLayer[];
  readonly contains: readonly Contains[];
}

/** One schema's say about the properties of an object: by name, by pattern, and for the rest. */
export interface PropertyLayer {
  readonly props: ReadonlyMap<string, SchemaNode>;
  readonly patterns: ReadonlyMap<string, SchemaNode>;
  readonly rest?: SchemaNode;
  /** False for a layer that stands for a negation: it evaluates no property. */
  readonly evaluates: boolean;
}

/** When the property is there, the whole object must fit. */
export interface Dependency {
  readonly name: string;
  readonly node: SchemaNode;
}

/** Objects: each layer holds for all properties at once. */
export interface ObjectShape extends Common {
  readonly type: 'object';
  readonly minProperties: number;
  readonly maxProperties: number;
  readonly required: ReadonlySet<string>;
  readonly layers: readonly PropertyLayer[];
  readonly names: readonly SchemaNode[];
  readonly dependencies: readonly Dependency[];
}

/** The values of one type that fit: a schema is a union of these. */
export type Shape = PlainShape | NumberShape | StringShape | ArrayShape | ObjectShape;
/** The type a shape is of. */
export type ShapeType = Shape['type'];

const infinite = Number.POSITIVE_INFINITY;

/** Everything, by type. */
export const universe: readonly Shape[] = [
  { type: 'null', nots: [] },
  { type: 'boolean', nots: [] },
  { type: 'number', nots: [], min: -infinite, max: infinite, minOpen: false, maxOpen: false, multiples: [] },
  {
    type: 'string',
    nots: [],
    minLength: 0,
    maxLength: infinite,
    patterns: [],
    excluded: [],
    formats: [],
    contents: [],
  },
  { type: 'array', nots: [], minItems: 0, maxItems: infinite, unique: false, layers: [], contains: [] },
  {
    type: 'object',
    nots: [],
    minProperties: 0,
    maxProperties: infinite,
    required: new Set(),
    layers: [],
    names: [],
    dependencies: [],
  },
];

/** The type a JSON value's shape has. */
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
  const nots = union(left.nots, right.nots);
  if (left.values === undefined && right.values === undefined) return { nots };
  if (left.values === undefined || right.values === undefined)
    return { nots, values: left.values ?? right.values ?? [] };
  const allowed = new Set(right.values.map((value) => canonical(value)));
  return { nots, values: left.values.filter((value) => allowed.has(canonical(value))) };
}

function mergeNumbers(left: NumberShape, right: NumberShape): NumberShape {
  const low = left.min > right.min || (left.min === right.min && left.minOpen) ? left : right;
  const high = left.max < right.max || (left.max === right.max && left.maxOpen) ? left : right;
  return tightened({
    ...left,
    min: low.min,
    minOpen: low.minOpen,
    max: high.max,
    maxOpen: high.maxOpen,
    multiples: union(left.multiples, right.multiples),
  });
}

/** Bounds of integers are integers, and closed. */
export function tightened(shape: NumberShape): NumberShape {
  if (!shape.multiples.some(Number.isInteger)) return shape;
  const min = Math.ceil(shape.min) + (shape.minOpen && Number.isInteger(shape.min) ? 1 : 0);
  const max = Math.floor(shape.max) - (shape.maxOpen && Number.isInteger(shape.max) ? 1 : 0);
  return { ...shape, min, max, minOpen: false, maxOpen: false };
}

function mergeStrings(left: StringShape, right: StringShape): StringShape {
  return {
    ...left,
    minLength: Math.max(left.minLength, right.minLength),
    maxLength: Math.min(left.maxLength, right.maxLength),
    patterns: union(left.patterns, right.patterns),
    excluded: union(left.excluded, right.excluded),
    formats: union(left.formats, right.formats),
    contents: union(left.contents, right.contents),
  };
}

function mergeArrays(left: ArrayShape, right: ArrayShape): ArrayShape {
  return {
    ...left,
    minItems: Math.max(left.minItems, right.minItems),
    maxItems: Math.min(left.maxItems, right.maxItems),
    unique: left.unique || right.unique,
    layers: union(left.layers, right.layers),
    contains: union(left.contains, right.contains),
  };
}

function mergeObjects(left: ObjectShape, right: ObjectShape): ObjectShape {
  return {
    ...left,
    minProperties: Math.max(left.minProperties, right.minProperties),
    maxProperties: Math.min(left.maxProperties, right.maxProperties),
    required: new Set([...left.required, ...right.required]),
    layers: union(left.layers, right.layers),
    names: union(left.names, right.names),
    dependencies: union(left.dependencies, right.dependencies),
  };
}

/** Plainly empty, without looking at other schemas. */
export function isVoid(shape: Shape): boolean {
  if (shape.values?.length === 0) return true;
  switch (shape.type) {
    case 'number':
      return shape.min > shape.max || (shape.min === shape.max && (shape.minOpen || shape.maxOpen));
    case 'string':
      return shape.minLength > shape.maxLength;
    case 'array':
      return shape.minItems > shape.maxItems;
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
    const matching = [...layer.patterns].flatMap(([pattern, node]) => (fits(pattern, name) ? [node] : []));
    const found = own === undefined ? matching : [own, ...matching];
    return found.length === 0 && layer.rest !== undefined ? [layer.rest] : found;
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

/** Names that a layer of the shape speaks of. */
export function namesOf(shape: ObjectShape): Set<string> {
  return new Set(shape.layers.flatMap(({ props }) => [...props.keys()]));
}

/** Which side a schema is on: what it allows is sent, or is accepted. */
export type Role = 'sender' | 'receiver';

/** More shapes than this and the schema is too tangled to be taken apart. */
export const shapeLimit = 600;

/** Every pair that can be true together. */
export function cross(
  left: readonly Shape[] | undefined,
  right: readonly Shape[] | undefined,
): readonly Shape[] | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (left === universe) return right;
  if (right === universe) return left;
  const shapes: Shape[] = [];
  for (const one of left) {
    for (const other of right) {
      const merged = merge(one, other);
      if (merged !== undefined) shapes.push(merged);
      if (shapes.length > shapeLimit) return undefined;
    }
  }
  return shapes;
}

/** Whether a property's name matches a pattern. One that cannot be told does not. */
export function fits(pattern: string, name: string): boolean {
  return matches(pattern, name) === true;
}
