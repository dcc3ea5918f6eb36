import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { problem, type SecurityProblemCode } from './problems.ts';
import type { Reach } from './reach.ts';

/**
 * Where the identity provider sends browsers back to; the only path of the API that another site may lead to.
 */
export const CALLBACK_PATH = '/api/session/oidc/callback';
/** The one operation whose body is a file. */
export const UPLOAD_PATH = '/api/plans/uploads';

/** The methods that the console uses. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE']);
/**
 * No path of the console holds any of it, and the parser takes no control characters: who sends it looks for
 * files.
 */
const UNFIT_PATH = /\\|%(?:[01][\da-f]|25|2e|2f|5c|7f)|\/\.{1,2}(?:\/|$)|\/\//i;
/**
 * What bodies are: types that no HTML form can send, so that a browser asks before it sends them to another
 * site.
 */
const JSON_TEXT = 'application/json';
const FILE = 'application/octet-stream';
/** No JSON body of the contract comes near it. */
const JSON_BYTES = 64 * 1024;

/** What the guard knows of the console. */
export interface GuardOptions {
  readonly reach: Reach;
  /** The largest file that is taken for a plan. */
  readonly maxUploadBytes: number;
}

type Environment = { Bindings: HttpBindings };

/**
 * Refuses what a browser would not send from the console itself, before anything reads the request: another
 * host (a rebound name), another site's page, an unfit path or method, a body of another type or size.
 */
export function guard({ reach, maxUploadBytes }: GuardOptions): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const found =
      unfitRequest(context, reach) ?? foreignRequest(context, reach) ?? unfitBody(context, maxUploadBytes);
    return found === undefined ? next() : problem(found);
  };
}

/** Whether the request is one for this server at all. */
function unfitRequest(context: Context<Environment>, reach: Reach): SecurityProblemCode | undefined {
  const { method = '', url = '', headersDistinct } = context.env.incoming;
  // Of two hosts this server and a proxy could each take another one.
  const [host = '', second] = headersDistinct['host'] ?? [];
  const isOurs = second === undefined && reach.hosts.has(host.toLowerCase());
  if (!url.startsWith('/') || !isOurs) return 'host-refused';
  if (reach.behindProxy && context.req.header('X-Forwarded-Proto') !== 'https') return 'tls-needed';
  if (!METHODS.has(method)) return 'method-refused';
  const [path = ''] = url.split('?');
  // What answers HEAD would make a whole answer, or begin a stream, for nobody.
  if (method === 'HEAD' && path.startsWith('/api/')) return 'method-refused';
  return UNFIT_PATH.test(path) ? 'path-refused' : undefined;
}

/**
 * Whether another site's page made the browser send it. A browser says so in `Origin` and, where it is newer
 * than 2023, in `Sec-Fetch-Site`. Somebody may follow a link to the console's pages, which hold no data;
 * nothing else.
 */
function foreignRequest(context: Context<Environment>, reach: Reach): SecurityProblemCode | undefined {
  const isRead = context.req.method === 'GET' || context.req.method === 'HEAD';
  const origin = context.req.header('Origin');
  if (origin === undefined ? !isRead : origin !== ownOrigin(context, reach)) return 'origin-refused';
  const site = context.req.header('Sec-Fetch-Site') ?? 'same-origin';
  if (site === 'same-origin' || (site === 'none' && isRead)) return undefined;
  const { path } = context.req;
  const isPage = !path.startsWith('/api/') || path === CALLBACK_PATH;
  const isFollowed =
    context.req.header('Sec-Fetch-Mode') === 'navigate' &&
    context.req.header('Sec-Fetch-Dest') === 'document';
  return isRead && isPage && isFollowed ? undefined : 'origin-refused';
}

/** The origin of the host that was asked for, which is one of the console's by now. */
function ownOrigin(context: Context<Environment>, { origin }: Reach): string {
  const { host = '' } = context.env.incoming.headers;
  return `${origin.protocol}//${host.toLowerCase()}`;
}

/** Node reads as many bytes as the length says, so that a body is measured before it is read. */
function unfitBody(context: Context<Environment>, maxUploadBytes: number): SecurityProblemCode | undefined {
  if (context.req.header('Transfer-Encoding') !== undefined) return 'length-needed';
  const length = Number(context.req.header('Content-Length') ?? 0);
  if (length === 0) return undefined;
  const isUpload = context.req.path === UPLOAD_PATH;
  const [type = ''] = (context.req.header('Content-Type') ?? '').split(';');
  if (type.trim().toLowerCase() !== (isUpload ? FILE : JSON_TEXT)) return 'media-type-refused';
  return length > (isUpload ? maxUploadBytes : JSON_BYTES) ? 'body-too-large' : undefined;
}
