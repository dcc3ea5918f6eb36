import { maskCardNumbers } from './card-numbers.ts';

/**
 * A copy of a JSON value with the card numbers in its texts masked; its numbers stay: they are counts and
 * times.
 */
export function maskCardNumbersIn<T extends object>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'string' ? maskCardNumbers(inner) : inner,
    ),
  ) as T;
}
