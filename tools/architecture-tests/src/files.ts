import type { Source } from './sources.ts';

const MAX_LINES = 300;

/** Hand-written files over the limit. */
export function overgrown(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !isGenerated(source.path))
    .flatMap((source) => {
      const lines = source.text.split('\n').length - 1;
      return lines > MAX_LINES ? [`${source.path} has ${lines} lines (at most ${MAX_LINES})`] : [];
    });
}

/** Whether a file is the generator's: told by its path, not by a word in it. */
export function isGenerated(path: string): boolean {
  return path.startsWith('libs/contract/src/') || path.includes('/generated/');
}
