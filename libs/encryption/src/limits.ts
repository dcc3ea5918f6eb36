import { OptionUnfitError } from './errors.ts';

/** Longest token that is read by default, in characters. */
export const defaultMaxLength = 16_777_216;

/** A limit given as an option. Throws `OptionUnfitError` unless it is a positive integer. */
export function positiveInteger(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new OptionUnfitError(`${name}: found ${String(value)}; a positive integer is needed`);
}
