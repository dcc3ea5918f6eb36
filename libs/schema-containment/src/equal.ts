import { canonical } from './shape.ts';
import type { Keywords, SchemaNode } from './node.ts';

/**
 * Are two schemas written alike, up to order, annotations, and where their parts stand? Circles are followed
 * together.
 */

const verdicts = new WeakMap<SchemaNode, Map<number, boolean>>();
let assumed: Map<string, Pair> | undefined;

type Pair = readonly [left: SchemaNode, right: SchemaNode];

function remember([left, right]: Pair, same: boolean): void {
  const known = verdicts.get(left) ?? new Map<number, boolean>();
  verdicts.set(left, known.set(right.id, same));
}

let stepsLeft = Infinity;

/**
 * True when both assert the same, word by word. After `limit` pairs of schemas they count as not the same.
 */
export function sameText(left: SchemaNode, right: SchemaNode, limit = Infinity): boolean {
  if (left === right) return true;
  const known = left.id < right.id ? verdicts.get(left)?.get(right.id) : verdicts.get(right)?.get(left.id);
  if (known !== undefined) return known;
  if (assumed === undefined) stepsLeft = limit;
  const outermost = assumed === undefined;
  assumed ??= new Map();
  try {
    const same = same0(left, right);
    if (outermost && same) for (const pair of assumed.values()) remember(pair, true);
    return same;
  } catch (error) {
    // Too many, or longer than the stack is deep: then they are not compared by their words.
    if (outermost && error instanceof RangeError) {
      if (limit < Infinity) return false;
      remember(left.id < right.id ? [left, right] : [right, left], false);
      return false;
    }
    throw error;
  } finally {
    if (outermost) assumed = undefined;
  }
}

function same0(one: SchemaNode, other: SchemaNode): boolean {
  if (one === other) return true;
  const pair: Pair = one.id < other.id ? [one, other] : [other, one];
  const [left, right] = pair;
  const known = verdicts.get(left)?.get(right.id);
  if (known !== undefined) return known;
  const key = `${left.id} ${right.id}`;
  if (assumed?.has(key) === true) return true;
  stepsLeft -= 1;
  if (stepsLeft < 0) throw new RangeError('too many pairs to compare');
  assumed?.set(key, pair);
  const same = left.text === right.text && sameKeywords(left.keywords, right.keywords);
  if (!same) {
    remember(pair, false);
    assumed?.delete(key);
  }
  return same;
}

function sameKeywords(left: Keywords, right: Keywords): boolean {
  const keys = Object.keys(left) as (keyof Keywords)[];
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key], ordered.has(key)));
}

/** Keywords whose lists mean something by their order. */
const ordered = new Set<keyof Keywords>(['prefixItems']);

function sameValue(left: unknown, right: unknown, inOrder: boolean): boolean {
  if (left === right) return true;
  if (isNode(left) && isNode(right)) return same0(left, right);
  if (left instanceof Map && right instanceof Map) {
    return (
      left.size === right.size &&
      [...left].every(([name, value]) => right.has(name) && sameValue(value, right.get(name), inOrder))
    );
  }
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && sameList(left, right, inOrder);
  return typeof left !== 'object' && Object.is(left, right);
}

function sameList(left: readonly unknown[], right: readonly unknown[], inOrder: boolean): boolean {
  if (!left.some(isNode)) return listKey(left) === listKey(right);
  if (left.every((item, index) => sameValue(item, right[index], inOrder))) return true;
  if (inOrder || left.length > 40) return false;
  const rest = [...right];
  return left.every((item) => {
    const index = rest.findIndex((other) => sameValue(item, other, inOrder));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}

function listKey(list: readonly unknown[]): string {
  return list
    .map((item) => canonical(item as never))
    .sort()
    .join('\n');
}

function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && 'keywords' in value;
}
