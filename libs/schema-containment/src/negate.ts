import type { Json } from './json.ts';
import { isAny, isNever, type Keywords, makeNode, type SchemaNode } from './node.ts';
import { cross, type Role, type Shape, shapeTypeOf, universe } from './shape.ts';

/** The values that a schema does not allow, as shapes. */

/** Keywords whose negation is a shape again. */
const expressible = new Set<keyof Keywords>([
  'never',
  'types',
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'required',
  'properties',
  'allOf',
  'anyOf',
  'not',
  'if',
  'then',
  'else',
]);

const open = new Set<SchemaNode>();
const complements = new Map<SchemaNode, SchemaNode>();
const memo: Readonly<Record<Role, Map<SchemaNode, Shapes>>> = { sender: new Map(), receiver: new Map() };

/** Forgets everything: nodes of finished comparisons are garbage. */
export function forgetNegations(): void {
  complements.clear();
  memo.sender.clear();
  memo.receiver.clear();
}

/** The node that refuses what `node` allows; always the same one, so that circles close. */
function complement(node: SchemaNode): SchemaNode {
  const known = complements.get(node) ?? makeNode(node, { not: node });
  complements.set(node, known);
  return known;
}

/** What `node` refuses. What cannot be expressed stays as a schema not to fit. */
export function negated(node: SchemaNode, role: Role, expand: Expand): readonly Shape[] | undefined {
  if (isAny(node)) return [];
  if (isNever(node)) return universe;
  const keys = Object.keys(node.keywords) as (keyof Keywords)[];
  if (node.text || open.has(node) || !keys.every((key) => expressible.has(key)))
    return universe.map((shape) => ({ ...shape, nots: [node] }));
  if (memo[role].has(node)) return memo[role].get(node);
  open.add(node);
  const shapes = eitherOf([...own(node, expand), ...composed(node, role, expand)]);
  open.delete(node);
  memo[role].set(node, shapes);
  return shapes;
}

type Shapes = readonly Shape[] | undefined;

/** How a schema becomes shapes; handed in, since negation and expansion need each other. */
export type Expand = (node: SchemaNode, role: Role) => Shapes;

/** Not (A and B) is not A, or not B: one alternative per keyword. */
function eitherOf(alternatives: readonly Shapes[]): Shapes {
  const shapes: Shape[] = [];
  for (const some of alternatives) {
    if (some === undefined) return undefined;
    shapes.push(...some);
  }
  return shapes;
}

function own(node: SchemaNode, expand: Expand): Shapes[] {
  const { keywords } = node;
  const made = (parts: Keywords): SchemaNode => makeNode(node, parts);
  const shapes = (parts: Keywords): Shapes => expand(made(parts), 'receiver');
  const {
    required = [],
    properties,
    minLength,
    maxLength,
    minItems,
    maxItems,
    minProperties,
    maxProperties,
    pattern,
    enum: values,
  } = keywords;
  return [
    otherTypes(node),
    ...(values === undefined ? [] : [otherValues(values, made({ enum: values }))]),
    ...bounds(keywords).map((parts) => shapes({ types: ['number'], ...parts })),
    ...(minLength === undefined ? [] : [shapes({ types: ['string'], maxLength: minLength - 1 })]),
    ...(maxLength === undefined ? [] : [shapes({ types: ['string'], minLength: maxLength + 1 })]),
    ...(minItems === undefined ? [] : [shapes({ types: ['array'], maxItems: minItems - 1 })]),
    ...(maxItems === undefined ? [] : [shapes({ types: ['array'], minItems: maxItems + 1 })]),
    ...(minProperties === undefined ? [] : [shapes({ types: ['object'], maxProperties: minProperties - 1 })]),
    ...(maxProperties === undefined ? [] : [shapes({ types: ['object'], minProperties: maxProperties + 1 })]),
    ...(pattern === undefined
      ? []
      : [universe.flatMap((shape) => (shape.type === 'string' ? [{ ...shape, excluded: [pattern] }] : []))]),
    ...required.map((name) =>
      silently(shapes({ types: ['object'], properties: new Map([[name, made({ never: true })]]) })),
    ),
    ...[...(properties ?? [])]
      .filter(([, value]) => !isAny(value))
      .map(([name, value]) =>
        silently(
          shapes({ types: ['object'], required: [name], properties: new Map([[name, complement(value)]]) }),
        ),
      ),
  ];
}

/** A negation evaluates no property, as far as `unevaluatedProperties` goes. */
function silently(shapes: Shapes): Shapes {
  return shapes?.map((shape) =>
    shape.type === 'object'
      ? { ...shape, layers: shape.layers.map((layer) => ({ ...layer, evaluates: false })) }
      : shape,
  );
}

function otherTypes(node: SchemaNode): readonly Shape[] {
  const { types } = node.keywords;
  if (types === undefined) return [];
  const others = universe.filter(({ type }) => !types.includes(type));
  const whole = makeNode(node, { types: ['integer'] });
  return others.map((shape) =>
    shape.type === 'number' && types.includes('integer') ? { ...shape, nots: [whole] } : shape,
  );
}

function otherValues(values: readonly Json[], schema: SchemaNode): readonly Shape[] {
  return universe.flatMap((shape) => {
    const taken = values.filter((value) => shapeTypeOf(value) === shape.type);
    if (taken.length === 0) return [shape];
    if (shape.type === 'null') return [];
    if (shape.type === 'boolean')
      return [{ ...shape, values: [true, false].filter((value) => !taken.includes(value)) }];
    return [{ ...shape, nots: [schema] }];
  });
}

function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Keywords): Keywords[] {
  return [
    ...(minimum === undefined ? [] : [{ exclusiveMaximum: minimum }]),
    ...(maximum === undefined ? [] : [{ exclusiveMinimum: maximum }]),
    ...(exclusiveMinimum === undefined ? [] : [{ maximum: exclusiveMinimum }]),
    ...(exclusiveMaximum === undefined ? [] : [{ minimum: exclusiveMaximum }]),
  ];
}

function composed(node: SchemaNode, role: Role, expand: Expand): Shapes[] {
  const { allOf = [], anyOf, not, if: test, then, else: otherwise } = node.keywords;
  const neither = (): Shapes =>
    anyOf?.reduce<Shapes>((shapes, branch) => cross(shapes, negated(branch, role, expand)), universe);
  return [
    ...allOf.map((part) => negated(part, role, expand)),
    ...(anyOf === undefined ? [] : [neither()]),
    ...(not === undefined ? [] : [expand(not, role)]),
    ...(test === undefined || then === undefined
      ? []
      : [cross(expand(test, role), negated(then, role, expand))]),
    ...(test === undefined || otherwise === undefined
      ? []
      : [cross(negated(test, role, expand), negated(otherwise, role, expand))]),
  ];
}
