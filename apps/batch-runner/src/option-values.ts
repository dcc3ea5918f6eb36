import { InvalidArgumentError } from 'commander';

/** The value of an option that counts: a whole number from 0. Throws `InvalidArgumentError`. */
export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('expected a whole number from 0.');
  return value;
}
