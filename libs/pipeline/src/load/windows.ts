import type { Validated } from './validate.ts';

/** Rows looked up at once: each look-up is one query. */
const WINDOW_ROWS = 1_000;

/** The rows of a window, or what broke the input behind the last whole one. */
export type Window = { readonly rows: readonly Validated[] } | { readonly brokenBy: unknown };

/** Rows in windows of about a thousand. */
export async function* windowsOf(chunks: AsyncIterable<readonly Validated[]>): AsyncGenerator<Window> {
  let rows: readonly Validated[] = [];
  try {
    for await (const chunk of chunks) {
      rows = rows.length === 0 ? chunk : [...rows, ...chunk];
      if (rows.length < WINDOW_ROWS) continue;
      yield { rows };
      rows = [];
    }
  } catch (brokenBy) {
    yield { brokenBy };
    return;
  }
  if (rows.length > 0) yield { rows };
}
