import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../../src/json.ts';

/** All lists of at most `longest` of the items, in every order. */
export function listsOf(items: readonly Json[], longest: number, unique = false): Json[][] {
  const all: Json[][] = [[]];
  let level = all;
  for (let length = 1; length <= longest; length += 1) {
    level = level.flatMap((list) =>
      items.filter((item) => !unique || !list.includes(item)).map((item) => [...list, item]),
    );
    all.push(...level);
  }
  return all;
}

/** All objects that have some of the names, with every choice of members. */
export function objectsOf(names: readonly string[], members: readonly Json[]): JsonObject[] {
  return names.reduce<JsonObject[]>(
    (all, name) => all.flatMap((one) => [one, ...members.map((member) => ({ ...one, [name]: member }))]),
    [{}],
  );
}

/** A small number from 0 on. */
export const small = (random: SeededRandom, limit = 4): number => random.below(limit);
/** At least one of them. */
export const someOf = <T>(random: SeededRandom, list: readonly T[]): T[] => {
  const some = list.filter(() => random.below(2) === 0);
  return some.length === 0 ? [random.pick(list)] : some;
};
/** What one of the makers makes. */
export const oneOf = (random: SeededRandom, makers: readonly (() => JsonObject)[]): JsonObject =>
  random.pick(makers)();
