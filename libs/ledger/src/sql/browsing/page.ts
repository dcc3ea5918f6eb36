import { defined } from '@enrollkit/base';
import type { Page } from '../../port/browsing.ts';

/**
 * A page of what was selected with a limit of one more than `limit`: the one too many says that there is a
 * next page.
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { item, place }: { readonly item: (row: Row) => Item; readonly place: (last: Row) => number },
): Page<Item> {
  const some = rows.slice(0, limit);
  const last = rows.length > limit ? some.at(-1) : undefined;
  return defined<Page<Item>>({ items: some.map(item), next: last === undefined ? undefined : place(last) });
}
