import { maskCardNumbers } from '@enrollkit/base';
import type { Operation, Parameter, Problem as ContractProblem } from '@enrollkit/contract';
import { operations, type paths } from '@enrollkit/contract/runner';
import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ServeError, type FieldProblem } from './errors.ts';
import type { SignedIn } from './security/authorize.ts';
import type { ConsoleSecurity } from './security/console-security.ts';
import { consoleActor } from './security/principal.ts';

type Operations = typeof operations;
/** An operation of the contract. */
export type OperationId = keyof Operations;
type Types<Id extends OperationId> = paths[Operations[Id]['path']] extends infer Item
  ? Lowercase<Operations[Id]['method']> extends infer Method
    ? Method extends keyof Item
      ? Item[Method]
      : never
    : never
  : never;
type Parameters<Id extends OperationId> =
  Types<Id> extends { parameters: infer Given } ? Given : Record<never, never>;
type Path<Id extends OperationId> =
  Parameters<Id> extends { path: infer Given extends object } ? Given : object;
type Query<Id extends OperationId> =
  Parameters<Id> extends { query?: infer Given } ? NonNullable<Given> : object;
type Body<Id extends OperationId> =
  Types<Id> extends { requestBody: { content: { 'application/json': infer Given } } } ? Given : undefined;
type Responses<Id extends OperationId> = Types<Id> extends { responses: infer Given } ? Given : never;
type Answered<Response> = Response extends { content: { 'application/json': infer Given } }
  ? Given
  : undefined;

/** What an operation answers: one of the successes of the contract, with its body. */
export type Reply<Id extends OperationId> = {
  [Status in Extract<keyof Responses<Id>, 200 | 202 | 204>]: {
    readonly status: Status;
    readonly body: Answered<Responses<Id>[Status]>;
  };
}[Extract<keyof Responses<Id>, 200 | 202 | 204>];

/** A request that fits the contract. */
export interface Asked<Id extends OperationId> {
  readonly path: Path<Id>;
  readonly query: Query<Id>;
  readonly body: Body<Id>;
  /** Who asks, for the audit trail. */
  readonly actor: string;
  readonly request: Request;
}

/** Carries out an operation. */
export type Handler<Id extends OperationId> = (asked: Asked<Id>) => Promise<Reply<Id>>;

/** Handlers by operation. */
export type Handlers<Id extends OperationId> = { readonly [Each in Id]: Handler<Each> };

/**
 * Adds routes to the API: each request is authorized, then checked against the contract, before its handler
 * sees it.
 */
export function addOperations<Id extends OperationId>(
  app: Hono<SignedIn>,
  { authorize }: Pick<ConsoleSecurity, 'authorize'>,
  handlers: Handlers<Id>,
): void {
  for (const [id, handler] of Object.entries(handlers) as [Id, Handler<Id>][]) {
    const operation: Operation = operations[id];
    app.on(operation.method, honoPath(operation.path), authorize(id), async (context) => {
      const { status, body } = await handler(await askedOf(operation, context));
      return body === undefined
        ? context.body(null, 204)
        : context.json(body, status as ContentfulStatusCode);
    });
  }
}

/** `/intakes/{intakeId}` as the router writes it. */
export function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

async function askedOf<Id extends OperationId>(
  operation: Operation,
  context: Context<SignedIn>,
): Promise<Asked<Id>> {
  const problems: FieldProblem[] = [];
  const query = context.req.queries();
  const known = new Set(operation.parameters.filter((one) => one.in === 'query').map(({ name }) => name));
  for (const name of Object.keys(query))
    if (!known.has(name)) problems.push({ pointer: name, message: 'is not known here' });
  const reading = (place: Parameter['in']) => ({
    parameters: operation.parameters.filter((one) => one.in === place),
    problems,
  });
  const path = valuesOf(reading('path'), (name) => context.req.param(name));
  const asked = valuesOf(reading('query'), (name) => onlyOne(name, query[name], problems));
  const body = operation.request === null ? undefined : await bodyOf(operation, context, problems);
  if (problems.length > 0)
    throw new ServeError('request-invalid', 'The request is not what the operation takes', {
      hint: 'fields says what is wrong; the contract of the console is specs/runner',
      fields: problems,
    });
  refuseCardNumbers(asked);
  return {
    path,
    query: asked,
    body,
    actor: consoleActor(context.get('session').principal),
    request: context.req.raw,
  } as Asked<Id>;
}

function onlyOne(
  name: string,
  values: readonly string[] | undefined,
  problems: FieldProblem[],
): string | undefined {
  if (values !== undefined && values.length > 1)
    problems.push({ pointer: name, message: 'is given more than once' });
  return values?.[0];
}

function valuesOf(
  { parameters, problems }: { readonly parameters: readonly Parameter[]; readonly problems: FieldProblem[] },
  textOf: (name: string) => string | undefined,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const text = textOf(parameter.name);
    if (text === undefined) {
      if (parameter.required) problems.push({ pointer: parameter.name, message: 'is missing' });
      continue;
    }
    const found = readings(text).find((value) => parameter.validate(value).valid);
    if (found === undefined)
      problems.push({ pointer: parameter.name, message: 'has a value that cannot be' });
    else values[parameter.name] = found;
  }
  return values;
}

/** What a text in an address may stand for. */
function readings(text: string): readonly unknown[] {
  if (/^\d{1,15}$/.test(text)) return [Number(text), text];
  return text === 'true' || text === 'false' ? [text === 'true', text] : [text];
}

async function bodyOf(
  { request }: Operation,
  context: Context<SignedIn>,
  problems: FieldProblem[],
): Promise<unknown> {
  const content: unknown = await context.req.json().catch(() => undefined);
  const verdict = request?.validate(content);
  if (verdict?.valid === false) problems.push(...verdict.problems.map(fieldOf));
  else refuseCardNumbers(content);
  return content;
}

function fieldOf({ pointer, message }: ContractProblem): FieldProblem {
  return { pointer, message };
}

/** The provider's own id may look like anything, and a cursor is ours. */
const EXEMPT: ReadonlySet<string> = new Set(['providerBatchId', 'cursor']);

/**
 * What people type is kept in the audit trail or looked up, and what a file is called is shown: a card number
 * belongs in none of them. Throws `ServeError`.
 */
function refuseCardNumbers(body: unknown): void {
  for (const [name, value] of Object.entries(body ?? {})) {
    if (typeof value !== 'string' || EXEMPT.has(name) || maskCardNumbers(value) === value) continue;
    throw new ServeError('card-number-refused', 'This could be a card number, and none is taken here', {
      hint: 'write it without digits that could be one; nothing of what was typed was kept',
      fields: [{ pointer: `/${name}`, message: 'could hold a card number' }],
    });
  }
}
