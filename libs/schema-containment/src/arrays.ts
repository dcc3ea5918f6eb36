import type { Json } from './json.ts';
import { complement } from './literals.ts';
import type { SchemaNode } from './node.ts';
import type { Questions } from './questions.ts';
import { type Extent, plansOf } from './plans.ts';
import { type ArrayShape, canonical, itemSchemas, prefixLength } from './shape.ts';

/** Positions looked at one by one. Beyond, nothing is proven. */
const limits = { positions: 40 };

/** True when it is proven that no array has the shape. */
export function noArray(shape: ArrayShape, questions: Questions): boolean {
  const prefix = positionsOf(shape);
  const longest = longestArray(shape, questions);
  if (longest < shape.minItems) return true;
  if (shape.repeated && !canRepeat(shape, { longest, prefix }, questions)) return true;
  if (shape.contains.length === 0 || prefix > limits.positions) return false;
  if (shape.unique && crowded(shape, questions, longest)) return true;
  if (outnumbered(shape, questions, longest)) return true;
  if (shape.repeated && !planRepeats(shape, { longest, prefix }, questions)) return true;
  return !countable(shape, { longest, prefix }, questions);
}

/** Positions that differ from the ones after them. */
export function positionsOf(shape: ArrayShape): number {
  return Math.max(prefixLength(shape), ...shape.contains.map(({ from }) => from), 0);
}

/** How many items there can be at most. */
export function longestArray(shape: ArrayShape, questions: Questions): number {
  const prefix = Math.min(positionsOf(shape), limits.positions);
  let longest = shape.maxItems;
  for (let index = 0; index <= prefix && index < longest; index += 1)
    if (questions.impossible(itemSchemas(shape, index))) longest = index;
  return shape.unique ? Math.min(longest, mostDifferent(shape, questions, longest)) : longest;
}

/** How many first items can all be different: as many as there are values to give each its own. */
function mostDifferent(shape: ArrayShape, questions: Questions, longest: number): number {
  const prefix = positionsOf(shape);
  if (prefix > limits.positions) return longest;
  const rest = questions.few(itemSchemas(shape, prefix));
  const end = Math.min(longest, rest === undefined ? prefix : prefix + rest.length + prefix + 1);
  const owners = new Map<string, number>();
  const values: string[][] = [];
  for (let index = 0; index < end; index += 1) {
    const few = index < prefix ? questions.few(itemSchemas(shape, index)) : rest;
    values.push(few === undefined ? [`any ${index}`] : few.map(canonical));
    if (!assign(index, { values, owners, tried: new Set() })) return index;
  }
  return longest;
}

interface Matching {
  readonly values: readonly (readonly string[])[];
  readonly owners: Map<string, number>;
  readonly tried: Set<string>;
}

/** Gives the position a value of its own, moving others if need be. */
function assign(index: number, matching: Matching): boolean {
  for (const value of matching.values[index] ?? []) {
    if (matching.tried.has(value)) continue;
    matching.tried.add(value);
    const owner = matching.owners.get(value);
    if (owner === undefined || assign(owner, matching)) {
      matching.owners.set(value, index);
      return true;
    }
  }
  return false;
}

/** True when two positions can hold the same value. */
function canRepeat(shape: ArrayShape, { longest, prefix }: Extent, questions: Questions): boolean {
  const end = Math.min(longest, prefix + 2);
  if (end > limits.positions) return true;
  for (let index = 0; index < end; index += 1) {
    for (let other = index + 1; other < end; other += 1) {
      if (!questions.impossible([...itemSchemas(shape, index), ...itemSchemas(shape, other)])) return true;
    }
  }
  return false;
}

/** True when a demand needs more different values than there are. */
function crowded(shape: ArrayShape, questions: Questions, longest: number): boolean {
  const prefix = positionsOf(shape);
  const different = (extra: SchemaNode): number => {
    const values = new Set<string>();
    for (let index = 0; index <= prefix && index < longest; index += 1) {
      const few = questions.few([...itemSchemas(shape, index), extra]);
      if (few === undefined) return Infinity;
      for (const value of few) values.add(canonical(value));
    }
    return values.size;
  };
  return shape.contains.some(
    ({ node, min, max, from }) =>
      different(node) < min || (from === 0 && max + different(complement(node)) < shape.minItems),
  );
}

/** True when a demand that every item meets, or none does, allows no length. */
function outnumbered(shape: ArrayShape, questions: Questions, longest: number): boolean {
  if (prefixLength(shape) > 0) return false;
  const item = itemSchemas(shape, 0);
  return shape.contains.some(({ node, min, max, from }) => {
    if (from > 0) return false;
    if (questions.impossible([...item, complement(node)])) return min > longest || max < shape.minItems;
    return min > 0 && questions.impossible([...item, node]);
  });
}

/** False when in an array of two items, each needed for another demand, the two cannot be equal. */
function planRepeats(shape: ArrayShape, { longest, prefix }: Extent, questions: Questions): boolean {
  if (longest > 2 || prefix > 0) return true;
  const item = itemSchemas(shape, 0);
  const nodes = shape.contains.filter(({ min }) => min > 0).map(({ node }) => node);
  return !questions.impossible([...item, ...nodes]);
}

/** True when some length lets every demand be met; every item either meets a demand or does not. */
function countable(shape: ArrayShape, extent: Extent, questions: Questions): boolean {
  for (const plan of plansOf(shape, extent, questions)) if (plan !== undefined) return true;
  return false;
}

/** The arrays of the shape, and perhaps some more, when there are at most `limit`. */
export function fewArrays(shape: ArrayShape, questions: Questions, limit: number): Json[] | undefined {
  const longest = longestArray(shape, questions);
  if (longest > 12) return undefined;
  const all: Json[][] = [];
  let level: Json[][] = [[]];
  for (let length = 0; length <= longest; length += 1) {
    if (length >= shape.minItems) all.push(...level);
    if (length === longest) break;
    const few = questions.few(itemSchemas(shape, length));
    if (few === undefined) return undefined;
    level = level.flatMap((array) =>
      few
        .filter((value) => !shape.unique || !array.some((other) => canonical(other) === canonical(value)))
        .map((value) => [...array, value]),
    );
    if (all.length + level.length > limit) return undefined;
  }
  return all;
}
