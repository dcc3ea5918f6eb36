import type { Json, JsonObject } from './json.ts';

/** The types a schema may name. `integer` is the numbers without a fraction. */
export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** Which of the two documents. */
export type Side = 'base' | 'revision';

/** Who sends: `request` is what a consumer sends, `response` what it is sent. */
export type Direction = 'request' | 'response';

/** How a schema is meant at the place where it is used. */
export interface Mode {
  /** `any`: `readOnly` and `writeOnly` say nothing. */
  readonly direction: Direction | 'any';
  /** Values travel as text (parameters, headers, forms, XML): `1` and `"1"` are the same there. */
  readonly text: boolean;
}

/**
 * What a schema asserts, in one dialect (JSON Schema 2020-12), whatever dialect it was written in. References
 * are followed, so a recursive schema is a circle of nodes.
 */
export interface Keywords {
  /** Nothing is valid. */
  never?: true;
  /** A reference that leads out of the document: what it says is not known. */
  unknown?: string;
  types?: readonly TypeName[];
  /** `enum` and `const`. */
  enum?: readonly Json[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  /** How the string is to be read: `encoding:base64`, `media:application/json`, `jwe`. */
  reading?: readonly string[];
  contentSchema?: SchemaNode;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: true;
  prefixItems?: readonly SchemaNode[];
  items?: SchemaNode;
  contains?: SchemaNode;
  minContains?: number;
  maxContains?: number;
  unevaluatedItems?: SchemaNode;
  minProperties?: number;
  maxProperties?: number;
  required?: readonly string[];
  properties?: ReadonlyMap<string, SchemaNode>;
  patternProperties?: ReadonlyMap<string, SchemaNode>;
  additionalProperties?: SchemaNode;
  propertyNames?: SchemaNode;
  dependentRequired?: ReadonlyMap<string, readonly string[]>;
  dependentSchemas?: ReadonlyMap<string, SchemaNode>;
  unevaluatedProperties?: SchemaNode;
  allOf?: readonly SchemaNode[];
  anyOf?: readonly SchemaNode[];
  oneOf?: readonly SchemaNode[];
  not?: SchemaNode;
  if?: SchemaNode;
  then?: SchemaNode;
  else?: SchemaNode;
}

/** One schema in one mode. Two uses of the same schema in the same mode are the same node. */
export interface SchemaNode {
  readonly id: number;
  readonly keywords: Keywords;
  readonly text: boolean;
  /** Where it is written; made-up nodes carry the place of what they were made from. */
  readonly side: Side;
  readonly pointer: string;
  /** As it is written, for what asserts nothing: `default`, `discriminator`, `deprecated`. */
  readonly raw: JsonObject;
  /** A property that does not travel in this direction. */
  readonly unsent?: true;
}

let count = 0;

/** A node that is not written anywhere as such. */
export function makeNode(
  like: Pick<SchemaNode, 'side' | 'pointer' | 'text'>,
  keywords: Keywords,
): SchemaNode {
  return { id: nextId(), keywords, text: like.text, side: like.side, pointer: like.pointer, raw: {} };
}

/** Ids are never used twice in a process. */
export function nextId(): number {
  count += 1;
  return count;
}

/** True when everything is valid. */
export function isAny(node: SchemaNode): boolean {
  for (const key in node.keywords) {
    if (Object.hasOwn(node.keywords, key)) return false;
  }
  return true;
}

/** True when it is plain that nothing is valid. */
export function isNever(node: SchemaNode): boolean {
  return (
    node.keywords.never === true || node.keywords.types?.length === 0 || node.keywords.enum?.length === 0
  );
}

const blanks = new Map<string, SchemaNode>();

/** A node that allows anything, standing for no schema at all. */
export function anything(like: Pick<SchemaNode, 'side' | 'pointer' | 'text'>): SchemaNode {
  const key = `${like.side} ${like.text}`;
  const known = blanks.get(key) ?? makeNode(like, {});
  blanks.set(key, known);
  return known;
}

const conjunctions = new WeakMap<SchemaNode, Map<string, SchemaNode>>();

/** One node that asserts all of several; the same one for the same nodes. */
export function allOf(nodes: readonly SchemaNode[]): SchemaNode {
  const [first] = nodes;
  if (first === undefined) throw new TypeError('a conjunction of no schema has no place');
  if (nodes.length === 1) return first;
  const known = conjunctions.get(first) ?? new Map<string, SchemaNode>();
  const key = keyOf(nodes);
  const node = known.get(key) ?? makeNode(first, { allOf: nodes });
  conjunctions.set(first, known.set(key, node));
  return node;
}

/** The same set of nodes has the same key. */
export function keyOf(nodes: readonly SchemaNode[]): string {
  if (nodes.length === 1) return String(nodes[0]?.id);
  return [...new Set(nodes.map(({ id }) => id))].sort((left, right) => left - right).join('&');
}

/** The node and everything its `allOf` adds, each to be read without its own `allOf`. */
export function conjuncts(node: SchemaNode, seen: Set<SchemaNode> = new Set()): SchemaNode[] {
  if (seen.has(node)) return [];
  seen.add(node);
  return [node, ...(node.keywords.allOf ?? []).flatMap((part) => conjuncts(part, seen))];
}
