import { makeNode, type SchemaNode } from './node.ts';
import { everything, type ObjectShape, type Shape } from './shape.ts';

/** A schema that a value must fit, or must not fit. */
export interface Literal {
  readonly node: SchemaNode;
  readonly holds: boolean;
}

/** One way to satisfy something: constraints, and schemas that must hold or not. */
export interface Alternative {
  readonly narrow?: Shape;
  readonly and?: readonly Literal[];
}

/** Alternatives of which at least one must be satisfied. */
export interface Choice {
  readonly alternatives: readonly Alternative[];
  /** The schema that is to be missed, where the alternatives say how. */
  readonly missed?: SchemaNode;
}

let never: SchemaNode | undefined;

/** Objects that do not have a property. */
export function without(name: string): ObjectShape {
  never ??= makeNode({ side: 'base', pointer: '', text: false }, { never: true });
  return {
    ...everything('object'),
    layers: [{ props: new Map([[name, never]]), patterns: [], declares: false }],
  };
}

/** The value must fit the schema. */
export function holds(node: SchemaNode): Literal {
  return { node, holds: true };
}

/** The value must not fit the schema. */
export function fails(node: SchemaNode): Literal {
  return { node, holds: false };
}

const complements = new WeakMap<SchemaNode, SchemaNode>();

/** The schema that accepts what `node` refuses; always the same one, so that circles close. */
export function complement(node: SchemaNode): SchemaNode {
  const { not, ...rest } = node.keywords;
  if (not !== undefined && Object.keys(rest).length === 0) return not;
  const known = complements.get(node) ?? makeNode(node, { not: node });
  complements.set(node, known);
  return known;
}

const patterns = new Map<string, SchemaNode>();

/** The schema of strings that match a pattern; always the same one for the same pattern. */
export function matching(pattern: string): SchemaNode {
  const known =
    patterns.get(pattern) ??
    makeNode({ side: 'base', pointer: '', text: false }, { types: ['string'], pattern });
  patterns.set(pattern, known);
  return known;
}
