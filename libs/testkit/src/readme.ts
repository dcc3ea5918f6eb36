import { readFileSync } from 'node:fs';

/** The fenced `ts` blocks of a README, trimmed. */
export function readmeBlocks(path: string): readonly string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = '']) =>
    block.trim(),
  );
}

/** The `// #region name` parts of a source, moved to the left margin: code that a compiler has seen. */
export function sourceRegions(path: string): readonly string[] {
  return [
    ...readFileSync(path, 'utf8').matchAll(/^( *)\/\/ #region \w+\n([\s\S]*?)^ *\/\/ #endregion$/gm),
  ].map(([, indent = '', body = '']) =>
    body
      .split('\n')
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
      .join('\n')
      .trim(),
  );
}
