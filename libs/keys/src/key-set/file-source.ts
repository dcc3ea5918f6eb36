import { stat } from 'node:fs/promises';
import { defined } from '@enrollkit/base';
import { readKeyFile } from '../source.ts';
import type { SetText } from './cache.ts';
import type { Source } from './key-set.ts';

/** A set in a file, whose size and time of change stand in for an ETag. */
export function fileSource(path: string, now: () => number): Source {
  return {
    where: path,
    from: 'file',
    hint: 'Look at the file; RFC 7517 section 5 shows the form of a set.',
    get: async (etag) => {
      const facts = await stat(path).catch(() => undefined);
      const current = facts === undefined ? undefined : `${facts.size}-${facts.mtimeMs}`;
      if (current !== undefined && current === etag) return undefined;
      const { bytes } = await readKeyFile(path, false);
      return defined<SetText>({
        body: Buffer.from(bytes).toString('utf8'),
        confirmedAt: now(),
        etag: current,
      });
    },
  };
}
