import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { actor } from '../audit.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { programVersion } from '../version.ts';
import { maxUploadBytes } from './api/plans.ts';
import { environmentView } from './api/views.ts';
import { consoleApp } from './app.ts';
import { LedgerAccess } from './ledger-access.ts';
import { Plans } from './plans/plans.ts';
import { ProgressFeed } from './progress/feed.ts';
import { recordSecurityEvent } from './security-record.ts';
import { consoleSecurity } from './security/console-security.ts';
import { listen } from './security/listen.ts';

/** How long requests in flight have when the server closes. */
const DRAIN_MS = 5000;

/** What a console is served from. */
export interface ConsoleOptions {
  readonly loaded: LoadedConfig;
  readonly terminal: Pick<Terminal, 'note' | 'warn'>;
  /** Where the console's build is. */
  readonly files: string;
}

/** A console that is served. */
export interface ConsoleServer {
  /** Where it is reached. */
  readonly origin: string;
  /** Another one-time link; undefined where users sign in. */
  readonly newLink: () => string | undefined;
  /** Ends streams and plans, lets requests in flight end, and closes. */
  close(): Promise<void>;
}

/**
 * Serves the console over the configured ledger, beside a runner or not. Throws `RunnerError` when it cannot
 * be served as it is configured.
 */
export async function serveConsole({ loaded, terminal, files }: ConsoleOptions): Promise<ConsoleServer> {
  const { serve } = loaded.config;
  const ledger = new LedgerAccess(loaded);
  const feed = new ProgressFeed(ledger);
  const plans = new Plans(loaded);
  const listening = await listen(serve, loaded.folder);
  try {
    const environment = environmentView(loaded);
    const security = consoleSecurity({
      serve,
      folder: loaded.folder,
      port: listening.port,
      maxUploadBytes: maxUploadBytes(serve),
      ownerName: actor(),
      about: () => Promise.resolve({ environment, version: programVersion() }),
      record: (event) => recordSecurityEvent({ loaded, terminal, ledger }, event),
      onAccountsUnreadable: (error) => terminal.warn(`the accounts cannot be read: ${textOf(error)}`),
    });
    const app = consoleApp({
      context: { loaded, ledger, feed, plans },
      security,
      files,
      onDefect: (error) => terminal.warn(`a request failed: ${textOf(error)}`),
    });
    const open = new Set<ServerResponse>();
    const answer = getRequestListener(app.fetch);
    listening.server.on('request', (incoming, outgoing) => {
      open.add(outgoing);
      outgoing.once('close', () => open.delete(outgoing));
      void answer(incoming, outgoing);
    });
    return {
      origin: security.origin.origin,
      newLink: security.newLink,
      close: async () => {
        await Promise.all([feed.close(), plans.close()]);
        await drained(open);
        security.close();
        await listening.close();
        await ledger.close();
      },
    };
  } catch (error) {
    await listening.close();
    throw error;
  }
}

/** Resolves when every answer has been sent, or nobody waits for it any longer. */
async function drained(open: ReadonlySet<ServerResponse>): Promise<void> {
  const all = [...open].map((outgoing) => (outgoing.closed ? undefined : once(outgoing, 'close')));
  await Promise.race([Promise.all(all), sleep(DRAIN_MS, undefined, { ref: false })]);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
