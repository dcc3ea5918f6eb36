import { isArray, isObject, type Json } from './json.ts';

/** Times a value may be made smaller. */
const roundLimit = 200;

/** The value without whatever it can lose and still prove the same. */
export function shrunk(value: Json, proves: (value: Json) => boolean): Json {
  let best = value;
  for (let round = 0; round < roundLimit; round += 1) {
    const next = smaller(best).find(proves);
    if (next === undefined) return best;
    best = next;
  }
  return best;
}

/** Values one step smaller: a member less, or a member one step smaller. */
function smaller(value: Json): Json[] {
  if (isArray(value)) {
    const shorter = value.map((_, index) => value.filter((__, other) => other !== index));
    return [
      ...shorter.slice(0, 40),
      ...value.slice(0, 20).flatMap((item, index) => smaller(item).map((less) => value.with(index, less))),
    ];
  }
  if (isObject(value)) {
    const names = Object.keys(value);
    const fewer = names.map((name) =>
      Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)),
    );
    return [
      ...fewer,
      ...names.flatMap((name) => smaller(value[name] ?? null).map((less) => ({ ...value, [name]: less }))),
    ];
  }
  if (typeof value === 'string' && value.length > 1)
    return [value.slice(0, Math.ceil(value.length / 2)), value.slice(0, -1)];
  return [];
}
