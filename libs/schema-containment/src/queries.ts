import type { Query } from './branches.ts';
import { sameText } from './equal.ts';
import { complement } from './literals.ts';
import { conjuncts, isAny, isNever, makeNode, type SchemaNode } from './node.ts';
import { areTagged, narrowed } from './tags.ts';

/** Queries: what a value must fit and must not fit, sorted and taken apart. */

/** Pairs of schemas compared by their words. */
const alikeLimit = 60;

/** The schemas sorted into those to fit and those not to fit. `undefined`: nothing can. */
export function normalized(nodes: readonly SchemaNode[]): Query | undefined {
  const wanted = new Set<SchemaNode>();
  const refused = new Set<SchemaNode>();
  for (const node of nodes) {
    if (isAny(node)) continue;
    if (isNever(node)) return undefined;
    const { not, ...rest } = node.keywords;
    if (not === undefined || Object.keys(rest).length > 0) wanted.add(node);
    else if (isAny(not)) return undefined;
    else if (!isNever(not)) refused.add(not);
  }
  return { wanted: [...wanted], refused: [...refused] };
}

/** True when something must fit and not fit, by the same words. */
export function contradicts({ wanted, refused }: Query): boolean {
  if (refused.length === 0) return false;
  const own = wanted.flatMap((node) => conjuncts(node));
  return refused.some((node) => own.some((other) => other === node || sameText(other, node, alikeLimit)));
}

/** The same query has the same key. */
export function keyOf({ wanted, refused }: Query): string {
  const ids = (nodes: readonly SchemaNode[]): string =>
    nodes
      .map(({ id }) => id)
      .sort((left, right) => left - right)
      .join('&');
  return `${ids(wanted)}!${ids(refused)}`;
}

const separated = new WeakMap<SchemaNode, readonly SchemaNode[]>();

/**
 * A conjunction, taken apart: each part can be proven by itself. What is unevaluated depends on all parts
 * together.
 */
export function separable(node: SchemaNode): readonly SchemaNode[] | undefined {
  const { allOf, unevaluatedItems, unevaluatedProperties, ...rest } = node.keywords;
  if (allOf === undefined || unevaluatedItems !== undefined || unevaluatedProperties !== undefined)
    return undefined;
  // How text is read depends on the type beside it.
  if (node.text && Object.keys(rest).length > 0) return undefined;
  const known = separated.get(node) ?? [...allOf.filter((part) => part !== node), makeNode(node, rest)];
  separated.set(node, known);
  return known;
}

/**
 * The variants of a schema that is a union and nothing else: an `anyOf`, or a `oneOf` of which one property
 * tells all apart.
 */
export function onlyUnion({ keywords }: SchemaNode): readonly SchemaNode[] | undefined {
  const { anyOf, oneOf } = keywords;
  if (Object.keys(keywords).length !== 1) return undefined;
  return anyOf ?? (oneOf !== undefined && areTagged(oneOf) ? oneOf : undefined);
}

/**
 * The query with each union without the variants that cannot hold beside what must; `undefined` when that
 * changes nothing.
 */
export function withNarrowUnions({ wanted, refused }: Query): SchemaNode[] | undefined {
  const narrow = wanted.map((node) => narrowed(node, wanted));
  const missed = refused.map((node) => narrowed(node, wanted));
  const same =
    narrow.every((node, index) => node === wanted[index]) &&
    missed.every((node, index) => node === refused[index]);
  return same ? undefined : [...narrow, ...missed.map(complement)];
}

/** False when the types that the schemas name have nothing in common. */
export function mayShare(wanted: readonly SchemaNode[], { keywords }: SchemaNode): boolean {
  const { types } = keywords;
  return (
    types === undefined ||
    wanted.every(
      (node) =>
        node.keywords.types === undefined ||
        node.keywords.types.some(
          (type) => types.includes(type) || (type === 'integer' && types.includes('number')),
        ),
    )
  );
}
