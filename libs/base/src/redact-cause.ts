import { redactText } from './redact.ts';

/** A foreign error as it may be kept: name, code and redacted message; its other properties may hold anything. */
export function redactCause(cause: unknown): Error {
  if (!(cause instanceof Error)) return new Error('not an error');
  const safe = new Error(redactText(cause.message));
  safe.name = cause.name;
  const code: unknown = 'code' in cause ? cause.code : undefined;
  const described = typeof code === 'string' ? Object.assign(safe, { code: redactText(code) }) : safe;
  if (cause.cause !== undefined) described.cause = redactCause(cause.cause);
  return described;
}
