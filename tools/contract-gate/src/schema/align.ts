import {
  allOf,
  anything,
  complement,
  conjuncts,
  makeNode,
  sameText,
  type SchemaNode,
} from '@enrollkit/schema-containment';

import { type Lift, shown } from './change.ts';

/** Which part of one schema stands where which part of the other stands. */

/** What a schema says, without composition by `allOf`: the conjuncts of a node. */
export interface Flat {
  readonly node: SchemaNode;
  readonly parts: readonly SchemaNode[];
  /** What the parts say about each property they name, together. */
  readonly properties: ReadonlyMap<string, SchemaNode>;
}

/**
 * A step from a value to a part of it, as a JSON Pointer segment; `*` is any item or any other property. `''`
 * stays.
 */
export interface Pair {
  readonly step: string;
  readonly lift: Lift;
  readonly sender: SchemaNode;
  readonly receiver: SchemaNode;
}

const flattened = new WeakMap<SchemaNode, Flat>();

/** A node with everything that holds for the same value because of `allOf`. */
export function flat(node: SchemaNode): Flat {
  const known = flattened.get(node);
  if (known !== undefined) return known;
  const parts = conjuncts(node);
  const named = new Map<string, SchemaNode[]>();
  for (const { keywords } of parts) {
    for (const [name, schema] of keywords.properties ?? [])
      named.set(name, [...(named.get(name) ?? []), schema]);
  }
  const properties = new Map([...named].map(([name, schemas]) => [name, allOf([...new Set(schemas)])]));
  const made = { node, parts, properties };
  flattened.set(node, made);
  return made;
}

/** What the parts say under one keyword together. */
export function under(
  { parts }: Flat,
  key:
    | 'items'
    | 'additionalProperties'
    | 'contains'
    | 'propertyNames'
    | 'unevaluatedProperties'
    | 'unevaluatedItems'
    | 'contentSchema'
    | 'then'
    | 'else',
): SchemaNode | undefined {
  return together(parts.flatMap(({ keywords }) => keywords[key] ?? []));
}

/** The branches of the only `anyOf` or `oneOf`, if there is exactly one. */
export function branches({ parts }: Flat): readonly SchemaNode[] | undefined {
  const unions = parts.flatMap(({ keywords }) =>
    [keywords.anyOf, keywords.oneOf].filter((union) => union !== undefined),
  );
  return unions.length === 1 ? unions[0] : undefined;
}

/** Branches that stand for each other: alike, of one name, or at one position of lists of one length. */
export function pairBranches(
  senders: readonly SchemaNode[],
  receivers: readonly SchemaNode[],
): { readonly pairs: readonly Pair[]; readonly unpaired: readonly SchemaNode[] } {
  const taken = new Set<SchemaNode>();
  const partners = new Map<SchemaNode, SchemaNode>();
  const tests: ((left: SchemaNode, right: SchemaNode) => boolean)[] = [
    sameText,
    (left, right) => nameOf(left) !== undefined && nameOf(left) === nameOf(right),
    (left, right) =>
      senders.length === receivers.length &&
      senders.indexOf(left) === receivers.indexOf(right) &&
      (nameOf(left) === undefined || nameOf(right) === undefined),
  ];
  for (const test of tests) {
    for (const sender of senders) {
      const partner = partners.has(sender)
        ? undefined
        : receivers.find((receiver) => !taken.has(receiver) && test(sender, receiver));
      if (partner === undefined) continue;
      taken.add(partner);
      partners.set(sender, partner);
    }
  }
  return {
    pairs: [...partners].map(([sender, receiver]) => ({
      step: '',
      sender,
      receiver,
      lift: (part) => makeNode(part, { anyOf: [complement(sender), part] }),
    })),
    unpaired: senders.filter((sender) => !partners.has(sender)),
  };
}

/** Parts of two schemas that speak of the same part of a value. */
export function pairs(sender: Flat, receiver: Flat): Pair[] {
  const shared = [...sender.properties].map(([name, node]) =>
    pair({ step: name, lift: (part) => ofProperty(name, part) }, node, receiver.properties.get(name)),
  );
  const [left, right] = [positions(sender), positions(receiver)];
  const any = anything(sender.node);
  const tuple = left.map((node, index) =>
    pair(
      {
        step: String(index),
        lift: (part) => makeNode(part, { prefixItems: [...Array.from({ length: index }, () => any), part] }),
      },
      node,
      right[index],
    ),
  );
  const patterns = [...named(sender, 'patternProperties')].map(([name, node]) =>
    pair(
      { step: '*', lift: (part) => makeNode(part, { patternProperties: new Map([[name, part]]) }) },
      node,
      named(receiver, 'patternProperties').get(name),
    ),
  );
  const dependent = [...named(sender, 'dependentSchemas')].map(([name, node]) =>
    pair({ step: '', lift: stays }, node, named(receiver, 'dependentSchemas').get(name)),
  );
  const [some, others] = [branches(sender), branches(receiver)];
  const unions = some === undefined || others === undefined ? [] : pairBranches(some, others).pairs;
  return [...shared, ...singles(sender, receiver), ...tuple, ...patterns, ...dependent, ...unions].filter(
    (one) => one !== undefined,
  );
}

function singles(sender: Flat, receiver: Flat): (Pair | undefined)[] {
  const any = anything(sender.node);
  const lifts = {
    items: (part) => makeNode(part, { items: part }),
    additionalProperties: (part) =>
      makeNode(part, {
        additionalProperties: part,
        properties: new Map([...sender.properties.keys()].map((name) => [name, any])),
      }),
    contains: (part) => makeNode(part, { contains: part }),
  } as const satisfies Readonly<Record<string, Lift>>;
  const below = (['items', 'additionalProperties', 'contains'] as const).map((key) =>
    pair({ step: '*', lift: lifts[key] }, under(sender, key), under(receiver, key)),
  );
  const same = (['contentSchema', 'then', 'else'] as const).map((key) =>
    pair({ step: '', lift: stays }, under(sender, key), under(receiver, key)),
  );
  return [...below, ...same];
}

/** What a schema says of a property. */
export function ofProperty(name: string, part: SchemaNode): SchemaNode {
  return makeNode(part, { properties: new Map([[name, part]]) });
}

function stays(part: SchemaNode): SchemaNode {
  return part;
}

function pair(
  { step, lift }: { readonly step: string; readonly lift: Lift },
  sender: SchemaNode | undefined,
  receiver: SchemaNode | undefined,
): Pair | undefined {
  return sender === undefined || receiver === undefined ? undefined : { step, lift, sender, receiver };
}

function positions({ parts }: Flat): readonly SchemaNode[] {
  return parts.find(({ keywords }) => keywords.prefixItems !== undefined)?.keywords.prefixItems ?? [];
}

function named(
  { parts }: Flat,
  key: 'patternProperties' | 'dependentSchemas',
): ReadonlyMap<string, SchemaNode> {
  return new Map(parts.flatMap(({ keywords }) => [...(keywords[key] ?? [])]));
}

function together(nodes: readonly SchemaNode[]): SchemaNode | undefined {
  return nodes.length === 0 ? undefined : allOf([...new Set(nodes)]);
}

/** The name of a schema that has one: where it is kept says so. */
export function nameOf({ pointer }: SchemaNode): string | undefined {
  const kept = /\/(?:components\/schemas|\$defs|definitions)\/([^/]+)$/.exec(pointer)?.[1];
  return kept ?? /^\/x-files\/(?:[^/]*~1)?([^/]+?)(?:\.(?:ya?ml|json))?$/.exec(pointer)?.[1];
}

/** What a person would call a variant: its name, the value that tells it from others, or what it holds. */
export function variantName(node: SchemaNode): string {
  const name = nameOf(node) ?? (typeof node.raw.title === 'string' ? node.raw.title : undefined);
  if (name !== undefined) return name;
  const { parts, properties } = flat(node);
  const constant = [...properties].find(([, { keywords }]) => keywords.enum?.length === 1);
  if (constant !== undefined) return `with ${constant[0]} ${shown(constant[1].keywords.enum?.[0])}`;
  if (properties.size > 0) return `with ${[...properties.keys()].slice(0, 5).map(shown).join(', ')}`;
  const values = parts.find(({ keywords }) => keywords.enum !== undefined)?.keywords.enum;
  if (values !== undefined) return shown(values);
  const types = parts.find(({ keywords }) => keywords.types !== undefined)?.keywords.types;
  return types === undefined ? `at ${node.pointer}` : types.join(' or ');
}
