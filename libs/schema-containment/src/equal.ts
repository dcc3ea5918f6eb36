import { canonical } from './shape.ts';
import type { Keywords, SchemaNode } from './node.ts';

/** Are two schemas written alike, up to order, annotations, and where their parts stand? Circles are followed together. */

const verdicts = new Map<string, boolean>();
let assumed: Set<string> | undefined;

/** True when both assert the same, word by word. */
export function sameText(left: SchemaNode, right: SchemaNode): boolean {
  if (left === right) return true;
  const outermost = assumed === undefined;
  assumed ??= new Set();
  try {
    const same = same0(left, right);
    if (outermost && same) for (const key of assumed) verdicts.set(key, true);
    return same;
  } finally {
    if (outermost) assumed = undefined;
  }
}

/** Forgets everything: nodes of finished comparisons are garbage. */
export function forgetTexts(): void {
  verdicts.clear();
}

function same0(left: SchemaNode, right: SchemaNode): boolean {
  if (left === right) return true;
  const key = left.id < right.id ? `${left.id} ${right.id}` : `${right.id} ${left.id}`;
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  if (assumed?.has(key) === true) return true;
  assumed?.add(key);
  const same = left.text === right.text && sameKeywords(left.keywords, right.keywords);
  if (!same) {
    verdicts.set(key, false);
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
