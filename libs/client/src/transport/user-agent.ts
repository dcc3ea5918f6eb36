import { readFileSync } from 'node:fs';

const name = ownName();

/** `enrollkit/0.1.0`; without the version in a bundle, where this package has no manifest any more. */
function ownName(): string {
  try {
    const manifest: unknown = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    const { name: found, version } = manifest as { readonly name?: unknown; readonly version?: unknown };
    return found === '@enrollkit/client' ? `enrollkit/${String(version)}` : 'enrollkit';
  } catch {
    return 'enrollkit';
  }
}

/**
 * Names this library, its version and Node's, and the application when there is one:
 * `enrollkit/0.1.0 node/24.15.0 hub/2.1`.
 */
export function userAgentOf(appInfo?: string): string {
  const own = `${name} node/${process.versions.node}`;
  const app = appInfo?.replaceAll(/[^\w./ ()-]/g, '').slice(0, 100);
  return app ? `${own} ${app}` : own;
}
