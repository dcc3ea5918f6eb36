/** One thing that is wrong with a value, or worth telling. Never repeats the value itself. */
export interface Problem {
  /** JSON Pointer (RFC 6901) into the value; for a missing field, where it should be. */
  readonly pointer: string;
  /** The JSON Schema keyword that was not met. */
  readonly keyword: string;
  /** What the contract asks for. */
  readonly message: string;
}

/** The judging of one value. */
export interface Run {
  readonly direction: 'request' | 'answer';
  /** Where in the value the check is. */
  readonly path: (string | number)[];
  readonly problems: Problem[];
  readonly notices: Problem[];
  /** Above 0 while only the verdict counts: nothing is noted, and the first failure ends a check. */
  muted: number;
  depth: number;
}

/** Judges a value; notes its problems in the run. */
export type Check = (value: unknown, run: Run) => boolean;

/** At most so many problems and notices are noted. */
export const problemLimit = 100;

/** Notes a problem at the present place. Always false. */
export function fail(run: Run, keyword: string, message: string): false {
  if (run.muted === 0 && run.problems.length < problemLimit)
    run.problems.push({ pointer: pointerOf(run.path), keyword, message });
  return false;
}

/** The verdict alone. */
export function silently(check: Check, value: unknown, run: Run): boolean {
  run.muted += 1;
  const verdict = check(value, run);
  run.muted -= 1;
  return verdict;
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Patterns of JSON Schema are Unicode expressions. One that is legal only without the flag is taken in its
 * modern spelling, so that `\p{L}` beside `\:` stays a class of letters, and if that is no help without the
 * flag.
 */
export function expressionOf(pattern: string): RegExp {
  for (const source of [pattern, modern(pattern)]) {
    try {
      return new RegExp(source, 'u');
    } catch {
      continue;
    }
  }
  return new RegExp(pattern);
}

/** Escapes that only the old syntax allows, written so that the strict one takes them too. */
function modern(pattern: string): string {
  return pattern
    .replaceAll(/(\\[wdsWDS])-/g, '$1\\x2d')
    .replaceAll(/\\([^A-Za-z0-9^$\\.*+?()[\]{}|/])/g, (_, char: string) => (char === '-' ? '\\x2d' : char));
}

/** A JSON Pointer (RFC 6901) of its segments. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((key) => `/${escapeSegment(String(key))}`).join('');
}

/** One segment of a JSON Pointer, escaped. */
export function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
