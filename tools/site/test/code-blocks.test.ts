import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf, codeBlocks, type CodeBlock } from '../src/code-blocks.ts';
import { root } from '../src/root.ts';

/**
 * Compiles each block as a module of its own. Answers the compiler's errors at their place in the document.
 */
function compile(blocks: readonly CodeBlock[]): readonly string[] {
  const folder = join(root, 'tools', 'site', '.work');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [index, { code }] of blocks.entries())
    writeFileSync(join(folder, `block-${index}.ts`), `${code}\nexport {};\n`);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../../tsconfig.base.json', include: ['*.ts'] }),
  );
  const { stdout } = spawnSync('npx', ['tsgo', '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
    cwd: root,
  });
  rmSync(folder, { recursive: true, force: true });
  return [...stdout.matchAll(/block-(\d+)\.ts\((\d+),\d+\): (.*)/g)].map(([, index, line, message]) => {
    const block = blocks[Number(index)];
    return `${block?.document}:${(block?.line ?? 0) + Number(line) - 1} ${message}`;
  });
}

/** Examples that are compiled, and run, as parts of a test of their package. */
function compiledExamples(): string {
  const files = execFileSync('git', ['ls-files', '*.example.ts'], { cwd: root, encoding: 'utf8' });
  return files
    .split('\n')
    .filter((file) => file !== '')
    .map((file) => flattened(readFileSync(join(root, file), 'utf8')))
    .join('\n');
}

const flattened = (code: string): string => code.replaceAll(/\s+/g, '');

describe('A TypeScript block of a document', () => {
  it('compiles, or is part of an example that does', () => {
    const examples = compiledExamples();
    const blocks = codeBlocks().filter(({ code }) => !examples.includes(flattened(code)));
    expect(compile(blocks)).toEqual([]);
  });
  it('is reported at its line when it does not compile', () => {
    const blocks = blocksOf('docs/x.md', 'Text\n\n```ts\nconst a = 1;\nconst b: string = a;\n```\n');
    expect(compile(blocks)).toEqual([expect.stringMatching(/^docs\/x\.md:5 error TS2322/)]);
  });
});
