/** So long after somebody has done something, a request is still taken for theirs. */
const IN_USE_MS = 60_000;

let usedAt = performance.now();

/** Notices that somebody does something with the page. */
export function watchActivity(): void {
  const note = (): void => void (usedAt = performance.now());
  for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
    document.addEventListener(event, note, { capture: true, passive: true });
}

/**
 * Whether somebody is at the page. What a page asks of its own accord, while nobody is there, says so:
 * the server does not put the end of the session off for it.
 */
export function isInUse(): boolean {
  return performance.now() - usedAt < IN_USE_MS;
}
