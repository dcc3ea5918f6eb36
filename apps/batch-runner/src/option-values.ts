import { InvalidArgumentError } from 'commander';

/** The value of an option that counts at least one. Throws `InvalidArgumentError`. */
export function positive(text: string): number {
  if (whole(text) === 0) throw new InvalidArgumentError('expected a whole number from 1.');
  return whole(text);
}

/** The value of an option that counts: a whole number from 0. Throws `InvalidArgumentError`. */
export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('expected a whole number from 0.');
  return value;
}
