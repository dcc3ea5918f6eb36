import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join, posix } from 'node:path';
import { errorIndexPage } from './error-index.ts';
import { root } from './root.ts';

/** Where the site's pages are brought together, at the paths they have in the repository. */
export const content = join(root, '.work', 'site');

/** Every document that git tracks, but for the reports of public APIs. */
export function documentPaths(): readonly string[] {
  return execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && !/^(etc|\.nx|examples|tools\/site)\//.test(path));
}

/** Brings all pages together: documents, the index of error codes, the site's own pages. */
export function assemble(): void {
  rmSync(content, { recursive: true, force: true });
  for (const path of documentPaths()) write(path, linksForSite(path, readFileSync(join(root, path), 'utf8')));
  cpSync(join(root, 'docs/images'), join(content, 'docs/images'), { recursive: true });
  cpSync(join(root, 'tools/site/pages'), content, { recursive: true });
  write('docs/errors.md', errorIndexPage());
}

function write(path: string, text: string): void {
  const file = join(content, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/**
 * Makes the relative links of a document fit the site: a folder leads to its README, a file that is no page
 * becomes plain text. Links to other documents, and pictures, stay as they are.
 */
export function linksForSite(path: string, text: string): string {
  return text.replaceAll(/(?<!!)\[([^\]]+)\]\((?!https?:|#|mailto:)([^)\s#]+)(#[^)]*)?\)/g, (...match) => {
    const [, label = '', target = '', anchor = ''] = match as readonly string[];
    const inRepository = posix.normalize(posix.join(posix.dirname(path), target));
    const file = join(root, inRepository);
    if (target.endsWith('.md')) return `[${label}](${target}${anchor})`;
    const readme = existsSync(file) && statSync(file).isDirectory() && existsSync(join(file, 'README.md'));
    return readme ? `[${label}](${posix.join(target, 'README.md')}${anchor})` : label;
  });
}
