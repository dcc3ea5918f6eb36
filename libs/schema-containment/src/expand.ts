import { isAny, isNever, makeNode, type SchemaNode, type TypeName } from './node.ts';
import {
  type ArrayShape,
  cross,
  type NumberShape,
  type ObjectShape,
  type Role,
  type Shape,
  shapeLimit,
  shapeTypeOf,
  type ShapeType,
  type StringShape,
  tightened,
  universe,
} from './shape.ts';
import { numericFormat, stringFormat } from './formats.ts';
import { negated } from './negate.ts';
import { withUnevaluated } from './unevaluated.ts';

/**
 * Schemas as unions of shapes. A `sender`'s union holds at least what the schema allows, a `receiver`'s at most: each
 * side errs so that "contained" is only said when it is true. `undefined`: too many shapes to say anything.
 */

const memo: Readonly<Record<Role, Map<SchemaNode, readonly Shape[] | undefined>>> = {
  sender: new Map(),
  receiver: new Map(),
};
const open = new Set<SchemaNode>();

/** What all of the nodes allow together. */
export function expandAll(nodes: readonly SchemaNode[], role: Role): readonly Shape[] | undefined {
  let shapes: readonly Shape[] | undefined = universe;
  for (const node of nodes) {
    if (shapes === undefined) return undefined;
    shapes = cross(shapes, expand(node, role));
  }
  return shapes;
}

/** What one node allows. */
export function expand(node: SchemaNode, role: Role): readonly Shape[] | undefined {
  if (isAny(node)) return universe;
  if (isNever(node)) return [];
  const known = memo[role];
  if (known.has(node)) return known.get(node);
  // A schema that is a part of itself at the same place says nothing new there.
  if (open.has(node)) return universe;
  open.add(node);
  const shapes = compose(node, role);
  open.delete(node);
  known.set(node, shapes);
  return shapes;
}

/** Forgets everything: nodes of finished comparisons are garbage. */
export function forgetShapes(): void {
  memo.sender.clear();
  memo.receiver.clear();
}

function compose(node: SchemaNode, role: Role): readonly Shape[] | undefined {
  const { allOf = [], anyOf, oneOf, not, if: test } = node.keywords;
  let shapes: readonly Shape[] | undefined = baseShapes(node);
  for (const part of allOf) shapes = cross(shapes, expand(part, role));
  if (anyOf !== undefined) shapes = cross(shapes, unionOf(anyOf, role));
  if (oneOf !== undefined) shapes = cross(shapes, exactlyOne(oneOf, role));
  if (not !== undefined) shapes = cross(shapes, negated(not, role, expand));
  if (test !== undefined) shapes = cross(shapes, conditional(node, test, role));
  return shapes === undefined ? undefined : withUnevaluated(node, shapes, role);
}

function unionOf(branches: readonly SchemaNode[], role: Role): readonly Shape[] | undefined {
  const shapes: Shape[] = [];
  for (const branch of branches) {
    const some = expand(branch, role);
    if (some === undefined) return undefined;
    shapes.push(...some);
  }
  return shapes.length > shapeLimit ? undefined : shapes;
}

/** One branch, and none of the others. */
function exactlyOne(branches: readonly SchemaNode[], role: Role): readonly Shape[] | undefined {
  if (role === 'sender') return unionOf(branches, role);
  const shapes: Shape[] = [];
  for (const branch of branches) {
    let some = expand(branch, role);
    for (const other of branches) {
      if (other !== branch) some = without(some, other);
    }
    if (some === undefined) return undefined;
    shapes.push(...some);
  }
  return shapes.length > shapeLimit ? undefined : shapes;
}

/** Shapes of a type that the other schema allows too must prove that they do not fit it. */
function without(shapes: readonly Shape[] | undefined, other: SchemaNode): readonly Shape[] | undefined {
  const types = new Set(expand(other, 'sender')?.map(({ type }) => type) ?? universe.map(({ type }) => type));
  return shapes?.map((shape) => (types.has(shape.type) ? { ...shape, nots: [...shape.nots, other] } : shape));
}

function conditional(node: SchemaNode, test: SchemaNode, role: Role): readonly Shape[] | undefined {
  const yes = cross(
    expand(test, role),
    node.keywords.then === undefined ? universe : expand(node.keywords.then, role),
  );
  const no = cross(
    negated(test, role, expand),
    node.keywords.else === undefined ? universe : expand(node.keywords.else, role),
  );
  return yes === undefined || no === undefined ? undefined : [...yes, ...no];
}

/** What the node's own keywords allow, without those that compose. */
function baseShapes(node: SchemaNode): readonly Shape[] {
  const { types, enum: values } = node.keywords;
  return universe.flatMap((shape) => {
    if (types !== undefined && !types.some((type) => speaksOf(type, shape.type))) return [];
    const own = constrained(shape, node);
    if (values === undefined) return [own];
    const fitting = values.filter((value) => shapeTypeOf(value) === shape.type);
    return fitting.length === 0 ? [] : [{ ...own, values: fitting }];
  });
}

function speaksOf(type: TypeName, shape: ShapeType): boolean {
  return type === shape || (type === 'integer' && shape === 'number');
}

function constrained(shape: Shape, node: SchemaNode): Shape {
  switch (shape.type) {
    case 'number':
      return numbers(shape, node);
    case 'string':
      return strings(shape, node);
    case 'array':
      return arrays(shape, node);
    case 'object':
      return objects(shape, node);
    default:
      return shape;
  }
}

function numbers(shape: NumberShape, { keywords }: SchemaNode): NumberShape {
  const format = keywords.format === undefined ? undefined : numericFormat(keywords.format);
  const low = [
    [keywords.minimum ?? -Infinity, false],
    [keywords.exclusiveMinimum ?? -Infinity, true],
    [format?.min ?? -Infinity, false],
  ] as const;
  const high = [
    [keywords.maximum ?? Infinity, false],
    [keywords.exclusiveMaximum ?? Infinity, true],
    [format?.max ?? Infinity, false],
  ] as const;
  const min = Math.max(...low.map(([bound]) => bound));
  const max = Math.min(...high.map(([bound]) => bound));
  const integer = keywords.types?.includes('integer') === true || format?.integer === true;
  return tightened({
    ...shape,
    min,
    max,
    minOpen: low.some(([bound, isOpen]) => isOpen && bound === min && Number.isFinite(bound)),
    maxOpen: high.some(([bound, isOpen]) => isOpen && bound === max && Number.isFinite(bound)),
    multiples: [...(integer ? [1] : []), ...(keywords.multipleOf === undefined ? [] : [keywords.multipleOf])],
  });
}

function strings(shape: StringShape, { keywords }: SchemaNode): StringShape {
  const opaque =
    keywords.format !== undefined &&
    (numericFormat(keywords.format) === undefined || keywords.types?.includes('string') === true);
  const [shortest, longest] = (keywords.format === undefined
    ? undefined
    : stringFormat(keywords.format)?.length) ?? [0, Infinity];
  return {
    ...shape,
    minLength: Math.max(keywords.minLength ?? 0, shortest),
    maxLength: Math.min(keywords.maxLength ?? Infinity, longest),
    patterns: keywords.pattern === undefined ? [] : [keywords.pattern],
    formats: opaque && keywords.format !== undefined ? [keywords.format] : [],
    contents: keywords.contentSchema === undefined ? [] : [keywords.contentSchema],
  };
}

function arrays(shape: ArrayShape, { keywords }: SchemaNode): ArrayShape {
  const { prefixItems: prefix = [], items, contains } = keywords;
  const says = prefix.length > 0 || items !== undefined;
  return {
    ...shape,
    minItems: keywords.minItems ?? 0,
    maxItems: keywords.maxItems ?? Infinity,
    unique: keywords.uniqueItems === true,
    layers: says ? [{ prefix, ...(items === undefined ? {} : { rest: items }) }] : [],
    contains:
      contains === undefined
        ? []
        : [{ node: contains, min: keywords.minContains ?? 1, max: keywords.maxContains ?? Infinity }],
  };
}

function objects(shape: ObjectShape, node: SchemaNode): ObjectShape {
  const {
    properties,
    patternProperties,
    additionalProperties: rest,
    keywords,
  } = { ...node.keywords, keywords: node.keywords };
  const says = properties !== undefined || patternProperties !== undefined || rest !== undefined;
  const needs = [...(keywords.dependentRequired ?? [])].map(([name, required]) => ({
    name,
    node: requirement(node, required),
  }));
  return {
    ...shape,
    minProperties: keywords.minProperties ?? 0,
    maxProperties: keywords.maxProperties ?? Infinity,
    required: new Set(keywords.required),
    layers: says
      ? [
          {
            props: properties ?? new Map(),
            patterns: patternProperties ?? new Map(),
            ...(rest === undefined ? {} : { rest }),
            evaluates: true,
          },
        ]
      : [],
    names: keywords.propertyNames === undefined ? [] : [keywords.propertyNames],
    dependencies: [
      ...needs,
      ...[...(keywords.dependentSchemas ?? [])].map(([name, schema]) => ({ name, node: schema })),
    ],
  };
}

const requirements = new Map<string, SchemaNode>();

function requirement(like: SchemaNode, required: readonly string[]): SchemaNode {
  const key = `${like.side} ${like.text} ${JSON.stringify(required)}`;
  const known = requirements.get(key) ?? makeNode(like, { required });
  requirements.set(key, known);
  return known;
}
