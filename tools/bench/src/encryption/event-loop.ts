import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { generateKeyPairSync } from 'node:crypto';
import { encryptionKey, seal, sealAll } from '@enrollkit/encryption';
import { CompactEncrypt } from 'jose';
import { plaintextOf } from './contenders.ts';

/** How late the event loop was while bodies were sealed one way. */
export interface EventLoopDelay {
  readonly bytes: number;
  readonly way: string;
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** Bodies sealed for one figure: at one or two turns a body, some thousand turns. */
const BODIES = 500;
/** The histogram's own timer: what it records is this and the delay. */
const RESOLUTION_MS = 1;

/**
 * Measures the delay of timers: idle, with jose on the thread pool, and with ours in several ways of
 * calling it.
 */
export async function* eventLoopDelays(): AsyncGenerator<EventLoopDelay> {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = encryptionKey(publicKey, { enc: 'A256GCM' });
  const jose = publicKey.toCryptoKey({ name: 'RSA-OAEP', hash: 'SHA-256' }, false, ['encrypt']);
  const onPool = (bytes: Uint8Array) =>
    new CompactEncrypt(bytes).setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }).encrypt(jose);
  yield { bytes: 0, way: 'idle', ...(await delayDuring(() => sleep(1_000))) };
  for (const size of [10_000, 32_000, 100_000, 256_000]) {
    const object = plaintextOf(size);
    const text = JSON.stringify(object);
    const bytes = Buffer.from(text);
    const ways: Readonly<Record<string, () => Promise<void>>> = {
      'jose on the pool, eight in flight': () => inFlight(8, () => onPool(bytes)),
      'seal, one after the other': () => inFlight(1, () => seal(text, key)),
      'seal, eight in flight': () => inFlight(8, () => seal(text, key)),
      'seal of objects, eight in flight': () => inFlight(8, () => seal(object, key)),
      sealAll: () => drained(sealAll(Array(BODIES).fill(text), key)),
      'sealAll of objects': () => drained(sealAll(Array(BODIES).fill(object), key)),
    };
    for (const [way, work] of Object.entries(ways)) yield { bytes: size, way, ...(await delayDuring(work)) };
  }
}

async function drained(tokens: AsyncIterable<string>): Promise<void> {
  for await (const token of tokens) void token;
}

async function inFlight(count: number, sealOne: () => Promise<string>): Promise<void> {
  for (let done = 0; done < BODIES; done += count) {
    await Promise.all(Array.from({ length: count }, sealOne));
    await turn();
  }
}

async function delayDuring(work: () => Promise<void>): Promise<Pick<EventLoopDelay, 'medianMs' | 'p99Ms'>> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await work();
  histogram.disable();
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return { medianMs: late(histogram.percentile(50)), p99Ms: late(histogram.percentile(99)) };
}
