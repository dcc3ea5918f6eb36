import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { problem } from './problems.ts';
import type { Session } from './sessions.ts';

/** Streams of one session: a browser has six connections to a server, and a tab needs one. */
const MAX_OF_SESSION = 4;
/** Streams of all sessions together. */
const MAX_STREAMS = 200;

/** For the route of a stream: bounds how many there are, and closes each with its session. */
export function limitStreams(): MiddlewareHandler<{
  Bindings: HttpBindings;
  Variables: { session: Session };
}> {
  const open = new Map<string, number>();
  let all = 0;
  return async (context, next) => {
    const { csrfToken: key, ended } = context.get('session');
    const own = open.get(key) ?? 0;
    if (own >= MAX_OF_SESSION || all >= MAX_STREAMS)
      return problem('too-many-streams', { retryAfterMs: 5000 });
    const { outgoing } = context.env;
    const close = (): void => void outgoing.destroy();
    open.set(key, own + 1);
    all += 1;
    ended.addEventListener('abort', close);
    outgoing.once('close', () => {
      ended.removeEventListener('abort', close);
      all -= 1;
      const left = (open.get(key) ?? 1) - 1;
      if (left > 0) open.set(key, left);
      else open.delete(key);
    });
    if (ended.aborted) close();
    return next();
  };
}
