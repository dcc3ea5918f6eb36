import { isAny, makeNode, type SchemaNode } from './node.ts';
import { type ArrayShape, type ObjectShape, prefixLength, type Role, type Shape } from './shape.ts';

/** `unevaluatedProperties` and `unevaluatedItems`, once it is known what the rest of the schema evaluates. */
export function withUnevaluated(node: SchemaNode, shapes: readonly Shape[], role: Role): readonly Shape[] {
  const { unevaluatedItems: items, unevaluatedProperties: properties } = node.keywords;
  return shapes.map((shape) => {
    if (shape.type === 'array' && items !== undefined) return withItems(shape, { node, rest: items, role });
    if (shape.type === 'object' && properties !== undefined)
      return withProperties(shape, { node, rest: properties, role });
    return shape;
  });
}

interface Rest {
  readonly node: SchemaNode;
  readonly rest: SchemaNode;
  readonly role: Role;
}

/**
 * A branch that was not chosen for this shape may hold for the value all the same and evaluate more. A sender is given
 * the benefit of that, a receiver is not.
 */
function withProperties(shape: ObjectShape, { node, rest, role }: Rest): ObjectShape {
  const layers = shape.layers.filter(({ evaluates }) => evaluates);
  const seen =
    role === 'sender'
      ? spokenOf(node)
      : { names: new Set<string>(), patterns: new Set<string>(), everything: false };
  if (seen.everything || layers.some((layer) => layer.rest !== undefined)) return shape;
  const anything = makeNode(node, {});
  const names = [...seen.names, ...layers.flatMap(({ props }) => [...props.keys()])];
  const patterns = [...seen.patterns, ...layers.flatMap((layer) => [...layer.patterns.keys()])];
  return {
    ...shape,
    layers: [
      ...shape.layers,
      {
        props: new Map(names.map((name) => [name, anything])),
        patterns: new Map(patterns.map((pattern) => [pattern, anything])),
        rest,
        evaluates: false,
      },
    ],
  };
}

function withItems(shape: ArrayShape, { node, rest, role }: Rest): ArrayShape {
  if (shape.layers.some((layer) => layer.rest !== undefined)) return shape;
  const seen = role === 'sender' ? spokenOf(node) : { items: 0, everyItem: false };
  if (seen.everyItem) return shape;
  const anything = makeNode(node, {});
  const length = Math.max(prefixLength(shape), seen.items);
  const alternatives = shape.contains
    .map((contains) => contains.node)
    .concat(role === 'sender' ? containsOf(node) : []);
  const left =
    alternatives.length === 0 || isAny(rest) ? rest : makeNode(node, { anyOf: [...alternatives, rest] });
  return {
    ...shape,
    layers: [...shape.layers, { prefix: Array.from({ length }, () => anything), rest: left }],
  };
}

interface Spoken {
  readonly names: Set<string>;
  readonly patterns: Set<string>;
  everything: boolean;
  items: number;
  everyItem: boolean;
}

/** All that any part of the schema, chosen or not, says about properties and items. */
function spokenOf(node: SchemaNode): Spoken {
  const spoken: Spoken = {
    names: new Set(),
    patterns: new Set(),
    everything: false,
    items: 0,
    everyItem: false,
  };
  for (const part of inPlace(node, new Set())) {
    const {
      properties,
      patternProperties,
      additionalProperties,
      prefixItems,
      items,
      unevaluatedProperties,
      unevaluatedItems,
    } = part.keywords;
    for (const name of properties?.keys() ?? []) spoken.names.add(name);
    for (const pattern of patternProperties?.keys() ?? []) spoken.patterns.add(pattern);
    spoken.items = Math.max(spoken.items, prefixItems?.length ?? 0);
    if (additionalProperties !== undefined || (part !== node && unevaluatedProperties !== undefined))
      spoken.everything = true;
    if (items !== undefined || (part !== node && unevaluatedItems !== undefined)) spoken.everyItem = true;
  }
  return spoken;
}

function containsOf(node: SchemaNode): SchemaNode[] {
  return inPlace(node, new Set()).flatMap((part) => part.keywords.contains ?? []);
}

/** The node and every schema that speaks of the same value, under `not` excepted. */
export function inPlace(node: SchemaNode, seen: Set<SchemaNode>): SchemaNode[] {
  if (seen.has(node)) return [];
  seen.add(node);
  const {
    allOf = [],
    anyOf = [],
    oneOf = [],
    if: test,
    then,
    else: otherwise,
    dependentSchemas,
  } = node.keywords;
  const parts = [...allOf, ...anyOf, ...oneOf, test, then, otherwise, ...(dependentSchemas?.values() ?? [])];
  return [node, ...parts.flatMap((part) => (part === undefined ? [] : inPlace(part, seen)))];
}
