import { setTimeout as delay } from 'node:timers/promises';

/**
 * Resolves with the first truthy answer; asks every 5 ms. Throws after `timeoutMs` (30,000), naming what it
 * waited for.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 30_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    await delay(5);
  }
}
