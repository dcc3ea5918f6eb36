import type { Validated } from './validate.ts';

/**
 * Rows looked up at once: each look-up is one query. Whole rows are held until their window is sealed; more
 * of them would outlive two collections of young garbage, and fill the heap with what is needed no more.
 */
const WINDOW_ROWS = 250;

/** Rows in windows of at least `WINDOW_ROWS`. Of an input that breaks there are the whole windows before. */
export async function* windowsOf(
  chunks: AsyncIterable<readonly Validated[]>,
): AsyncGenerator<readonly Validated[]> {
  let rows: readonly Validated[] = [];
  for await (const chunk of chunks) {
    rows = rows.length === 0 ? chunk : [...rows, ...chunk];
    if (rows.length < WINDOW_ROWS) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}
