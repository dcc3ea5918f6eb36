/**
 * The longest wait a provider can ask of us in one go, in milliseconds: an hour. What is asked beyond is
 * asked again then.
 */
export const longestWaitMs = 3_600_000;

/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3): whole seconds, or an HTTP date, which is counted from `now`.
 * Gives milliseconds from 0 to `longestWaitMs`; undefined when there is none or it says nothing that can be
 * read.
 */
export function retryAfterMs(value: string | undefined, now: number = Date.now()): number | undefined {
  const text = value?.trim() ?? '';
  const asked = /^\d{1,12}$/.test(text) ? Number(text) * 1000 : untilDate(text, now);
  return asked === undefined ? undefined : Math.min(Math.max(asked, 0), longestWaitMs);
}

function untilDate(text: string, now: number): number | undefined {
  // Date.parse takes far more than HTTP dates; a number, or "-1", is no date.
  if (!/^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/.test(text)) return undefined;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : at - now;
}
