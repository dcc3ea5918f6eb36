/** What the server's security refuses: the answer's status, and what a person reads. */
const problemTable = {
  /**
   * The request names another host than the console's: a rebound name, or a proxy that does not pass `Host`.
   */
  'host-refused': {
    status: 421,
    title: 'The request is for another host than this console',
    hint: 'open the address that enrollkit serve prints, or serve.publicUrl; a proxy must pass Host on',
  },
  /** The proxy says that the browser came without TLS. */
  'tls-needed': {
    status: 403,
    title: 'The console is reached over TLS only',
    hint: 'open its https:// address; a proxy must send X-Forwarded-Proto: https',
  },
  /**
   * The path holds what no path of the console has: encoded slashes, dots, backslashes, control characters.
   */
  'path-refused': {
    status: 400,
    title: 'The path cannot be used as it is',
    hint: 'open the console at its first page',
  },
  /** No such method anywhere. */
  'method-refused': {
    status: 405,
    title: 'The method is not offered',
    hint: 'the console uses GET, HEAD, POST and DELETE',
  },
  /** Another site made the browser send it. */
  'origin-refused': {
    status: 403,
    title: 'The request comes from another site',
    hint: 'use the console itself; nothing else may call its server from a browser',
  },
  /** The body is of a type that a form of another site could send, or of none that is read here. */
  'media-type-refused': {
    status: 415,
    title: 'The body is not of a type that is taken here',
    hint: 'send application/json, or application/octet-stream for a file',
  },
  /** The body comes in chunks: how long it is, only its end would say. A browser sends none. */
  'length-needed': {
    status: 411,
    title: 'The body does not say how long it is',
    hint: 'send Content-Length, and no Transfer-Encoding',
  },
  /** The body has more bytes than are read. */
  'body-too-large': {
    status: 413,
    title: 'The body is larger than is taken',
    hint: 'a file of that size is planned where it is: enrollkit plan FILE',
  },
  /** The body is not JSON, or lacks something. */
  'body-unusable': {
    status: 400,
    title: 'The body is not what this operation takes',
    hint: 'the contract of the console (specs/runner) says what it is',
  },
  /** Nobody is signed in, or the session has ended. */
  'signed-out': {
    status: 401,
    title: 'Nobody is signed in, or the session has ended',
    hint: 'sign in again',
  },
  /** Name or password is wrong; which one is not said. */
  'sign-in-refused': {
    status: 401,
    title: 'The name or the password is wrong',
    hint: 'try again; somebody with a shell on the server sets a new password with enrollkit users set',
  },
  /** The link is wrong, was used, or is too old. */
  'link-refused': {
    status: 401,
    title: 'The link was used already, is too old, or is not one of this server',
    hint: 'press Enter where enrollkit serve runs: it prints another one',
  },
  /** This way of signing in is not configured. */
  'sign-in-not-offered': {
    status: 404,
    title: 'This way of signing in is not offered here',
    hint: 'GET /api/session/options says which ways there are',
  },
  /** Too many attempts for one account or from one address. */
  'too-many-attempts': {
    status: 429,
    title: 'There were too many attempts to sign in',
    hint: 'wait as long as Retry-After says',
  },
  /** The identity provider did not answer, or not usably. */
  'identity-provider-unavailable': {
    status: 503,
    title: 'The identity provider cannot be reached',
    hint: 'try again later; enrollkit serve reports why on its terminal',
  },
  /** The role does not suffice. */
  'role-insufficient': {
    status: 403,
    title: 'Your role does not allow that',
    hint: 'ask somebody with the role that is needed',
  },
  /** The token of the session is missing, or of another session. */
  'csrf-token-refused': {
    status: 403,
    title: 'The token of the session is missing or wrong',
    hint: 'reload the console',
  },
  /** Too many streams of events are open. */
  'too-many-streams': {
    status: 429,
    title: 'Too many live views are open',
    hint: 'close other tabs of the console',
  },
} as const satisfies Readonly<Record<string, { status: number; title: string; hint: string }>>;

/** What a program can go by. */
export type SecurityProblemCode = keyof typeof problemTable;

/** The answer for a problem: problem details (RFC 9457) with a stable code and a hint. */
export function problem(
  code: SecurityProblemCode,
  { retryAfterMs }: { retryAfterMs?: number } = {},
): Response {
  const { status, title, hint } = problemTable[code];
  return new Response(JSON.stringify({ type: 'about:blank', title, status, code, hint }), {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(retryAfterMs !== undefined && {
        'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1000))),
      }),
    },
  });
}
