import { posix } from 'node:path';

/** Relative links of a package's document that lead out of the package: dead in its tarball. */
export function linksOutside(path: string, text: string): readonly string[] {
  return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => posix.normalize(posix.join(posix.dirname(path), target)).startsWith('..'))
    .map((target) => `${path} links to ${target}, which is not in the tarball`);
}
