import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** Names this library, its version and Node's, and the application when there is one: `enrollkit/0.1.0 node/24.15.0 hub/2.1`. */
export function userAgentOf(appInfo?: string): string {
  const own = `enrollkit/${version} node/${process.versions.node}`;
  const app = appInfo?.replaceAll(/[^\w./ ()-]/g, '').slice(0, 100);
  return app ? `${own} ${app}` : own;
}
