import { anything, type Keywords, makeNode, type SchemaNode } from '@enrollkit/schema-containment';

import type { Lift } from './change.ts';

/** A schema taken apart into demands that hold one by one: it accepts what all of them accept. */

/** One demand: the schema with one keyword only, and with those that the keyword needs. */
export interface Demand {
  readonly kind: string;
  /** Which keyword, as a JSON Pointer below the schema. */
  readonly suffix: string;
  readonly node: SchemaNode;
  /** The part of a value the demand speaks of, and what it demands there. */
  readonly part?: { readonly step: string; readonly node: SchemaNode; readonly lift: Lift };
  /** The property it demands. */
  readonly name?: string;
  readonly keys: readonly (keyof Keywords)[];
}

const plain: readonly (readonly [kind: string, ...keys: (keyof Keywords)[]])[] = [
  ['type', 'types'],
  ['enum', 'enum'],
  ['minimum', 'minimum'],
  ['minimum', 'exclusiveMinimum'],
  ['maximum', 'maximum'],
  ['maximum', 'exclusiveMaximum'],
  ['multiple-of', 'multipleOf'],
  ['min-length', 'minLength'],
  ['max-length', 'maxLength'],
  ['pattern', 'pattern'],
  ['format', 'format'],
  ['min-items', 'minItems'],
  ['max-items', 'maxItems'],
  ['unique-items', 'uniqueItems'],
  ['contains', 'contains', 'minContains', 'maxContains'],
  ['min-properties', 'minProperties'],
  ['max-properties', 'maxProperties'],
  ['property-names', 'propertyNames'],
  ['content-schema', 'contentSchema'],
  ['any-of', 'anyOf'],
  ['one-of', 'oneOf'],
  ['not', 'not'],
  ['condition', 'if', 'then', 'else'],
];

const demanded = new WeakMap<SchemaNode, readonly Demand[]>();

/** The demands of a node, `allOf` and what is unevaluated apart. Always the same nodes for the same node. */
export function demandsOf(node: SchemaNode): readonly Demand[] {
  const known = demanded.get(node) ?? [
    ...plainDemands(node),
    ...requirements(node),
    ...parts(node),
    ...dependencies(node),
  ];
  demanded.set(node, known);
  return known;
}

const written: Partial<Record<keyof Keywords, string>> = { types: 'type' };

function plainDemands(node: SchemaNode): Demand[] {
  if (node.keywords.never === true)
    return [{ kind: 'never', suffix: '', node: makeNode(node, { never: true }), keys: ['never'] }];
  return plain.flatMap(([kind, first, ...needed]): Demand[] => {
    if (
      first === undefined ||
      node.keywords[first] === undefined ||
      (first === 'if' && node.keywords.then === undefined && node.keywords.else === undefined)
    )
      return [];
    const keys = [first, ...needed].filter((key) => node.keywords[key] !== undefined);
    // Text is read by the type that stands beside it: without it, every bound would be one of something else.
    const together = node.text && node.keywords.types !== undefined ? [...keys, 'types' as const] : keys;
    const keywords: Keywords = Object.fromEntries(together.map((key) => [key, node.keywords[key]]));
    return [{ kind, suffix: `/${written[first] ?? first}`, node: makeNode(node, keywords), keys }];
  });
}

function requirements(node: SchemaNode): Demand[] {
  return (node.keywords.required ?? []).map((name) => ({
    kind: 'required',
    suffix: '/required',
    name,
    node: makeNode(node, { required: [name] }),
    keys: ['required'],
  }));
}

/** The demand that a part of the value fits; `lift` says the same of any other schema in its place. */
function partDemand(
  of: Pick<Demand, 'kind' | 'suffix' | 'name' | 'keys'>,
  part: { readonly step: string; readonly node: SchemaNode },
  lift: Lift,
): Demand {
  return { ...of, part: { ...part, lift }, node: lift(part.node) };
}

function parts(node: SchemaNode): Demand[] {
  const { properties, patternProperties } = node.keywords;
  const byName = [...(properties ?? [])].map(
    ([name, part]): Demand =>
      partDemand(
        { kind: 'property', suffix: `/properties/${name}`, name, keys: ['properties'] },
        { step: name, node: part },
        (inner) => makeNode(node, { properties: new Map([[name, inner]]) }),
      ),
  );
  const byPattern = [...(patternProperties ?? [])].map(
    ([pattern, part]): Demand =>
      partDemand(
        { kind: 'pattern-properties', suffix: `/patternProperties/${pattern}`, keys: ['patternProperties'] },
        { step: '*', node: part },
        (inner) => makeNode(node, { patternProperties: new Map([[pattern, inner]]) }),
      ),
  );
  return [...byName, ...byPattern, ...otherProperties(node), ...items(node)];
}

function otherProperties(node: SchemaNode): Demand[] {
  const { properties, patternProperties, additionalProperties } = node.keywords;
  if (additionalProperties === undefined) return [];
  const any = anything(node);
  return [
    partDemand(
      {
        kind: 'additional-properties',
        suffix: '/additionalProperties',
        keys: ['additionalProperties'],
      },
      { step: '*', node: additionalProperties },
      (inner) =>
        makeNode(node, {
          additionalProperties: inner,
          properties: blank(properties, any),
          patternProperties: blank(patternProperties, any),
        }),
    ),
  ];
}

function items(node: SchemaNode): Demand[] {
  const { prefixItems = [], items: rest } = node.keywords;
  const any = anything(node);
  const tuple = prefixItems.map(
    (part, index): Demand =>
      partDemand(
        { kind: 'items', suffix: `/prefixItems/${index}`, keys: ['prefixItems'] },
        { step: String(index), node: part },
        (inner) => makeNode(node, { prefixItems: [...Array.from({ length: index }, () => any), inner] }),
      ),
  );
  if (rest === undefined) return tuple;
  return [
    ...tuple,
    partDemand({ kind: 'items', suffix: '/items', keys: ['items'] }, { step: '*', node: rest }, (inner) =>
      makeNode(node, {
        items: inner,
        ...(prefixItems.length === 0 ? {} : { prefixItems: prefixItems.map(() => any) }),
      }),
    ),
  ];
}

function dependencies(node: SchemaNode): Demand[] {
  const needs = [...(node.keywords.dependentRequired ?? [])].map(
    ([name, names]): Demand => ({
      kind: 'dependent-required',
      suffix: `/dependentRequired/${name}`,
      node: makeNode(node, { dependentRequired: new Map([[name, names]]) }),
      keys: ['dependentRequired'],
    }),
  );
  const schemas = [...(node.keywords.dependentSchemas ?? [])].map(
    ([name, part]): Demand => ({
      kind: 'dependent-schemas',
      suffix: `/dependentSchemas/${name}`,
      node: makeNode(node, { dependentSchemas: new Map([[name, part]]) }),
      keys: ['dependentSchemas'],
    }),
  );
  return [...needs, ...schemas];
}

function blank(
  map: ReadonlyMap<string, SchemaNode> | undefined,
  any: SchemaNode,
): ReadonlyMap<string, SchemaNode> {
  return new Map([...(map?.keys() ?? [])].map((name) => [name, any]));
}
