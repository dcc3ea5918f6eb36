import { stringFormat } from './formats.ts';
import { allOf, anything, isAny, isNever, type SchemaNode } from './node.ts';
import { allMatch, isTrivial, noneMatch } from './pattern.ts';
import type { Prover } from './prover.ts';
import {
  type ArrayShape,
  itemSchemas,
  merge,
  namesOf,
  type NumberShape,
  type ObjectShape,
  prefixLength,
  propertySchemas,
  type Shape,
  type StringShape,
} from './shape.ts';
import { expand } from './expand.ts';

/** True when everything of the one shape is proven to have the other. */
export function within(prover: Prover, shape: Shape, target: Shape): boolean {
  if (shape.type !== target.type || !refusesAll(prover, shape, target.nots)) return false;
  if (target.values !== undefined) return finiteWithin(prover, shape, target);
  if (shape.type === 'number' && target.type === 'number') return numberWithin(shape, target);
  if (shape.type === 'string' && target.type === 'string') return stringWithin(prover, shape, target);
  if (shape.type === 'array' && target.type === 'array') return arrayWithin(prover, shape, target);
  if (shape.type === 'object' && target.type === 'object') return objectWithin(prover, shape, target);
  return true;
}

/** A type with few values may list them all. */
function finiteWithin(prover: Prover, shape: Shape, target: Shape): boolean {
  const values =
    shape.values ?? (shape.type === 'boolean' ? [true, false] : shape.type === 'null' ? [null] : undefined);
  if (values !== undefined) return values.every((value) => target.values?.includes(value) === true);
  if (shape.type !== 'number' || !shape.multiples.some(Number.isInteger) || shape.max - shape.min > 200)
    return false;
  for (let value = shape.min; value <= shape.max; value += 1) {
    if (target.values?.includes(value) !== true && shape.multiples.every((step) => isMultiple(value, step)))
      return false;
  }
  return prover !== undefined;
}

/** Nothing of the shape may fit any of the schemas that the target refuses. */
function refusesAll(prover: Prover, shape: Shape, refused: readonly SchemaNode[]): boolean {
  return refused.every((node) => {
    if (shape.nots.some((own) => own === node || prover.contained([node], own))) return true;
    const meeting = expand(node, 'sender');
    return (
      meeting?.every((other) => {
        const both = merge(shape, other);
        return both === undefined || prover.emptyShape(both) || apart(prover, shape, other);
      }) ?? false
    );
  });
}

/** Two shapes of one type that no value can have at once, seen below their surface. */
function apart(prover: Prover, left: Shape, right: Shape): boolean {
  if (left.type === 'object' && right.type === 'object') {
    const both = merge(left, right);
    return (
      both?.type === 'object' && [...both.required].some((name) => prover.empty(propertySchemas(both, name)))
    );
  }
  if (left.type === 'string' && right.type === 'string') {
    const set = {
      patterns: left.patterns,
      excluded: left.excluded,
      minLength: Math.max(left.minLength, right.minLength),
      maxLength: Math.min(left.maxLength, right.maxLength),
    };
    return right.patterns.some((pattern) => noneMatch(set, pattern) === true);
  }
  return false;
}

function numberWithin(shape: NumberShape, target: NumberShape): boolean {
  const low =
    shape.min > target.min ||
    (shape.min === target.min && (shape.minOpen || !target.minOpen)) ||
    target.min === -Infinity;
  const high =
    shape.max < target.max ||
    (shape.max === target.max && (shape.maxOpen || !target.maxOpen)) ||
    target.max === Infinity;
  return (
    low && high && target.multiples.every((step) => shape.multiples.some((own) => isMultiple(own, step)))
  );
}

/** Whether a number is a whole number of steps, decimal fractions meant as written. */
export function isMultiple(value: number, step: number): boolean {
  const ratio = value / step;
  return (
    Number.isInteger(ratio) ||
    Math.abs(ratio - Math.round(ratio)) < (1e-9 * Math.max(1, Math.abs(ratio))) / 10
  );
}

function stringWithin(prover: Prover, shape: StringShape, target: StringShape): boolean {
  const set = {
    patterns: shape.patterns,
    excluded: shape.excluded,
    minLength: shape.minLength,
    maxLength: shape.maxLength,
  };
  const long = shape.minLength >= target.minLength || allMatch(set, `^[^]{${target.minLength},}$`) === true;
  const short =
    shape.maxLength <= target.maxLength ||
    (target.maxLength < 400 && allMatch(set, `^[^]{0,${target.maxLength}}$`) === true);
  return (
    long &&
    short &&
    target.patterns.every((pattern) => isTrivial(pattern) || allMatch(set, pattern) === true) &&
    target.excluded.every(
      (pattern) => shape.excluded.includes(pattern) || noneMatch(set, pattern) === true,
    ) &&
    target.formats.every((format) =>
      shape.formats.some((own) => own === format || stringFormat(own)?.implies.includes(format) === true),
    ) &&
    target.contents.every((node) => shape.contents.length > 0 && prover.contained(shape.contents, node))
  );
}

function arrayWithin(prover: Prover, shape: ArrayShape, target: ArrayShape): boolean {
  const length = Math.max(prefixLength(shape), prefixLength(target));
  const itemFits = (index: number): boolean => {
    if (index >= shape.maxItems) return true;
    const own = itemSchemas(shape, index);
    return prover.empty(own) || itemSchemas(target, index).every((node) => all(prover, own, node));
  };
  // Items that cannot exist end the array before them.
  const stop =
    Array.from({ length: length + 1 }, (_, index) => index).find((index) =>
      prover.empty(itemSchemas(shape, index)),
    ) ?? length + 1;
  const longest = Math.min(shape.maxItems, stop <= length ? stop : Infinity);
  const positions = Array.from({ length: Math.min(length + 1, stop) }, (_, index) => index);
  return (
    shape.minItems >= target.minItems &&
    longest <= target.maxItems &&
    (!target.unique || shape.unique || longest <= 1) &&
    positions.every(itemFits) &&
    target.contains.every(
      ({ node, min, max }) =>
        holdsEnough(prover, shape, { node, min }) && holdsFew(prover, shape, { node, max }),
    )
  );
}

function holdsEnough(
  prover: Prover,
  shape: ArrayShape,
  { node, min }: { node: SchemaNode; min: number },
): boolean {
  if (min <= 0) return true;
  if (shape.contains.some((own) => own.min >= min && prover.contained([own.node], node))) return true;
  const items = Array.from({ length: prefixLength(shape) + 1 }, (_, index) => itemSchemas(shape, index));
  return shape.minItems >= min && items.every((schemas) => all(prover, schemas, node));
}

function holdsFew(
  prover: Prover,
  shape: ArrayShape,
  { node, max }: { node: SchemaNode; max: number },
): boolean {
  if (max === Infinity || shape.maxItems <= max) return true;
  if (shape.contains.some((own) => own.max <= max && prover.contained([node], own.node))) return true;
  return Array.from({ length: prefixLength(shape) + 1 }, (_, index) => itemSchemas(shape, index)).every(
    (schemas) => prover.empty([...schemas, node]),
  );
}

/** Like `contained`, for a list that may be empty: no schema at all means anything. */
function all(prover: Prover, senders: readonly SchemaNode[], receiver: SchemaNode): boolean {
  return (
    isAny(receiver) ||
    (senders.length === 0
      ? prover.contained([anything(receiver)], receiver)
      : prover.contained(senders, receiver))
  );
}

function objectWithin(prover: Prover, shape: ObjectShape, target: ObjectShape): boolean {
  const own = namesOf(shape);
  const names = new Set([...own, ...namesOf(target), ...target.required]);
  return (
    [...target.required].every((name) => shape.required.has(name)) &&
    Math.max(shape.minProperties, shape.required.size) >= target.minProperties &&
    Math.min(shape.maxProperties, mostProperties(prover, shape)) <= target.maxProperties &&
    [...names].every((name) => propertyWithin(prover, { shape, target, name })) &&
    othersWithin(prover, shape, target) &&
    namesWithin(prover, shape, target) &&
    target.dependencies.every(({ name, node }) => dependencyHolds(prover, shape, { name, node }))
  );
}

/** How many properties an object of this shape can have. */
function mostProperties(prover: Prover, shape: ObjectShape): number {
  const closed = shape.layers.filter(
    ({ rest, patterns }) => rest !== undefined && isNever(rest) && patterns.size === 0,
  );
  return Math.min(
    Infinity,
    ...closed.map(
      ({ props }) => [...props.keys()].filter((name) => !prover.empty(propertySchemas(shape, name))).length,
    ),
  );
}

interface Property {
  readonly shape: ObjectShape;
  readonly target: ObjectShape;
  readonly name: string;
}

function propertyWithin(prover: Prover, { shape, target, name }: Property): boolean {
  const wanted = propertySchemas(target, name);
  if (wanted.every(isAny)) return true;
  const own = propertySchemas(shape, name).filter((node) => !isAny(node));
  if (
    own.length === 0 &&
    prover.reading.undeclaredStaysUnsent &&
    !shape.required.has(name) &&
    !namesOf(shape).has(name) &&
    namesOf(target).has(name)
  )
    return true;
  return (own.length > 0 && prover.empty(own)) || wanted.every((node) => all(prover, own, node));
}

/** Properties that neither shape names: what a pattern or the rest of the target asks of them. */
function othersWithin(prover: Prover, shape: ObjectShape, target: ObjectShape): boolean {
  const sources = otherSources(shape);
  if (
    sources.some((source) => source.pattern === undefined && prover.empty(source.schemas)) &&
    sources.length === 1
  )
    return true;
  return target.layers.every(({ patterns, rest }) => {
    const byPattern = [...patterns].every(([pattern, node]) =>
      sources.every(
        (source) =>
          (source.pattern !== undefined && source.pattern !== pattern && disjoint(source.pattern, pattern)) ||
          (source.pattern === undefined && sources.some((other) => other.pattern === pattern)) ||
          prover.empty(source.schemas) ||
          all(prover, source.schemas, node),
      ),
    );
    return (
      byPattern &&
      (rest === undefined ||
        sources.every(
          (source) =>
            (source.pattern !== undefined && patterns.has(source.pattern)) ||
            prover.empty(source.schemas) ||
            all(prover, source.schemas, rest),
        ))
    );
  });
}

/** Where a property that is not named gets its schemas from: one of the patterns, or nothing but the rest. */
function otherSources(
  shape: ObjectShape,
): { readonly pattern?: string; readonly schemas: readonly SchemaNode[] }[] {
  const rest = shape.layers.flatMap((layer) => layer.rest ?? []);
  const patterns = shape.layers.flatMap((layer) =>
    [...layer.patterns].map(([pattern, node]) => ({
      pattern,
      schemas: [
        node,
        ...shape.layers.flatMap((other) =>
          other !== layer &&
          !other.patterns.has(pattern) &&
          other.patterns.size === 0 &&
          other.rest !== undefined
            ? [other.rest]
            : [],
        ),
      ],
    })),
  );
  return [...patterns, { schemas: rest }];
}

function disjoint(left: string, right: string): boolean {
  return noneMatch({ patterns: [left], excluded: [], minLength: 0, maxLength: Infinity }, right) === true;
}

function namesWithin(prover: Prover, shape: ObjectShape, target: ObjectShape): boolean {
  return target.names.every((node) => {
    if (shape.names.length > 0 && prover.contained([allOf(shape.names)], node)) return true;
    const closed = shape.layers.find(
      ({ rest, patterns }) => rest !== undefined && isNever(rest) && patterns.size === 0,
    );
    return (
      closed !== undefined &&
      [...closed.props.keys()].every(
        (name) => prover.judge.admits(node, name) === true || prover.empty(propertySchemas(shape, name)),
      )
    );
  });
}

/** With the property there, the whole object must fit. */
function dependencyHolds(
  prover: Prover,
  shape: ObjectShape,
  { name, node }: { name: string; node: SchemaNode },
): boolean {
  if (shape.dependencies.some((own) => own.name === name && own.node === node)) return true;
  const schemas = propertySchemas(shape, name).filter((node) => !isAny(node));
  if (schemas.length > 0 && prover.empty(schemas)) return true;
  if (
    schemas.length === 0 &&
    prover.reading.undeclaredStaysUnsent &&
    !shape.required.has(name) &&
    !namesOf(shape).has(name)
  )
    return true;
  const present: ObjectShape = {
    ...shape,
    required: new Set([...shape.required, name]),
    dependencies: shape.dependencies.filter((own) => own.name !== name),
  };
  let shapes: readonly Shape[] = [present];
  for (const own of shape.dependencies.filter((dependency) => dependency.name === name)) {
    shapes = shapes.flatMap(
      (one) => expand(own.node, 'sender')?.flatMap((other) => merge(one, other) ?? []) ?? [one],
    );
  }
  return shapes.every((one) => prover.covered(one, node, 2));
}
