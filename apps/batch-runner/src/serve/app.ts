import type { HttpBindings } from '@hono/node-server';
import { operations } from '@enrollkit/contract/runner';
import { Hono } from 'hono';
import { contractHandlers } from './api/contract.ts';
import { decisionHandlers, runnerHandlers } from './api/decisions.ts';
import { intakeHandlers, rowHandlers } from './api/intakes.ts';
import { overviewHandlers } from './api/overview.ts';
import { planHandlers } from './api/plans.ts';
import { auditHandlers, registerHandlers } from './api/register.ts';
import type { ConsoleContext } from './console-context.ts';
import { ServeError } from './errors.ts';
import { addOperations, honoPath } from './operation.ts';
import { problemAnswer, problemOf } from './problems.ts';
import { progressStream } from './progress/stream.ts';
import type { SignedIn } from './security/authorize.ts';
import type { ConsoleSecurity } from './security/console-security.ts';
import { staticFiles } from './static-files.ts';

/** What the application is made from. */
export interface AppOptions {
  readonly context: ConsoleContext;
  readonly security: ConsoleSecurity;
  /** Where the console's build is. */
  readonly files: string;
  /** Hears of defects: what is answered says nothing of them. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * Everything that the server answers: the API of `specs/runner` under `/api`, and the console's own files.
 */
export function consoleApp({
  context,
  security,
  files,
  onDefect,
}: AppOptions): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(...security.guards);
  app.route('/api', api(context, security));
  app.all('/api/*', ({ req }) => noSuchOperation(req.path, req.method));
  app.use(staticFiles(files));
  app.notFound(() => problemAnswer(pathUnknown));
  app.onError((error) => {
    const { problem, defect } = problemOf(error);
    if (defect) onDefect(error);
    return problemAnswer(problem);
  });
  return app;
}

function api(context: ConsoleContext, security: ConsoleSecurity): Hono<SignedIn> {
  const app = new Hono<SignedIn>();
  app.route('/session', security.signIn);
  addOperations(app, security, {
    ...overviewHandlers(context),
    ...intakeHandlers(context),
    ...rowHandlers(context),
    ...decisionHandlers(context),
    ...runnerHandlers(context),
    ...registerHandlers(context),
    ...auditHandlers(context),
    ...planHandlers(context),
    ...contractHandlers(context),
  });
  app.get('/events', security.authorize('streamProgress'), security.streams, ({ req }) => {
    const body = progressStream(context.feed, req.header('Last-Event-ID'));
    return new Response(body, {
      headers: { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' },
    });
  });
  return app;
}

const pathUnknown = problemOf(
  new ServeError('path-unknown', 'There is nothing at this path', {
    hint: 'the contract of the console is specs/runner',
  }),
).problem;

/** 405 where the path has other methods, 404 where it has none. */
function noSuchOperation(path: string, method: string): Response {
  const methods = Object.values(operations)
    .filter((operation) => patternOf(operation.path).test(path))
    .map((operation) => operation.method);
  if (methods.length === 0) return problemAnswer(pathUnknown);
  const { problem } = problemOf(
    new ServeError('method-not-offered', `${method} is not offered here`, {
      hint: `this path takes ${methods.join(', ')}`,
    }),
  );
  return problemAnswer(problem, { Allow: methods.join(', ') });
}

function patternOf(path: string): RegExp {
  return new RegExp(`^/api${honoPath(path).replaceAll(/:\w+/g, '[^/]+')}$`);
}
