import type { Validated } from './validate.ts';

/**
 * Rows looked up at once: each look-up is one query. Whole rows are held until their window is sealed; more
 * of them would outlive two collections of young garbage, and fill the heap with what is needed no more.
 */
const WINDOW_ROWS = 250;

/** The rows of a window, or what broke the input behind the last whole one. */
export type Window = { readonly rows: readonly Validated[] } | { readonly brokenBy: unknown };

/** Rows in windows of at least `WINDOW_ROWS`. */
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
