import { asString, type JsonObject } from '../spec/json.ts';

/**
 * True when the base itself said that this would be gone by now: deprecated, with an `x-sunset` date that has
 * passed.
 */
export function isOver(object: JsonObject, today: Date = new Date()): boolean {
  const date = asString(object['x-sunset']);
  return object.deprecated === true && date !== undefined && Date.parse(date) < today.getTime();
}

/**
 * The two dates, where the announced end of an operation or parameter was brought forward: it may go, by its
 * own word, before the day that was promised. `undefined` where it was not.
 */
export function broughtForward(
  base: JsonObject,
  revision: JsonObject,
): { readonly from: string; readonly to: string } | undefined {
  const [from, to] = [asString(base['x-sunset']), asString(revision['x-sunset'])];
  if (from === undefined || to === undefined || base.deprecated !== true) return undefined;
  return Date.parse(to) < Date.parse(from) ? { from, to } : undefined;
}
