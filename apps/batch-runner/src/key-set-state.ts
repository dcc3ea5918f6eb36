import type { KeySetStatus, PublicKey } from '@enrollkit/keys';
import type { Config } from './config/schema.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long ago the key set was confirmed by its address, in words. */
export function ageOf({ confirmedAt, from }: KeySetStatus, now: number = Date.now()): string {
  if (confirmedAt === undefined) return 'never fetched';
  const source = from === 'cache' ? ' (from the cache)' : '';
  const ageMs = now - confirmedAt.getTime();
  if (ageMs < MINUTE_MS) return `confirmed just now${source}`;
  const [unit, name] =
    ageMs < HOUR_MS ? [MINUTE_MS, 'minute'] : ageMs < DAY_MS ? [HOUR_MS, 'hour'] : [DAY_MS, 'day'];
  const count = Math.floor(ageMs / unit);
  return `confirmed ${count} ${name}${count === 1 ? '' : 's'} ago${source}`;
}

/** What is said where any key of the set is taken. */
export const notPinnedWarning = {
  message: 'no key is pinned, so whoever can answer in the place of the key set can read the card numbers',
  hint: (key: PublicKey): string =>
    `compare the thumbprint ${key.thumbprint} with one that the provider gives you by telephone, then: enrollkit keys adopt ${key.thumbprint}`,
} as const;

/** Whether card data may be sealed to a key that nobody has compared. */
export function takesAnyKey({ encryption }: Config): boolean {
  return encryption.keySetUrl !== undefined && encryption.pinnedKeys === undefined;
}

/** What is said where the key set could not be fetched now and is used as it was last confirmed. */
export function unconfirmedWarning(
  status: KeySetStatus,
  maxAgeDays: number,
): { readonly message: string; readonly hint: string } | undefined {
  if (status.from !== 'cache' || status.lastFailure === undefined) return undefined;
  return {
    message: `${status.where} does not answer well; its keys are used as they were ${ageOf(status)}`,
    hint: `enrollkit doctor says what is wrong; the cached keys are used for ${maxAgeDays} days at most (encryption.maxAgeDays)`,
  };
}
