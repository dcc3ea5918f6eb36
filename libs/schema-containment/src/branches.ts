import { type Alternative, type Choice, fails, holds, type Literal } from './literals.ts';
import { merge } from './merge.ts';
import { isAny, isNever, type SchemaNode } from './node.ts';
import { partsOf } from './parts.ts';
import {
  canonical,
  everything,
  namesOf,
  type ObjectShape,
  propertySchemas,
  type Shape,
  shapeTypeOf,
  type ShapeType,
  shapeTypes,
} from './shape.ts';

/** What the search for values needs to know from outside. */
export interface Guide {
  /**
   * True when it is proven that nothing has the shape; asked often, so that dead branches end early.
   * `checked`: the properties that must be there were found possible before.
   */
  empty(shape: Shape, checked: boolean): boolean;
  /** True when no value fits all of the schemas. */
  impossible(nodes: readonly SchemaNode[]): boolean;
  /** Counts a step; false when there have been too many. */
  step(): boolean;
  /** See `Reading`. */
  readonly undeclaredStaysUnsent: boolean;
  /**
   * The schema with its `oneOf` read as `anyOf`, where its authors cannot mean the letter; otherwise
   * `undefined`.
   */
  loosened(node: SchemaNode): SchemaNode | undefined;
}

/** A value must fit all of `wanted` and none of `refused`. */
export interface Query {
  readonly wanted: readonly SchemaNode[];
  readonly refused: readonly SchemaNode[];
}

/** A literal or choice, with whether it comes from the schema of the one who receives. */
interface Open<T> {
  readonly what: T;
  readonly received: boolean;
}

interface Branch {
  readonly shape: Shape;
  readonly choices: readonly Open<Choice>[];
  /** Literals that are already taken apart, as `+id` and `-id`. */
  readonly seen: ReadonlySet<string>;
  /**
   * The sender's schema has a `oneOf` that is read as `anyOf`; then the receiver's are, too, where they must
   * be.
   */
  readonly loose: boolean;
}

/** Thrown when there are too many branches to follow. */
export class TooManySteps extends Error {}

/**
 * Takes a query apart into shapes: whatever value answers the query has one of them. A shape may also hold
 * values that do not answer it. Alternatives are followed one by one, those with the fewest ways first.
 * Throws `TooManySteps`.
 */
export function* shapesOf({ wanted, refused }: Query, guide: Guide): Generator<Shape> {
  const literals = [
    ...wanted.map((node) => ({ what: holds(node), received: false })),
    ...refused.map((node) => ({ what: fails(node), received: true })),
  ];
  for (const type of typesOf(wanted)) {
    const start = settled(
      { shape: everything(type), choices: [], seen: new Set(), loose: false },
      literals,
      guide,
    );
    if (start !== undefined) yield* follow(start, guide);
  }
}

/** The types that a value may have. */
function typesOf(wanted: readonly SchemaNode[]): readonly ShapeType[] {
  return shapeTypes.filter((type) =>
    wanted.every(
      ({ keywords: { types, enum: values } }) =>
        (types === undefined ||
          types.some((name) => name === type || (name === 'integer' && type === 'number'))) &&
        (values === undefined || values.some((value) => shapeTypeOf(value) === type)),
    ),
  );
}

function* follow(branch: Branch, guide: Guide, checked = false): Generator<Shape> {
  if (!guide.step()) throw new TooManySteps();
  if (guide.empty(branch.shape, checked)) return;
  const next = nextChoice(branch, guide);
  if (next === 'dead') return;
  if (next === undefined) {
    yield branch.shape;
    return;
  }
  for (const one of next)
    yield* follow(one, guide, one.shape.type !== 'object' || one.shape.names.length === 0);
}

/**
 * True when a property that must be there has only values that the schema does not list: a tag of another
 * variant, say.
 */
function isApart(shape: Shape, missed: SchemaNode): boolean {
  if (shape.type !== 'object') return false;
  for (const [name, { keywords }] of missed.keywords.properties ?? []) {
    if (keywords.enum === undefined || !shape.required.has(name)) continue;
    const listed = propertySchemas(shape, name).find((node) => node.keywords.enum !== undefined);
    const texts = keywords.enum.map(canonical);
    if (listed?.keywords.enum?.every((value) => !texts.includes(canonical(value))) === true) return true;
  }
  return false;
}

/** The branches below the choice with the fewest ways that are left. `undefined`: every choice is made. */
function nextChoice(branch: Branch, guide: Guide): readonly Branch[] | 'dead' | undefined {
  const waiting = ownFirst(branch.choices);
  let best: readonly Branch[] | undefined;
  for (const choice of waiting) {
    if (choice.what.missed !== undefined && isApart(branch.shape, choice.what.missed)) {
      const left = branch.choices.filter((other) => other !== choice);
      return [{ ...branch, choices: left }];
    }
    const rest = branch.choices.filter((other) => other !== choice);
    const ways = choice.what.alternatives.flatMap((alternative) => {
      if (!guide.step()) throw new TooManySteps();
      const way = taken(
        { ...branch, choices: rest },
        { what: alternative, received: choice.received },
        guide,
      );
      return way === undefined ? [] : [way];
    });
    if (ways.length === 0) return 'dead';
    if (best === undefined || ways.length < best.length) best = ways;
    if (best.length === 1) break;
  }
  return best;
}

/**
 * What the wanted schemas leave open comes first: only then is it known which properties the sender declares.
 */
function ownFirst(choices: readonly Open<Choice>[]): readonly Open<Choice>[] {
  const own = choices.filter(({ received }) => !received);
  return own.length > 0 ? own : choices;
}

/** The branch with one more thing to satisfy; `undefined` when it is plain that nothing can. */
function taken(
  branch: Branch,
  { what: { narrow, and = [] }, received }: Open<Alternative>,
  guide: Guide,
): Branch | undefined {
  const shape = narrow === undefined ? branch.shape : merge(branch.shape, narrow);
  if (shape === undefined) return undefined;
  if (narrow?.type === 'object' && branch.shape.type === 'object') {
    if (received && guide.undeclaredStaysUnsent && unsent(branch.shape, narrow.required)) return undefined;
  }
  const next = settled(
    { ...branch, shape },
    and.map((literal) => ({ what: literal, received })),
    guide,
  );
  return next === undefined || hasImpossiblePart(branch.shape, next.shape, guide) ? undefined : next;
}

/** True when a property that must be there cannot be, by what the later shape says more. */
function hasImpossiblePart(before: Shape, after: Shape, guide: Guide): boolean {
  if (before.type !== 'object' || after.type !== 'object' || before === after) return false;
  const added = after.layers.slice(before.layers.length);
  const touches = (name: string): boolean =>
    added.some(({ props, patterns, rest }) => props.has(name) || patterns.length > 0 || rest !== undefined);
  return [...after.required].some(
    (name) => (touches(name) || !before.required.has(name)) && guide.impossible(propertySchemas(after, name)),
  );
}

/** True when one of the properties is one that the sender's schema says nothing about. */
function unsent(shape: ObjectShape, names: ReadonlySet<string>): boolean {
  return [...names].some(
    (name) =>
      !shape.required.has(name) &&
      !shape.layers.some(({ declares, props }) => declares && props.has(name)) &&
      propertySchemas(shape, name).every(isAny),
  );
}

/** Adds literals, and whatever follows from them without a choice. */
function settled(branch: Branch, literals: readonly Open<Literal>[], guide: Guide): Branch | undefined {
  let { shape, loose } = branch;
  const seen = new Set(branch.seen);
  const choices = [...branch.choices];
  const waiting = literals.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { what: literal, received } = next;
    const [key, opposite] = [`+${literal.node.id}`, `-${literal.node.id}`];
    if (seen.has(literal.holds ? key : opposite)) continue;
    if (seen.has(literal.holds ? opposite : key)) return undefined;
    seen.add(literal.holds ? key : opposite);
    if (literal.holds ? isNever(literal.node) : isAny(literal.node)) return undefined;
    const looser = received && !loose ? undefined : guide.loosened(literal.node);
    loose ||= looser !== undefined;
    const parts = partsOf(looser === undefined ? literal : { ...literal, node: looser }, shape.type);
    if (parts === undefined) return undefined;
    const { narrow } = parts;
    const merged = narrow === undefined ? shape : merge(shape, narrow);
    if (merged === undefined) return undefined;
    if (guide.undeclaredStaysUnsent && received && narrow?.type === 'object' && shape.type === 'object') {
      const named = namesOf(narrow);
      const asked = new Set([...narrow.required].filter((name) => named.has(name)));
      if (unsent(shape, asked)) return undefined;
    }
    shape = merged;
    for (const more of parts.and) waiting.push({ what: more, received });
    for (const choice of parts.choices) choices.push({ what: choice, received });
  }
  return { shape, seen, choices, loose };
}
