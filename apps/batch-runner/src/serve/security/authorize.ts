import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { Cookies } from './cookies.ts';
import { suffices, type Role } from './principal.ts';
import { problem } from './problems.ts';
import type { Session, Sessions } from './sessions.ts';
import { sameText } from './tokens.ts';

/** What the routes of the API find in their context once somebody is signed in. */
export interface SignedIn {
  Bindings: HttpBindings;
  Variables: { session: Session };
}

/**
 * What a request carries that nobody caused by doing something: it does not put the session's idle end off.
 */
export const BACKGROUND_HEADER = 'Enrollkit-Background';

/** How a route is authorized. */
export interface Needed {
  readonly role: Role;
  /** Whether a request counts as something that a person did. Default: true. */
  readonly countsAsUse?: boolean;
}

/**
 * Lets a request through that has a session with the role that is needed and, when it may change anything,
 * the token of that session.
 */
export function authorize(
  { sessions, cookies }: { readonly sessions: Sessions; readonly cookies: Cookies },
  { role, countsAsUse = true }: Needed,
): MiddlewareHandler<SignedIn> {
  return async (context, next) => {
    const secret = cookies.session(context);
    const use = countsAsUse && context.req.header(BACKGROUND_HEADER) === undefined;
    const session = secret === undefined ? undefined : sessions.find(secret, { use });
    if (session === undefined) return problem('signed-out');
    const isRead = context.req.method === 'GET' || context.req.method === 'HEAD';
    if (!isRead && !sameText(context.req.header('X-CSRF-Token') ?? '', session.csrfToken))
      return problem('csrf-token-refused');
    if (!suffices(session.principal.role, role)) return problem('role-insufficient');
    context.set('session', session);
    return next();
  };
}
