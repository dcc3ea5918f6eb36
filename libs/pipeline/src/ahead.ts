/**
 * Does `work` on the items of a stream, at most `depth` at once, and yields what comes of them in order. A failure is
 * thrown in its turn, and whoever ends early waits for what is under way.
 */
export async function* ahead<Item, Result>(
  items: AsyncIterable<Item>,
  depth: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // It is awaited in its turn; a failure before that must not count as unhandled.
      result.catch(() => undefined);
      underWay.push(result);
      if (underWay.length >= depth) yield* firstOf(underWay);
    }
    while (underWay.length > 0) yield* firstOf(underWay);
  } finally {
    await Promise.allSettled(underWay);
  }
}

async function* firstOf<Result>(underWay: Promise<Result>[]): AsyncGenerator<Result> {
  const [first] = underWay;
  if (first === undefined) return;
  const result = await first;
  underWay.shift();
  yield result;
}
