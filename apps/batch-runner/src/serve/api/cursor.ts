import { ServeError } from '../errors.ts';

/** Numbers as a cursor of the contract. */
export function cursorOf(...places: readonly number[]): string {
  return Buffer.from(places.join('.')).toString('base64url');
}

/**
 * The numbers of a cursor; undefined when a list begins. Throws `ServeError` `request-invalid` for one that
 * was not ours.
 */
export function placesOf(cursor: string | undefined, count: number): readonly number[] | undefined {
  if (cursor === undefined) return undefined;
  const parts = Buffer.from(cursor, 'base64url').toString().split('.');
  if (parts.length === count && parts.every((part) => /^\d{1,15}$/.test(part))) return parts.map(Number);
  throw new ServeError('request-invalid', 'The cursor is none that this list has given', {
    hint: 'begin the list again, without a cursor',
    fields: [{ pointer: 'cursor', message: 'was not given by this list' }],
  });
}

/** The same page with what `look` says of each item, one after the other on one connection. */
export async function pageWith<Item, Seen, Place>(
  { items, ...rest }: { readonly items: readonly Item[]; readonly next?: Place },
  look: (item: Item) => Promise<Seen>,
): Promise<{ readonly items: readonly Seen[]; readonly next?: Place }> {
  const seen: Seen[] = [];
  for (const item of items) seen.push(await look(item));
  return { ...rest, items: seen };
}

/** A page of the contract: the items as they are shown, and the cursor of the next page. */
export function pageView<Item, Shown, Place>(
  { items, next }: { readonly items: readonly Item[]; readonly next?: Place },
  shown: (item: Item) => Shown,
  placeOf: (next: Place) => readonly number[],
): { items: Shown[]; nextCursor?: string } {
  return {
    items: items.map(shown),
    ...(next !== undefined && { nextCursor: cursorOf(...placeOf(next)) }),
  };
}
