import { InvalidOptionError } from './errors.ts';

/**
 * A limit given as an option. Throws {@link InvalidOptionError} unless it is a number from 0: a NaN would
 * allow everything.
 */
export function notNegative(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidOptionError(`${name} must be a number from 0; found ${String(value)}`);
}
