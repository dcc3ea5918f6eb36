import { resolve } from 'node:path';
import { defined } from '@enrollkit/base';
import type { HttpBindings } from '@hono/node-server';
import type { Hono, MiddlewareHandler } from 'hono';
import { readSecretFile } from '../../config/secrets.ts';
import { isLoopback, type ServeConfig } from '../../config/serve-schema.ts';
import { RunnerError } from '../../errors.ts';
import { Accounts } from './accounts.ts';
import { authorize, type SignedIn } from './authorize.ts';
import { cookiesFor } from './cookies.ts';
import type { RecordSecurityEvent } from './events.ts';
import { guard } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { OidcSignIn, type OidcOptions } from './oidc.ts';
import { linkWith, OneTimeLinks } from './one-time-links.ts';
import { operationRoles, type AuthorizedOperation } from './operation-roles.ts';
import { PasswordSignIn } from './password-sign-in.ts';
import { reachOf, type Reach } from './reach.ts';
import { Sessions } from './sessions.ts';
import { signInRoutes, type SignInDependencies, type SignInWays } from './sign-in-routes.ts';
import { limitStreams } from './stream-limits.ts';

/** What the console's security is made from. */
export interface SecurityOptions {
  readonly serve: ServeConfig;
  /** Where relative paths of the configuration begin. */
  readonly folder: string;
  /** The port that the server listens on. */
  readonly port: number;
  /** The largest file that is taken for a plan, in bytes. */
  readonly maxUploadBytes: number;
  /** Who started the server: the one-time link is theirs. */
  readonly ownerName: string;
  readonly about: SignInDependencies['about'];
  readonly record: RecordSecurityEvent;
  /** Hears why the accounts cannot be read any more. */
  readonly onAccountsUnreadable: (error: unknown) => void;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
}

/** What a server puts between the network and its routes. */
export interface ConsoleSecurity {
  readonly origin: URL;
  /** For every request, before anything else. */
  readonly guards: readonly MiddlewareHandler<{ Bindings: HttpBindings }>[];
  /** For the route of an operation that somebody must be signed in for. */
  readonly authorize: (operation: AuthorizedOperation) => MiddlewareHandler<SignedIn>;
  /** For the route of events, after `authorize`. */
  readonly streams: MiddlewareHandler<SignedIn>;
  /** `/api/session` and what is below it. */
  readonly signIn: Hono<SignedIn>;
  /** Another one-time link; undefined where users sign in. */
  readonly newLink: () => string | undefined;
  /** Signs everybody out, and ends the timer. */
  readonly close: () => void;
}

/** How often sessions are looked at that nobody asks for, so that their streams end. */
const SWEEP_MS = 1000;

/**
 * Builds the console's security as it is configured: local accounts, an identity provider or both; without
 * either a one-time link, on loopback alone. Throws `RunnerError`.
 */
export function consoleSecurity(options: SecurityOptions): ConsoleSecurity {
  const { serve, port, now = Date.now } = options;
  const reach = reachOf(serve, port);
  const accounts = new Accounts(resolve(options.folder, serve.accountsFile), options.onAccountsUnreadable);
  const sessions = new Sessions({
    idleMs: serve.session.idleMinutes * 60_000,
    maxMs: serve.session.hours * 3_600_000,
    isCurrent: (principal) => principal.method !== 'password' || accounts.isCurrent(principal),
    now,
  });
  const cookies = cookiesFor(reach.origin);
  const ways = waysOf({ ...options, now }, accounts, reach);
  const sweep = setInterval(() => sessions.endExpired(), SWEEP_MS).unref();
  const { record, about, ownerName } = options;
  const dependencies: SignInDependencies = {
    reach,
    sessions,
    cookies,
    ways,
    record,
    about,
    now,
    owner: { name: ownerName, role: 'admin', method: 'link' },
  };
  return {
    origin: reach.origin,
    guards: [
      securityHeaders({ isTls: reach.origin.protocol === 'https:' }),
      guard({ reach, maxUploadBytes: options.maxUploadBytes }),
    ],
    authorize: (operation) => {
      const role = operationRoles[operation];
      if (role === 'nobody') throw new TypeError(`${operation} is for people who are not signed in`);
      return authorize({ sessions, cookies }, { role, countsAsUse: operation !== 'streamProgress' });
    },
    streams: limitStreams(),
    signIn: signInRoutes(dependencies),
    newLink: () => ways.links && linkWith(reach.origin.origin, ways.links.issue()),
    close: () => {
      clearInterval(sweep);
      sessions.endAll();
    },
  };
}

type WaysOptions = SecurityOptions & { readonly now: () => number };

function waysOf({ serve, folder, record, now }: WaysOptions, accounts: Accounts, reach: Reach): SignInWays {
  const { oidc } = serve;
  if (oidc === undefined && accounts.size === 0) {
    if (isLoopback(serve.host) && !serve.behindProxy) return { links: new OneTimeLinks(now) };
    throw new RunnerError(
      'config-invalid',
      'serve: other machines reach the console, and nobody has an account',
      {
        hint: 'make one with enrollkit users set NAME --role admin, or configure serve.oidc',
      },
    );
  }
  return defined<SignInWays>({
    passwords: accounts.size === 0 ? undefined : new PasswordSignIn(accounts, record, now),
    oidc: oidc && new OidcSignIn(oidcOptions(oidc, folder), reach.origin, now),
    oidcName: oidc?.name,
  });
}

function oidcOptions(
  { clientSecretFile, ...oidc }: NonNullable<ServeConfig['oidc']>,
  folder: string,
): OidcOptions {
  return clientSecretFile === undefined
    ? oidc
    : {
        ...oidc,
        clientSecret: readSecretFile(resolve(folder, clientSecretFile), 'serve.oidc.clientSecretFile'),
      };
}
