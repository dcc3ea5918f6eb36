import { conjuncts, makeNode, type SchemaNode } from './node.ts';
import { canonical } from './shape.ts';

/**
 * Variants of unions that are told apart by the value of a property, or list the values that they take: most
 * unions of documents, and some are very wide.
 */

/** What must be there and has only these values, by the property's name; of the value itself, by `null`. */
type Tags = ReadonlyMap<string | null, ReadonlySet<string>>;

const known = new WeakMap<SchemaNode, Tags>();

function tagsOf(node: SchemaNode): Tags {
  const before = known.get(node);
  if (before !== undefined) return before;
  const parts = conjuncts(node);
  // Only objects have properties: whatever else the schema takes, no tag tells it apart.
  const isObject = parts.some(({ keywords: { types } }) => types?.length === 1 && types[0] === 'object');
  const required = new Set(isObject ? parts.flatMap(({ keywords }) => keywords.required ?? []) : []);
  const tags = new Map<string | null, ReadonlySet<string>>();
  for (const { keywords, text } of parts) {
    if (text) continue;
    if (keywords.enum !== undefined) tags.set(null, new Set(keywords.enum.map(canonical)));
    for (const [name, { keywords: own }] of keywords.properties ?? [])
      if (own.enum !== undefined && required.has(name)) tags.set(name, new Set(own.enum.map(canonical)));
  }
  known.set(node, tags);
  return tags;
}

/** True when a property, or the value itself, tells the two apart: no value fits both. */
function apart(left: SchemaNode, right: SchemaNode): boolean {
  const other = tagsOf(right);
  for (const [name, values] of tagsOf(left))
    if (other.get(name)?.isDisjointFrom(values) === true) return true;
  return false;
}

const disjoint = new WeakMap<readonly SchemaNode[], boolean>();

/** True when one property, or the value itself, tells all of them apart. */
export function areTagged(variants: readonly SchemaNode[]): boolean {
  const before = disjoint.get(variants);
  if (before !== undefined) return before;
  const [first] = variants;
  const names = first === undefined ? [] : [...tagsOf(first).keys()];
  const found = names.some((name) => {
    const seen = new Set<string>();
    return variants.every((variant) => {
      const values = tagsOf(variant).get(name);
      const fresh = values !== undefined && seen.isDisjointFrom(values);
      for (const value of values ?? []) seen.add(value);
      return fresh;
    });
  });
  disjoint.set(variants, found);
  return found;
}

const narrowings = new WeakMap<SchemaNode, Map<SchemaNode, SchemaNode>>();

/**
 * The union without the variants that are told apart from what a value must fit, too; the same union when
 * there are none.
 */
export function narrowed(union: SchemaNode, beside: readonly SchemaNode[]): SchemaNode {
  return beside.reduce((left, node) => (node === left ? left : narrowedBy(left, node)), union);
}

function narrowedBy(union: SchemaNode, beside: SchemaNode): SchemaNode {
  const { anyOf, oneOf, ...rest } = union.keywords;
  const variants = anyOf ?? oneOf;
  if (variants === undefined || (anyOf !== undefined && oneOf !== undefined)) return union;
  if (Object.keys(rest).length > 0 || variants.length < 2 || tagsOf(beside).size === 0) return union;
  const byNode = narrowings.get(union) ?? new Map<SchemaNode, SchemaNode>();
  narrowings.set(union, byNode);
  const before = byNode.get(beside);
  if (before !== undefined) return before;
  const left = variants.filter((variant) => !apart(variant, beside));
  const [only] = left;
  const node =
    left.length === variants.length
      ? union
      : only === undefined
        ? makeNode(union, { never: true })
        : left.length === 1
          ? only
          : makeNode(union, anyOf === undefined ? { oneOf: left } : { anyOf: left });
  byNode.set(beside, node);
  return node;
}
