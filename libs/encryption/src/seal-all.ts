import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import type { EncryptionKey } from './keys.ts';
import { positiveInteger } from './limits.ts';
import { type Jwe, seal } from './seal.ts';
import { admit } from './turns.ts';

/** How many are sealed at once. */
export interface SealAllOptions {
  /** Plaintexts in flight, which bounds the memory. Default: twice the cores of this machine. */
  readonly concurrency?: number;
}

/**
 * Seals a stream of plaintexts, and yields the tokens in the order of their plaintexts. At most `concurrency`
 * are held at once; the source is read no faster than that, and the event loop turns in between. A plaintext
 * that cannot be sealed ends the stream with what {@link seal} throws, after the tokens before it; the source
 * is then closed. Throws `OptionUnfitError` when `concurrency` is not a positive integer.
 */
export async function* sealAll<Plaintext>(
  plaintexts: AsyncIterable<Plaintext | string | Uint8Array> | Iterable<Plaintext | string | Uint8Array>,
  key: EncryptionKey,
  { concurrency = 2 * availableParallelism() }: SealAllOptions = {},
): AsyncGenerator<Jwe<Plaintext>, void, undefined> {
  positiveInteger('concurrency', concurrency);
  const inFlight: Promise<Jwe<Plaintext>>[] = [];
  let begun = 0;
  try {
    for await (const plaintext of plaintexts) {
      const sealing = seal<Plaintext>(plaintext, key);
      // Awaited in order below; until then a failure must not count as unhandled.
      sealing.catch(() => undefined);
      inFlight.push(sealing);
      begun += 1;
      // Short plaintexts wait for nothing: without a turn, a long list of them would block the event loop.
      if (begun % concurrency === 0) await turn();
      else await admit(0);
      const oldest = inFlight.length >= concurrency ? inFlight.shift() : undefined;
      if (oldest !== undefined) yield await oldest;
    }
    for (const sealing of inFlight) yield await sealing;
  } finally {
    await Promise.allSettled(inFlight);
  }
}
