import type { Json } from './json.ts';
import { complement } from './literals.ts';
import type { SchemaNode } from './node.ts';
import type { Questions } from './questions.ts';
import { type ArrayShape, canonical, type Contains, itemSchemas, prefixLength } from './shape.ts';

/** Positions looked at one by one, lengths tried, and demands counted together. Beyond, nothing is proven. */
const limits = { positions: 40, lengths: 300, demands: 5, count: 60 };

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

/** How long the array can be, and how many positions differ from those after them. */
export interface Extent {
  readonly longest: number;
  readonly prefix: number;
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

/** For one length: which demands each item meets (1) and which it does not (0). */
export type Plan = readonly (readonly number[])[];

interface Step {
  readonly before: string;
  readonly kind: readonly number[];
}

/** True when some length lets every demand be met; every item either meets a demand or does not. */
function countable(shape: ArrayShape, extent: Extent, questions: Questions): boolean {
  for (const plan of plansOf(shape, extent, questions)) if (plan !== undefined) return true;
  return false;
}

/** Plans for the shortest lengths, one for each. `'unknown'`: there are too many to tell. */
export function* plansOf(
  shape: ArrayShape,
  { longest, prefix }: Extent,
  questions: Questions,
): Generator<Plan | 'unknown'> {
  const { contains } = shape;
  const caps = contains.map(({ min, max }) => (max === Infinity ? min : max + 1));
  if (
    contains.length > limits.demands ||
    caps.some((cap) => cap > limits.count) ||
    prefix > limits.positions
  ) {
    yield 'unknown';
    return;
  }
  const kinds = Array.from({ length: prefix + 1 }, (_, index) => kindsAt(shape, index, questions));
  const start = caps.map(() => 0).join();
  const levels: ReadonlyMap<string, Step>[] = [new Map([[start, { before: '', kind: [] }]])];
  for (let length = 0; length <= longest; length += 1) {
    const level = levels[length] ?? new Map<string, Step>();
    const end = [...level.keys()].find((state) => meets(state, contains));
    if (length >= shape.minItems && end !== undefined) yield planTo(end, levels, length);
    if (length > limits.lengths) {
      yield 'unknown';
      return;
    }
    const next = new Map<string, Step>();
    for (const state of level.keys()) {
      const counts = state === '' ? [] : state.split(',').map(Number);
      for (const kind of kinds[Math.min(length, prefix)] ?? []) {
        const after = counts
          .map((count, index) => Math.min(count + (kind[index] ?? 0), caps[index] ?? 0))
          .join();
        if (!next.has(after)) next.set(after, { before: state, kind });
      }
    }
    const same = next.size === level.size && [...next.keys()].every((state) => level.has(state));
    if (next.size === 0 || (same && length >= prefix && length >= shape.minItems && end === undefined))
      return;
    levels.push(next);
  }
}

function planTo(end: string, levels: readonly ReadonlyMap<string, Step>[], length: number): Plan {
  const kinds: (readonly number[])[] = [];
  let state = end;
  for (let index = length; index > 0; index -= 1) {
    const step = levels[index]?.get(state);
    if (step === undefined) break;
    kinds.unshift(step.kind);
    state = step.before;
  }
  return kinds;
}

function meets(state: string, contains: readonly Contains[]): boolean {
  return contains.every(({ min, max }, index) => {
    const count = Number(state.split(',')[index] ?? 0);
    return count >= min && count <= max;
  });
}

/**
 * For each combination of demands that an item at the position can meet: 1 for each it meets, 0 for each it
 * does not.
 */
function kindsAt(shape: ArrayShape, index: number, questions: Questions): number[][] {
  const own = itemSchemas(shape, index);
  return Array.from({ length: 2 ** shape.contains.length }, (_, bits) =>
    shape.contains.map((__, place) => (bits >> place) & 1),
  ).filter(
    (kind) =>
      shape.contains.every(({ from }, place) => index >= from || kind[place] === 0) &&
      !questions.impossible([
        ...own,
        ...shape.contains.flatMap(({ node, from }, place) =>
          index < from ? [] : [kind[place] === 1 ? node : complement(node)],
        ),
      ]),
  );
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
