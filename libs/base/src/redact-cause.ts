import { longestCode, redactText, visible } from './redaction/text.ts';
import { maskCardNumbers } from './redaction/card-numbers.ts';

const DEEPEST_CAUSE = 5;
const MOST_FRAMES = 10;

/**
 * A foreign error as it may be kept: its name, code and redacted message, where it was thrown, and its own
 * causes, five deep. Other properties may hold anything and are dropped; so is the message where the stack
 * repeats it.
 */
export function redactCause(cause: unknown, depth = 0): Error {
  if (!(cause instanceof Error)) return new Error('not an error');
  const safe = new Error(redactText(cause.message));
  safe.name = redactText(cause.name, longestCode);
  safe.stack = [`${safe.name}: ${safe.message}`, ...framesOf(cause)].join('\n');
  const code: unknown = 'code' in cause ? cause.code : undefined;
  if (typeof code === 'string') Object.assign(safe, { code: redactText(code, longestCode) });
  if (cause.cause !== undefined && depth < DEEPEST_CAUSE) safe.cause = redactCause(cause.cause, depth + 1);
  return safe;
}

/** The frames below the message; none when the stack does not show where the message ends. */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  if (at < 0) return [];
  return stack
    .slice(at + message.length)
    .split('\n')
    .filter((line) => /^ {4}at \S/.test(line))
    .slice(0, MOST_FRAMES)
    .map((line) => visible(maskCardNumbers(line)));
}
