import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { actor, appendBeside } from '../audit.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { programVersion } from '../version.ts';
import { maxUploadBytes } from './api/plans.ts';
import { environmentView } from './api/views.ts';
import { consoleApp } from './app.ts';
import { LedgerAccess } from './ledger-access.ts';
import { Plans } from './plans/plans.ts';
import { ProgressFeed } from './progress/feed.ts';
import { consoleSecurity } from './security/console-security.ts';
import type { SecurityEvent } from './security/events.ts';
import { listen } from './security/listen.ts';
import { consoleActor } from './security/principal.ts';

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
 * Serves the console over the configured ledger, beside a runner or not. Throws `RunnerError` when it cannot be served as
 * it is configured.
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
      record: (event) => record({ loaded, terminal, ledger }, event),
      onAccountsUnreadable: (error) => terminal.warn(`the accounts cannot be read: ${textOf(error)}`),
    });
    const app = consoleApp({
      context: { loaded, ledger, feed, plans },
      security,
      files,
      onDefect: (error) => terminal.warn(`a request failed: ${textOf(error)}`),
    });
    const open = new Set<ServerResponse>();
    const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
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

interface Recording {
  readonly loaded: LoadedConfig;
  readonly terminal: ConsoleOptions['terminal'];
  readonly ledger: LedgerAccess;
}

/** Who comes and goes is kept in the audit trail, once there is one; what was refused is printed. */
async function record({ loaded, terminal, ledger }: Recording, event: SecurityEvent): Promise<void> {
  if (event.kind !== 'signed-in' && event.kind !== 'signed-out') return terminal.warn(refusalText(event));
  const { principal, address, kind } = event;
  const action = kind === 'signed-in' ? 'console sign-in' : 'console sign-out';
  terminal.note(`${consoleActor(principal)}: ${action}`);
  const hasLedger = await ledger
    .read((browser) => browser.lastEvent())
    .then(
      () => true,
      () => false,
    );
  if (!hasLedger) return;
  await appendBeside(loaded, {
    actor: consoleActor(principal),
    action,
    detail: { method: principal.method, address },
  });
}

function refusalText(event: Exclude<SecurityEvent, { readonly kind: 'signed-in' | 'signed-out' }>): string {
  switch (event.kind) {
    case 'sign-in-refused':
      return `console: sign-in refused (${event.method}${event.account === undefined ? '' : `, ${event.account}`}) from ${event.address}: ${event.why}`;
    case 'account-locked':
      return `console: too many attempts to sign in as ${event.account}, the last from ${event.address}`;
    case 'link-repeated':
      return `console: a one-time link was opened again from ${event.address}; its session was ended`;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
