/** Rows per page of a stream: a few hundred kilobytes in memory. */
const pageSize = 1000;

/** Row after row, one bounded page at a time: no statement stays open between two rows. */
export async function* pages<T>(
  page: (after: number, limit: number) => Promise<readonly T[]>,
  keyOf: (last: T) => number,
  limit = pageSize,
): AsyncIterable<T> {
  let after = -1;
  for (;;) {
    const rows = await page(after, limit);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return;
    after = keyOf(last);
  }
}
