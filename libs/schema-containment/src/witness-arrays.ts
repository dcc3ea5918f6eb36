import { longestArray, positionsOf } from './arrays.ts';
import type { Json } from './json.ts';
import { complement } from './literals.ts';
import type { SchemaNode } from './node.ts';
import { plansOf } from './plans.ts';
import type { Prover } from './prover.ts';
import { type ArrayShape, canonical, itemSchemas } from './shape.ts';

/** Items that an array may have, lengths, and, where all are tried, different items, arrays and shapes. */
const limits = { size: 5000, lengths: 8, pool: 8, arrays: 1500, shapes: 6 };

/** What arrays are made of. */
export interface PartValues {
  readonly prover: Prover;
  /** Values that fit all of the schemas, simple ones first. */
  values(nodes: readonly SchemaNode[]): readonly Json[];
  /** True when the value fits all of the schemas. */
  fits(nodes: readonly SchemaNode[], value: Json): boolean;
}

/** Arrays of the shortest lengths in which every demand can be met. */
export function arraysOf(shape: ArrayShape, parts: PartValues): Json[] {
  if (shape.contains.length === 0 && !shape.repeated) return plainArrays(shape, parts);
  const prefix = positionsOf(shape);
  const longest = Math.min(longestArray(shape, parts.prover), shape.minItems + prefix + 60, limits.size);
  const found: Json[] = [];
  let lengths = 0;
  for (const plan of plansOf(shape, { longest, prefix }, parts.prover)) {
    lengths += 1;
    if (plan === 'unknown' || lengths > limits.lengths) break;
    const wanted = plan.map((kind, index) => [
      ...itemSchemas(shape, index),
      ...shape.contains.flatMap(({ node, from }, place) =>
        index < from ? [] : [kind[place] === 1 ? node : complement(node)],
      ),
    ]);
    found.push(...(shape.repeated ? repeating(wanted, parts) : filled(wanted, shape.unique, parts)));
    if (found.length >= 4) break;
  }
  return found;
}

/** The shortest array, and one item more. */
function plainArrays(shape: ArrayShape, parts: PartValues): Json[] {
  const longest = longestArray(shape, parts.prover);
  return [shape.minItems, shape.minItems + 1].flatMap((length) => {
    if (length > Math.min(longest, limits.size)) return [];
    const wanted = Array.from({ length }, (_, index) => itemSchemas(shape, index));
    return filled(wanted, shape.unique, parts);
  });
}

/** One value for each position; all different when they must be. */
function filled(wanted: readonly (readonly SchemaNode[])[], unique: boolean, parts: PartValues): Json[][] {
  const array: Json[] = [];
  const used = new Set<string>();
  for (const nodes of wanted) {
    const fresh = (one: Json): boolean => !unique || !used.has(canonical(one));
    const known = parts.values(nodes);
    const own = known.find(fresh);
    // Not by `??`: null is a value.
    const value = own === undefined && known.length > 0 ? another(nodes, fresh, parts) : own;
    if (value === undefined) return [];
    used.add(canonical(value));
    array.push(value);
  }
  return [array];
}

/** A value that is not taken yet: one of few, a number or a string. */
function another(
  nodes: readonly SchemaNode[],
  fresh: (value: Json) => boolean,
  parts: PartValues,
): Json | undefined {
  const few = parts.prover.few(nodes);
  if (few !== undefined) return few.find((value) => fresh(value) && parts.fits(nodes, value));
  for (let count = 0; count < 200; count += 1) {
    for (const value of [count, -count, `${count}`, `s${count}`])
      if (fresh(value) && parts.fits(nodes, value)) return value;
  }
  return undefined;
}

/** With the same value at two positions. */
function repeating(wanted: readonly (readonly SchemaNode[])[], parts: PartValues): Json[][] {
  const [plain] = filled(wanted, false, parts);
  if (plain === undefined) return [];
  const end = Math.min(plain.length, 12);
  for (let index = 0; index < end; index += 1) {
    for (let other = index + 1; other < end; other += 1) {
      const [both] = parts.values([...(wanted[index] ?? []), ...(wanted[other] ?? [])]);
      if (both !== undefined) return [plain.with(index, both).with(other, both)];
    }
  }
  return [];
}

/**
 * All short arrays of a few different items that mean something to the shapes: where demands get into each
 * other's way, trying is the shorter way. The caller judges them.
 */
export function* smallArrays(shapes: readonly ArrayShape[], parts: PartValues): Generator<Json[]> {
  for (const shape of shapes.slice(0, limits.shapes)) {
    const pool = itemsOf(shape, parts);
    const longest = Math.min(longestArray(shape, parts.prover), shape.minItems + pool.length);
    let level: Json[][] = [[]];
    let count = 0;
    for (let length = 0; length <= longest && count < limits.arrays; length += 1) {
      if (length >= shape.minItems) yield* level;
      count += level.length;
      level = level
        .flatMap((array) =>
          pool.filter((item) => !shape.unique || !array.includes(item)).map((item) => [...array, item]),
        )
        .slice(0, limits.arrays);
    }
  }
}

/** Items that meet a demand or do not, and items that may stand at a position. */
function itemsOf(shape: ArrayShape, parts: PartValues): Json[] {
  const prefix = Math.min(positionsOf(shape), 3);
  const found = new Map<string, Json>();
  for (let index = 0; index <= prefix; index += 1) {
    const own = itemSchemas(shape, index);
    const more = shape.contains.flatMap(({ node }) => [[node], [complement(node)]]);
    for (const extra of [[], ...more])
      for (const value of parts.values([...own, ...extra]).slice(0, 3)) found.set(canonical(value), value);
  }
  return [...found.values()].slice(0, limits.pool);
}
