import { openReader, type Input } from '@enrollkit/pipeline';
import { readingOf } from '../assemble.ts';
import type { LoadedConfig } from '../config/load.ts';
import { RunnerError } from '../errors.ts';

/** Refuses an input of several records. Throws `RunnerError` `usage` with the hint, and `InputError`. */
export async function assertOneRecord(input: Input, loaded: LoadedConfig, hint: string): Promise<void> {
  const reader = await openReader(input, readingOf(loaded));
  let rows = 0;
  for await (const chunk of reader.rows()) {
    rows += chunk.length;
    if (rows > 1) break;
  }
  if (rows === 1) return;
  throw new RunnerError(
    'usage',
    'The input has more than one record, and this command is for one; nothing was sent',
    {
      hint,
    },
  );
}
