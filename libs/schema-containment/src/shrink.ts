import { isArray, isObject, type Json, type JsonObject } from './json.ts';
import { canonical } from './shape.ts';

/** Values that are tried for one that is to be made smaller. */
const tryLimit = 4000;
/** Items of an array that are looked at. */
const itemLimit = 40;

/** The value without whatever it can lose and still prove the same. */
export function shrunk(value: Json, proves: (value: Json) => boolean): Json {
  let tries = 0;
  const test = (one: Json): boolean => {
    tries += 1;
    return tries <= tryLimit && proves(one);
  };
  let best = value;
  for (;;) {
    const next = lessOf(best, test);
    if (next === best) return best;
    best = next;
  }
}

/** The value that is the shortest to write; the first of several. */
export function shortest(values: readonly Json[]): Json | undefined {
  const lengths = values.map((value) => canonical(value).length);
  return values[lengths.indexOf(Math.min(...lengths))];
}

/** Loses members one after the other, then makes what is left smaller; the same value when nothing goes. */
function lessOf(value: Json, test: (value: Json) => boolean): Json {
  if (isArray(value)) return lessOfArray(value, test);
  if (isObject(value)) return lessOfObject(value, test);
  return typeof value === 'string' ? lessOfText(value, test) : value;
}

function lessOfArray(value: readonly Json[], test: (value: Json) => boolean): Json {
  let best = value;
  for (let index = 0; index < Math.min(best.length, itemLimit); ) {
    const shorter = best.toSpliced(index, 1);
    if (test(shorter)) best = shorter;
    else index += 1;
  }
  for (let index = 0; index < Math.min(best.length, itemLimit); index += 1) {
    const rest = best;
    const item = rest[index] ?? null;
    const less = lessOf(item, (one) => test(rest.with(index, one)));
    if (less !== item) best = rest.with(index, less);
  }
  return best;
}

function lessOfObject(value: JsonObject, test: (value: Json) => boolean): Json {
  let best = value;
  for (const name of Object.keys(value)) {
    const { [name]: _, ...fewer } = best;
    if (test(fewer)) best = fewer;
  }
  for (const name of Object.keys(best)) {
    const rest = best;
    const member = rest[name] ?? null;
    const less = lessOf(member, (one) => test({ ...rest, [name]: one }));
    if (less !== member) best = { ...rest, [name]: less };
  }
  return best;
}

/** Half of a text, or one character less. */
function lessOfText(value: string, test: (value: Json) => boolean): string {
  let best = value;
  while (best.length > 1) {
    const next = [best.slice(0, Math.ceil(best.length / 2)), best.slice(0, -1)].find(test);
    if (next === undefined) break;
    best = next;
  }
  return best;
}
