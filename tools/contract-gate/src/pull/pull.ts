import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import type { PullConfig } from '../config/config.ts';
import { parseSpec } from '../spec/load.ts';
import { fetchDocument } from './fetch.ts';

/** What came of one pull: `kept` when the provider has what is stored. */
export type Pulled = 'kept' | 'stored';

/**
 * Fetches a provider's document and stores it as it came, with its ETag in `<file>.etag`. What is no OpenAPI
 * document, too large, or not whole is refused, and what was stored stays. Throws `SpecError`.
 */
export async function pull(config: PullConfig, cwd: string): Promise<Pulled> {
  const file = resolve(cwd, config.to);
  const known = await readFile(file, 'utf8').catch(() => undefined);
  const etag =
    known === undefined
      ? undefined
      : await readFile(`${file}.etag`, 'utf8').then(
          (text) => text.trim(),
          () => undefined,
        );
  const fetched = await fetchDocument(config, etag);
  if (fetched.kind === 'same') return 'kept';
  parseSpec(fetched.text, config.url);
  await mkdir(dirname(file), { recursive: true });
  if (fetched.text !== known) await replace(file, fetched.text);
  if (fetched.etag !== undefined) await replace(`${file}.etag`, `${fetched.etag}\n`);
  return fetched.text === known ? 'kept' : 'stored';
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
