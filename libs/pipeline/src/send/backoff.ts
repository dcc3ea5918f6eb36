const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Milliseconds to leave a busy provider alone: what it asked for or, without that, a wait that doubles with
 * each attempt (1 s to 60 s), of which up to half is random.
 */
export function backoff(attempts: number, retryAfterMs: number | undefined, random: () => number): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1));
  return wait * (0.5 + random() / 2);
}
