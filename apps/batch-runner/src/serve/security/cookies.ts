import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/** How long somebody may take at the identity provider, in seconds. */
export const FLOW_SECONDS = 600;

/**
 * The console's two cookies. Over TLS they have the prefix `__Host-`, which no other host and no plain HTTP
 * can set. Over plain HTTP, on loopback only, they have the port in their name, since a browser's cookies
 * know no ports.
 */
export interface Cookies {
  readonly session: (context: Context) => string | undefined;
  readonly setSession: (context: Context, secret: string) => void;
  readonly dropSession: (context: Context) => void;
  /** Which sign-in at the identity provider this browser has begun. */
  readonly flow: (context: Context) => string | undefined;
  readonly setFlow: (context: Context, id: string) => void;
  readonly dropFlow: (context: Context) => void;
}

/** The cookies of a console that is reached at `origin`. */
export function cookiesFor(origin: URL): Cookies {
  const secure = origin.protocol === 'https:';
  const named = (name: string): string => (secure ? `__Host-${name}` : `${name}-${origin.port}`);
  const session = named('enrollkit_session');
  const flow = named('enrollkit_sign_in');
  const strict = { path: '/', httpOnly: true, secure, sameSite: 'Strict' } as const;
  // The identity provider's redirect comes from another site: a strict cookie would not come along.
  const lax = { ...strict, sameSite: 'Lax' } as const;
  return {
    session: (context) => onlyOne(context, session),
    setSession: (context, secret) => setCookie(context, session, secret, strict),
    dropSession: (context) => void deleteCookie(context, session, strict),
    flow: (context) => onlyOne(context, flow),
    setFlow: (context, id) => setCookie(context, flow, id, { ...lax, maxAge: FLOW_SECONDS }),
    dropFlow: (context) => void deleteCookie(context, flow, lax),
  };
}

/** A cookie that comes twice was set by somebody else as well: none of them counts. */
function onlyOne(context: Context, name: string): string | undefined {
  const header = context.req.header('Cookie') ?? '';
  const count = header.split(';').filter((pair) => pair.trimStart().startsWith(`${name}=`)).length;
  return count === 1 ? getCookie(context, name) : undefined;
}
