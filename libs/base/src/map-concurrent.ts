/**
 * Maps a stream with at most `depth` calls of `work` in flight and yields the results in the order of the
 * items. A failure is thrown in its turn; a consumer that ends early waits for the calls in flight.
 */
export async function* mapConcurrent<Item, Result>(
  items: AsyncIterable<Item>,
  depth: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const inFlight: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // It is awaited in its turn; a failure before that must not count as unhandled.
      result.catch(() => undefined);
      inFlight.push(result);
      if (inFlight.length >= depth) yield* firstOf(inFlight);
    }
    while (inFlight.length > 0) yield* firstOf(inFlight);
  } finally {
    await Promise.allSettled(inFlight);
  }
}

async function* firstOf<Result>(inFlight: Promise<Result>[]): AsyncGenerator<Result> {
  const [first] = inFlight;
  if (first === undefined) return;
  const result = await first;
  inFlight.shift();
  yield result;
}
