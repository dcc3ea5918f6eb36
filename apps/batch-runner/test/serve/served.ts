import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { serveConsole, type ConsoleServer } from '../../src/serve/console-server.ts';
import { Harness } from '../harness.ts';
import { ApiClient } from './api-client.ts';

/** Small batches and quick polls. */
export const quick = `sending:
  batchSize: 4
  requestsPerSecond: 200
  poll: { firstMs: 30, maxMs: 100 }
`;

/** A console over a harness's ledger. */
export interface Served {
  readonly at: Harness;
  readonly server: ConsoleServer;
  readonly client: ApiClient;
  /** What the server printed. */
  readonly printed: readonly string[];
}

/** A stand-in for the console's build. */
export function consoleBuild(folder: string): string {
  const build = join(folder, 'console');
  mkdirSync(join(build, 'assets'), { recursive: true });
  writeFileSync(join(build, 'index.html'), '<!doctype html><title>Enrollkit</title><p>the console</p>');
  writeFileSync(join(build, 'assets', 'index-DkX3fA91.js'), `export const text = '${'a'.repeat(2000)}';`);
  return build;
}

/**
 * Serves the console over the ledger of a harness, signed in by its one-time link; both end with the test.
 */
export async function served(
  options: Parameters<typeof Harness.open>[0] = {},
  settings = '',
): Promise<Served> {
  const at = await Harness.open(options, `${quick}${settings}`);
  onTestFinished(() => at.close());
  return serving(at);
}

/**
 * The same over a harness that is there; only the server ends with the test. Nobody is signed in where users
 * have accounts.
 */
export async function serving(at: Harness, flags: readonly string[] = []): Promise<Served> {
  const begun = await beginServing(at, flags);
  onTestFinished(() => begun.server.close());
  return begun;
}

/** The same; the caller closes the server. */
export async function beginServing(at: Harness, flags: readonly string[] = []): Promise<Served> {
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  const loaded = loadConfig({
    file: at.path('enrollkit.yaml'),
    environment: {},
    flags: ['serve.port=0', ...flags],
  });
  const server = await serveConsole({
    loaded,
    terminal: { note: print, warn: print },
    files: consoleBuild(at.folder),
  });
  const link = server.newLink();
  const client = link === undefined ? new ApiClient(server.origin) : await ApiClient.byLink(link);
  return { at, server, client, printed };
}
