import type { Json } from './json.ts';
import type { SchemaNode } from './node.ts';
import { matches } from './pattern.ts';

/**
 * Sets of values of one type, described by constraints that all hold at once. Unions of these are what a
 * schema accepts.
 */

/** What every shape may say. */
export interface ShapeConstraints {
  /** Only these values, when they are listed. */
  readonly values?: readonly Json[];
  /** None of these values. */
  readonly excluded: readonly Json[];
  /**
   * Constraints that cannot be expressed here: a shape that has one is never proven to be empty because of
   * it.
   */
  readonly opaque: readonly SchemaNode[];
}

/** Nulls, or booleans. */
export interface PlainShape extends ShapeConstraints {
  readonly type: 'null' | 'boolean';
}

/** Numbers in a range; the bounds are infinite where nothing is said. */
export interface NumberShape extends ShapeConstraints {
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
export interface StringShape extends ShapeConstraints {
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
export interface ArrayShape extends ShapeConstraints {
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
export interface ObjectShape extends ShapeConstraints {
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
