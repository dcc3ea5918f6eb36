import type { Source } from './sources.ts';

const MAX_LINES = 300;
const MAX_COLUMNS = 110;

/** Hand-written files over the limit. */
export function overgrown(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !isGenerated(source.path))
    .flatMap((source) => {
      const lines = source.text.split('\n').length - 1;
      return lines > MAX_LINES ? [`${source.path} has ${lines} lines (at most ${MAX_LINES})`] : [];
    });
}

/** Lines of comments that are too wide: the formatter leaves them alone. A row of a table may be wide. */
export function wideComments({ path, text }: Pick<Source, 'path' | 'text'>): string[] {
  if (isGenerated(path)) return [];
  return text.split('\n').flatMap((line, index) => {
    const wide = line.length > MAX_COLUMNS && /^\s*(?:\/\/|\/\*\*|\*) (?!\|)/.test(line);
    return wide ? [`${path}:${index + 1} has ${line.length} columns (at most ${MAX_COLUMNS})`] : [];
  });
}

/** Whether a file is the generator's: told by its path, not by a word in it. */
export function isGenerated(path: string): boolean {
  return path.startsWith('libs/contract/src/') || path.includes('/generated/');
}
