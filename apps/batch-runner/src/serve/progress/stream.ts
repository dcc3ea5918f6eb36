import type { ProgressEvent, ProgressFeed } from './feed.ts';

/** How long nothing is said before a comment shows that the connection lives. */
const QUIET_MS = 15_000;

/** The events of a feed as a body: one at a time, the next one when the reader has taken the last. */
export function progressStream(
  feed: ProgressFeed,
  lastEventId: string | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const leave = feed.watch();
  let last = lastEventId;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const event = await feed.next(last, QUIET_MS);
        if (feed.closed.aborted) {
          leave();
          controller.enqueue(encoder.encode('event: end\ndata: {}\n\n'));
          return controller.close();
        }
        if (event === undefined) return controller.enqueue(encoder.encode(': nothing new\n\n'));
        last = event.id;
        controller.enqueue(textOf(event));
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}

/** Many watch the same: the bytes of the last events are kept. */
const texts = new WeakMap<ProgressEvent, Uint8Array>();

function textOf(event: ProgressEvent): Uint8Array {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const text = new TextEncoder().encode(
    `id: ${event.id}\nevent: progress\ndata: ${JSON.stringify(event.progress)}\n\n`,
  );
  texts.set(event, text);
  return text;
}
