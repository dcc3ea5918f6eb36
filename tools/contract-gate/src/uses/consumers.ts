import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { asObject, asString, type Json } from '../spec/json.ts';

/**
 * The package that a file belongs to: the name in the nearest `package.json`; the file's folder when there is
 * none.
 */
export async function packageOf(file: string, cwd: string): Promise<string> {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const text = await readFile(join(cwd, folder, 'package.json'), 'utf8').catch(() => undefined);
    const name = text === undefined ? undefined : asString(asObject(JSON.parse(text) as Json).name);
    if (name !== undefined) return name;
    if (folder === '.' || folder === dirname(folder)) return dirname(file);
  }
}
