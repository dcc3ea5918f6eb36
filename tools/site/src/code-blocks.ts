import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentPaths } from './content.ts';
import { root } from './root.ts';

/** A TypeScript block of a document. */
export interface CodeBlock {
  /** From the repository's root. */
  readonly document: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** Every fenced `ts` block of every document. */
export function codeBlocks(): readonly CodeBlock[] {
  return documentPaths().flatMap((document) =>
    blocksOf(document, readFileSync(join(root, document), 'utf8')),
  );
}

/** The fenced `ts` blocks of one document. */
export function blocksOf(document: string, text: string): readonly CodeBlock[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    document,
    line: text.slice(0, match.index).split('\n').length + 1,
    code: match[1] ?? '',
  }));
}
