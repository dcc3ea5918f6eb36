/**
 * Ids and times that people copy from messages and that cannot be a card number although they hold many
 * digits: UUIDs (RFC 9562, with version and variant), 32 hex digits with a letter among them, key ids that
 * begin with a timestamp, dates with a time, IPv4 addresses. They may be glued to other words by a hyphen or
 * an underscore.
 */
const readable = new RegExp(
  [
    String.raw`(?<![\da-f])[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}(?![\da-f])`,
    String.raw`(?<![\da-f])(?=\d{0,31}[a-f])[\da-f]{32}(?![\da-f])`,
    String.raw`(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{6}-(?=[a-z])`,
    String.raw`(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[ t](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?!\d)`,
    String.raw`(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?::\d{1,5})?(?![\d.])`,
  ].join('|'),
  'gi',
);

/** Applies `mask` to everything of the text but the ids and times in it. */
export function exceptIds(text: string, mask: (part: string) => string): string {
  let masked = '';
  let at = 0;
  for (const id of text.matchAll(readable)) {
    masked += mask(text.slice(at, id.index)) + id[0];
    at = id.index + id[0].length;
  }
  return masked + mask(text.slice(at));
}
