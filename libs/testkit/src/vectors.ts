import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where the conformance vectors lie: `ENROLLKIT_VECTORS`, or `shared/vectors` beside the repository or any
 * folder above it. Undefined when they are absent: then nothing published is checked, and standard error says
 * so.
 */
export const vectorFolder: string | undefined = findFolder();

/** The path of one vector file. Throws when the vectors are absent. */
export function vectorFile(name: string): string {
  if (vectorFolder === undefined) throw new Error('conformance vectors not found');
  return join(vectorFolder, name);
}

/** Reads one vector file. Throws when the vectors are absent. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(vectorFile(name), 'utf8')) as T;
}

/** One list of a vector file; empty when the vectors are absent, for use where tests are collected. */
export function casesOf<T>(name: string, list = 'cases'): readonly T[] {
  return vectorFolder === undefined
    ? []
    : (readVectors<Readonly<Record<string, readonly T[]>>>(name)[list] ?? []);
}

function findFolder(): string | undefined {
  const named = process.env['ENROLLKIT_VECTORS'];
  if (named !== undefined) return named;
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'shared', 'vectors');
    if (existsSync(join(candidate, 'README.md'))) return candidate;
  }
  process.stderr.write(
    'WARNING: conformance vectors not found (set ENROLLKIT_VECTORS): NO published vector was checked\n',
  );
  return undefined;
}
