import { type Alternative, complement, fails, holds, type Literal } from './literals.ts';
import { anything, makeNode, type SchemaNode } from './node.ts';
import { everything, type Shape, type ShapeType } from './shape.ts';

/**
 * `unevaluatedProperties` and `unevaluatedItems`: what the rest of the schema evaluates depends on which
 * branches hold.
 */

/** What one way for the branches to hold or not evaluates. */
interface Evaluation {
  readonly literals: readonly Literal[];
  readonly names: readonly string[];
  readonly patterns: readonly string[];
  readonly everyProperty: boolean;
  readonly items: number;
  readonly everyItem: boolean;
  readonly contains: readonly SchemaNode[];
}

/** More ways than this are not followed. */
const evaluationLimit = 128;

const blank: Evaluation = {
  literals: [],
  names: [],
  patterns: [],
  everyProperty: false,
  items: 0,
  everyItem: false,
  contains: [],
};

/**
 * The ways in which what is unevaluated fits, or (`wanted: false`) in which it does not. `undefined` when the
 * schema does not say anything about it for this type.
 */
export function unevaluatedChoice(
  node: SchemaNode,
  type: ShapeType,
  wanted: boolean,
): readonly Alternative[] | undefined {
  const { unevaluatedItems, unevaluatedProperties } = node.keywords;
  const rest = type === 'array' ? unevaluatedItems : type === 'object' ? unevaluatedProperties : undefined;
  if (rest === undefined) return undefined;
  const ways = evaluations(node, new Set());
  if (ways === undefined) return [{ narrow: { ...everything(type), opaque: [node] } as Shape }];
  return ways.flatMap((way): Alternative[] => {
    const narrow = type === 'array' ? items(way, rest, wanted) : properties(way, rest, wanted);
    if (narrow !== undefined) return [{ narrow, and: way.literals }];
    return wanted ? [{ and: way.literals }] : [];
  });
}

function properties(way: Evaluation, rest: SchemaNode, wanted: boolean): Shape | undefined {
  if (way.everyProperty) return undefined;
  const any = anything(rest);
  if (wanted)
    return {
      ...everything('object'),
      layers: [
        {
          props: new Map(way.names.map((name) => [name, any])),
          patterns: way.patterns.map((pattern) => [pattern, any]),
          rest,
          declares: false,
        },
      ],
    };
  const some = {
    except: new Set(way.names),
    notPatterns: way.patterns,
    names: [],
    values: [complement(rest)],
  };
  return { ...everything('object'), some: [some] };
}

function items(way: Evaluation, rest: SchemaNode, wanted: boolean): Shape | undefined {
  if (way.everyItem) return undefined;
  const any = anything(rest);
  const left = way.contains.length === 0 ? rest : makeNode(rest, { anyOf: [...way.contains, rest] });
  if (wanted)
    return {
      ...everything('array'),
      layers: [{ prefix: Array.from({ length: way.items }, () => any), rest: left }],
    };
  return {
    ...everything('array'),
    contains: [{ node: complement(left), min: 1, max: Infinity, from: way.items }],
  };
}

type Ways = readonly Evaluation[] | undefined;

/**
 * Every way for the parts of a schema that speak of the same value to hold or not. The schema itself holds.
 */
function evaluations(start: SchemaNode, seen: ReadonlySet<SchemaNode>): Ways {
  if (seen.has(start)) return undefined;
  const inside = new Set([...seen, start]);
  const below = (node: SchemaNode): Ways => {
    const ways = evaluations(node, inside);
    const says =
      node.keywords.unevaluatedItems !== undefined || node.keywords.unevaluatedProperties !== undefined;
    if (!says) return ways;
    return ways?.map((way) => ({
      ...way,
      everyItem: way.everyItem || node.keywords.unevaluatedItems !== undefined,
      everyProperty: way.everyProperty || node.keywords.unevaluatedProperties !== undefined,
    }));
  };
  const {
    allOf = [],
    anyOf = [],
    oneOf = [],
    if: test,
    then,
    else: otherwise,
    dependentSchemas,
  } = start.keywords;
  let ways: Ways = [ownEvaluation(start)];
  for (const part of allOf) ways = product(ways, below(part));
  for (const branch of anyOf)
    ways = product(ways, either(within(below(branch), [holds(branch)]), within([blank], [fails(branch)])));
  if (oneOf.length > 0)
    ways = product(
      ways,
      oneOf
        .map(
          (branch): Ways =>
            within(below(branch), [holds(branch), ...oneOf.filter((other) => other !== branch).map(fails)]),
        )
        .reduce(either),
    );
  if (test !== undefined)
    ways = product(
      ways,
      either(
        within(then === undefined ? below(test) : product(below(test), below(then)), [holds(test)]),
        within(otherwise === undefined ? [blank] : below(otherwise), [fails(test)]),
      ),
    );
  for (const [name, schema] of dependentSchemas ?? []) {
    const present = makeNode(start, { required: [name] });
    ways = product(ways, either(within(below(schema), [holds(present)]), within([blank], [fails(present)])));
  }
  return ways;
}

function ownEvaluation({ keywords }: SchemaNode): Evaluation {
  const { properties, patternProperties, additionalProperties, prefixItems, items, contains } = keywords;
  return {
    literals: [],
    names: [...(properties?.keys() ?? [])],
    patterns: [...(patternProperties?.keys() ?? [])],
    everyProperty: additionalProperties !== undefined,
    items: prefixItems?.length ?? 0,
    everyItem: items !== undefined,
    contains: contains === undefined ? [] : [contains],
  };
}

function product(left: Ways, right: Ways): Ways {
  if (left === undefined || right === undefined || left.length * right.length > evaluationLimit)
    return undefined;
  return left.flatMap((one) =>
    right.map((other) => ({
      literals: [...one.literals, ...other.literals],
      names: [...one.names, ...other.names],
      patterns: [...one.patterns, ...other.patterns],
      everyProperty: one.everyProperty || other.everyProperty,
      items: Math.max(one.items, other.items),
      everyItem: one.everyItem || other.everyItem,
      contains: [...one.contains, ...other.contains],
    })),
  );
}

function either(left: Ways, right: Ways): Ways {
  return left === undefined || right === undefined ? undefined : [...left, ...right];
}

function within(ways: Ways, literals: readonly Literal[]): Ways {
  return ways?.map((way) => ({ ...way, literals: [...literals, ...way.literals] }));
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
