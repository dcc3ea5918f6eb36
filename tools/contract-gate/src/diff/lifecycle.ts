import { asString, type JsonObject } from '../spec/json.ts';

/**
 * True when the base itself said that this would be gone by now: deprecated, with an `x-sunset` date that has
 * passed.
 */
export function isOver(object: JsonObject, today: Date = new Date()): boolean {
  const date = asString(object['x-sunset']);
  return object.deprecated === true && date !== undefined && Date.parse(date) < today.getTime();
}
