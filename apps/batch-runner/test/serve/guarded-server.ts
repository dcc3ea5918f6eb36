import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defined } from '@enrollkit/base';
import { operations, type Session } from '@enrollkit/contract/runner';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { serveSchema } from '../../src/config/serve-schema.ts';
import { writeAccounts, type Account } from '../../src/serve/security/account-file.ts';
import type { SignedIn } from '../../src/serve/security/authorize.ts';
import {
  consoleSecurity,
  type ConsoleSecurity,
  type SecurityOptions,
} from '../../src/serve/security/console-security.ts';
import type { SecurityEvent } from '../../src/serve/security/events.ts';
import {
  connectionLimits,
  listen,
  type ConnectionLimits,
  type ListeningServer,
} from '../../src/serve/security/listen.ts';
import { operationRoles, type AuthorizedOperation } from '../../src/serve/security/operation-roles.ts';
import { hashPassword } from '../../src/serve/security/passwords.ts';
import type { Role } from '../../src/serve/security/principal.ts';

/** The least cost that is taken: tests sign in often. */
const cheap = { N: 2 ** 12, r: 8, p: 1 };
/** Every account of the tests has it. */
export const password = 'correct horse 7 battery';

/** An account of that name and role. */
export async function account(name: string, role: Role): Promise<Account> {
  return { name, role, password: await hashPassword(password, cheap), changedAt: new Date().toISOString() };
}

/** How a test's server differs from one that was just started with no settings. */
export interface GuardedOptions {
  readonly accounts?: readonly Account[];
  readonly serve?: object;
  readonly limits?: Partial<ConnectionLimits>;
  readonly maxUploadBytes?: number;
  /** Puts files into the folder of the configuration. */
  readonly prepare?: (folder: string) => void;
}

/** Somebody who is signed in, as a browser keeps it. */
export interface Browser {
  readonly cookie: string;
  readonly session: Session;
}

/**
 * A real server with the console's security in front of routes that answer `done`: one for each operation of
 * the contract, registered by its method and path alone.
 */
export class GuardedServer {
  readonly folder: string;
  readonly origin: string;
  readonly port: number;
  readonly security: ConsoleSecurity;
  readonly events: SecurityEvent[];
  readonly clock: { ms: number };
  readonly #listening: ListeningServer;

  private constructor(parts: {
    folder: string;
    listening: ListeningServer;
    security: ConsoleSecurity;
    events: SecurityEvent[];
    clock: { ms: number };
  }) {
    this.folder = parts.folder;
    this.port = parts.listening.port;
    this.security = parts.security;
    this.events = parts.events;
    this.clock = parts.clock;
    this.#listening = parts.listening;
    this.origin = `http://127.0.0.1:${this.port}`;
  }

  static async open({
    accounts,
    serve = {},
    limits,
    maxUploadBytes = 1024 * 1024,
    prepare,
  }: GuardedOptions = {}): Promise<GuardedServer> {
    const folder = mkdtempSync(join(tmpdir(), 'enrollkit-'));
    prepare?.(folder);
    if (accounts !== undefined) writeAccounts(join(folder, 'enrollkit.accounts.json'), accounts);
    const config = serveSchema.parse({ port: 0, ...serve });
    const listening = await listen(config, folder, { ...connectionLimits, ...limits });
    const clock = { ms: Date.now() };
    const events: SecurityEvent[] = [];
    const options: SecurityOptions = {
      serve: config,
      folder,
      port: listening.port,
      maxUploadBytes,
      ownerName: 'tester@host',
      about: () => Promise.resolve({ environment: environment(), version: '0.0.0' }),
      record: (event) => {
        events.push(event);
        return Promise.resolve();
      },
      onAccountsUnreadable: () => undefined,
      now: () => clock.ms,
    };
    const security = await built(options).catch(async (error: unknown) => {
      await listening.close();
      rmSync(folder, { recursive: true });
      throw error;
    });
    listening.server.on(
      'request',
      getRequestListener(appWith(security).fetch, { overrideGlobalObjects: false }),
    );
    return new GuardedServer({ folder, listening, security, events, clock });
  }

  /** Writes the local accounts anew. */
  setAccounts(accounts: readonly Account[]): void {
    writeAccounts(join(this.folder, 'enrollkit.accounts.json'), accounts);
  }

  /**
   * A request as a page of the console sends it; `headers` overrule, and take away where they are undefined.
   */
  request(
    path: string,
    {
      method = 'GET',
      headers = {},
      body,
      as,
    }: {
      method?: string;
      headers?: Readonly<Record<string, string | undefined>>;
      body?: unknown;
      as?: Browser;
    } = {},
  ): Promise<Response> {
    const isRead = method === 'GET';
    return fetch(`${this.origin}${path}`, {
      method,
      redirect: 'manual',
      headers: defined<Record<string, string>>({
        'sec-fetch-site': 'same-origin',
        origin: isRead ? undefined : this.origin,
        cookie: as?.cookie,
        'x-csrf-token': isRead ? undefined : as?.session.csrfToken,
        'content-type': body === undefined ? undefined : 'application/json',
        ...headers,
      }),
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  /** Opens a one-time link as the console does. */
  async openLink(): Promise<Browser> {
    const response = await this.redeem(tokenOf(this.security.newLink()));
    return browserOf(response);
  }

  redeem(linkToken: string, as?: Browser): Promise<Response> {
    return this.request('/api/session/link', { method: 'POST', body: { linkToken }, ...(as && { as }) });
  }

  signIn(
    userName: string,
    secret = password,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return this.request('/api/session/login', {
      method: 'POST',
      body: { userName, password: secret },
      headers,
    });
  }

  async signedIn(userName: string): Promise<Browser> {
    return browserOf(await this.signIn(userName));
  }

  async close(): Promise<void> {
    this.security.close();
    await this.#listening.close();
    rmSync(this.folder, { recursive: true });
  }
}

// oxlint-disable-next-line typescript/require-await -- what it throws becomes a rejection
async function built(options: SecurityOptions): Promise<ConsoleSecurity> {
  return consoleSecurity(options);
}

/** The token of a link as it is printed. */
export function tokenOf(link: string | undefined): string {
  return new URL(link ?? '').hash.replace('#link=', '');
}

/** What a browser keeps of an answer that signs in. */
export async function browserOf(response: Response): Promise<Browser> {
  const [cookie = ''] = response.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
  return { cookie, session: (await response.json()) as Session };
}

/** The code of an answer that is a problem. */
export async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

function appWith(security: ConsoleSecurity): Hono<SignedIn> {
  const app = new Hono<SignedIn>();
  app.use('*', ...security.guards);
  app.route('/api/session', security.signIn);
  for (const { operationId, method, path } of Object.values(operations)) {
    if (path.startsWith('/session') || operationRoles[operationId] === 'nobody') continue;
    const route = `/api${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    app.on(method, route, security.authorize(operationId as AuthorizedOperation));
    if (operationId === 'streamProgress') {
      app.get(route, security.streams, (context) =>
        streamSSE(context, async (stream) => {
          await stream.writeSSE({ event: 'progress', data: '{}' });
          await new Promise<void>((resolve) => stream.onAbort(resolve));
        }),
      );
    } else
      app.on(method, route, async (context) => {
        await context.req.arrayBuffer();
        return context.json({ done: operationId });
      });
  }
  app.onError((_error, context) => context.body(null, 500));
  return app.get('/', (context) => context.html('<!doctype html><title>console</title>'));
}

function environment(): Session['environment'] {
  return { label: 'sandbox (here)', baseUrl: 'http://here', kind: 'sandbox', programme: 'test' };
}
