import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a spec is compared with: a git revision, or the reason why there is none. */
export type Base = { readonly revision: string; readonly name: string } | { readonly missing: string };

/**
 * The revision itself; where it is what is checked out, as on the main branch, the last release before it:
 * the nearest tag. `path` is the spec's file, relative to `cwd`.
 */
export async function baseFor(path: string, revision: string, cwd: string): Promise<Base> {
  const git = async (...argv: string[]): Promise<string | undefined> =>
    promisify(execFile)('git', argv, { cwd }).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
  const [head, at] = await Promise.all(
    ['HEAD', revision].map((name) =>
      git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`),
    ),
  );
  if (at === undefined) return { missing: `git knows no ${revision}` };
  const has = async (name: string): Promise<boolean> =>
    (await git('cat-file', '-e', `${name}:./${path}`)) !== undefined;
  const asIs = (await git('diff', '--quiet', 'HEAD', '--', path)) !== undefined;
  if (at !== head || !asIs)
    return (await has(revision))
      ? { revision, name: revision }
      : { missing: `the file is new since ${revision}` };
  const tag = await git('describe', '--tags', '--abbrev=0', 'HEAD^');
  if (tag === undefined)
    return { missing: `this is ${revision} itself, and there is no release (tag) before it` };
  return (await has(tag))
    ? { revision: tag, name: `the last release, ${tag}` }
    : { missing: `the file is new since the last release, ${tag}` };
}
