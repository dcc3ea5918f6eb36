import {
  type ArrayShape,
  canonical,
  type NumberShape,
  type ObjectShape,
  type Shape,
  type ShapeConstraints,
  type StringShape,
} from './shape.ts';

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

function common(left: Shape, right: Shape): ShapeConstraints {
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
