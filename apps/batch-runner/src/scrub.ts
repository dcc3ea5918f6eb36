import { maskPansIn } from '@enrollkit/enrollment';

/** Ids that people copy from what is said: batch ids (UUIDs), intake ids, key ids that begin with a timestamp. None can be a card number. */
const ids =
  /(?<![\w-])(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32}|20\d{12}-[a-z][\w-]*)(?![\w-])/g;

/**
 * The last line of defence: no text that is said or logged should hold a card number, and if one does by a defect of
 * ours, it is masked here. Every run of 12 to 19 digits that passes Luhn, and every longer one, but for our own ids.
 */
export function scrubbed(text: string): string {
  let safe = '';
  let at = 0;
  for (const id of text.matchAll(ids)) {
    safe += maskPansIn(text.slice(at, id.index)) + id[0];
    at = id.index + id[0].length;
  }
  return safe + maskPansIn(text.slice(at));
}

/** The same for every text in a value that is to become JSON; its numbers stay, for they are counts and times. */
export function scrubbedAll<T extends object>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? scrubbed(inner) : inner)),
  ) as T;
}
