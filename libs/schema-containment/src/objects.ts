import type { Json, JsonObject } from './json.ts';
import { complement, matching } from './literals.ts';
import type { SchemaNode } from './node.ts';
import { matches } from './pattern.ts';
import type { Questions } from './questions.ts';
import { type Existence, namesOf, type ObjectShape, propertySchemas } from './shape.ts';

/** Combinations of patterns that names can match. */
const cellLimit = 64;
/** Names of which all combinations are looked at. */
const nameLimit = 10;

/** Every name is a string. */
const anyName = matching('');

/** Names that no schema speaks of one by one: those that match some of the patterns and not the others. */
interface OtherNames {
  /** Schemas of the names. */
  readonly names: readonly SchemaNode[];
  readonly matched: ReadonlySet<string>;
  /** Schemas of the values. */
  readonly values: readonly SchemaNode[];
}

/**
 * True when it is proven that no object has the shape. `checked`: the properties that must be there are
 * possible.
 */
export function noObject(shape: ObjectShape, questions: Questions, checked = false): boolean {
  if (!checked && [...shape.required].some((name) => !isPossible(shape, name, questions))) return true;
  if (shape.some.length === 0 && shape.minProperties <= shape.required.size) return false;
  const mentioned = mentionedNames(shape);
  const others = otherNames(shape, mentioned, questions);
  if (
    shape.minProperties > shape.required.size &&
    mostProperties(shape, { mentioned, others }, questions) < shape.minProperties
  )
    return true;
  const full = shape.required.size >= shape.maxProperties;
  return shape.some.some((existence) => {
    const named = [...(full ? shape.required : mentioned)].some((name) =>
      couldBe(shape, { existence, name }, questions),
    );
    return !named && (full || !(others?.some((other) => couldBeOther(existence, other, questions)) ?? true));
  });
}

/** True when a property of the name can be there. */
export function isPossible(shape: ObjectShape, name: string, questions: Questions): boolean {
  return (
    shape.names.every((node) => questions.accepts(node, name) !== false) &&
    !questions.impossible(propertySchemas(shape, name))
  );
}

/** Every name that something in the shape speaks of. */
export function mentionedNames(shape: ObjectShape): Set<string> {
  return new Set([
    ...shape.required,
    ...namesOf(shape),
    ...shape.some.flatMap(({ except }) => [...except]),
    ...shape.names.flatMap(({ keywords }) =>
      (keywords.enum ?? []).filter((name) => typeof name === 'string'),
    ),
  ]);
}

function couldBe(
  shape: ObjectShape,
  { existence, name }: { readonly existence: Existence; readonly name: string },
  questions: Questions,
): boolean {
  return (
    !existence.except.has(name) &&
    !existence.notPatterns.some((pattern) => matches(pattern, name) === true) &&
    existence.names.every((node) => questions.accepts(node, name) !== false) &&
    shape.names.every((node) => questions.accepts(node, name) !== false) &&
    !questions.impossible([...propertySchemas(shape, name), ...existence.values])
  );
}

function couldBeOther(existence: Existence, other: OtherNames, questions: Questions): boolean {
  return (
    !existence.notPatterns.some((pattern) => other.matched.has(pattern)) &&
    !questions.impossible([...other.names, ...existence.names]) &&
    !questions.impossible([...other.values, ...existence.values])
  );
}

/** The other names, by the patterns that they match. `undefined`: there are too many patterns to tell. */
export function otherNames(
  shape: ObjectShape,
  mentioned: ReadonlySet<string>,
  questions: Questions,
): readonly OtherNames[] | undefined {
  const patterns = [
    ...new Set([
      ...shape.layers.flatMap((layer) => layer.patterns.map(([pattern]) => pattern)),
      ...shape.some.flatMap(({ notPatterns }) => notPatterns),
    ]),
  ];
  const unmentioned = mentioned.size === 0 ? [] : [complement(questions.oneOfStrings([...mentioned]))];
  const cells: OtherNames[] = [];
  const split = (index: number, matched: readonly string[], names: readonly SchemaNode[]): boolean => {
    if (questions.impossible(names)) return true;
    const pattern = patterns[index];
    if (pattern === undefined) {
      cells.push({ names, matched: new Set(matched), values: valuesOfOthers(shape, new Set(matched)) });
      return cells.length <= cellLimit;
    }
    const node = matching(pattern);
    return (
      split(index + 1, [...matched, pattern], [...names, node]) &&
      split(index + 1, matched, [...names, complement(node)])
    );
  };
  return split(0, [], [anyName, ...shape.names, ...unmentioned]) ? cells : undefined;
}

function valuesOfOthers(shape: ObjectShape, matched: ReadonlySet<string>): SchemaNode[] {
  return shape.layers.flatMap((layer) => {
    const found = layer.patterns.flatMap(([pattern, node]) => (matched.has(pattern) ? [node] : []));
    return found.length === 0 && layer.rest !== undefined ? [layer.rest] : found;
  });
}

interface Names {
  readonly mentioned: ReadonlySet<string>;
  readonly others: readonly OtherNames[] | undefined;
}

/** How many properties an object of the shape can have. */
function mostProperties(shape: ObjectShape, { mentioned, others }: Names, questions: Questions): number {
  if (others === undefined) return Infinity;
  const open = others.filter(({ values }) => !questions.impossible(values));
  const counts = open.map(({ names }) => questions.few(names)?.length ?? Infinity);
  const named = [...mentioned].filter((name) => isPossible(shape, name, questions)).length;
  return counts.reduce((sum, count) => sum + count, named);
}

/** True when any name may be there, with any value. */
function isOpen({ names, layers }: ObjectShape): boolean {
  return (
    names.length === 0 && layers.every(({ rest, patterns }) => rest === undefined && patterns.length === 0)
  );
}

/** The objects of the shape, and perhaps some more, when there are at most `limit`. */
export function fewObjects(
  shape: ObjectShape,
  questions: Questions,
  limit: number,
): JsonObject[] | undefined {
  if (shape.maxProperties === 0) return [{}];
  const full = shape.required.size >= shape.maxProperties;
  if ((isOpen(shape) && !full) || shape.required.size > nameLimit) return undefined;
  const mentioned = full ? shape.required : mentionedNames(shape);
  const others = full ? [] : otherNames(shape, mentioned, questions);
  if (others === undefined) return undefined;
  const names: string[] = [];
  for (const name of mentioned) {
    if (isPossible(shape, name, questions)) names.push(name);
    if (names.length > nameLimit) return undefined;
  }
  for (const { names: schemas, values } of others) {
    if (questions.impossible(values)) continue;
    const few = questions.few(schemas);
    if (few === undefined) return undefined;
    names.push(...few.filter((name) => typeof name === 'string'));
  }
  if (names.length > nameLimit) return undefined;
  let objects: Record<string, Json>[] = [{}];
  for (const name of names) {
    const few = questions.few(propertySchemas(shape, name));
    if (few === undefined) return undefined;
    const present = objects.flatMap((object) => few.map((value) => ({ ...object, [name]: value })));
    objects = shape.required.has(name) ? present : [...objects, ...present];
    if (objects.length > limit) return undefined;
  }
  return objects.filter((object) => {
    const size = Object.keys(object).length;
    return size >= shape.minProperties && size <= shape.maxProperties;
  });
}
