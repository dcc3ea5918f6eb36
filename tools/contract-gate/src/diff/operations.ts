import { asObject, asString } from '../spec/json.ts';
import { compareContent } from './bodies.ts';
import { type Exchange, say, type Shared } from './context.ts';
import { type Operation, operationsIn, parametersOf, type Part, partAt, partsAt } from './contract.ts';
import { compareFields } from './fields.ts';
import { broughtForward, isOver } from './lifecycle.ts';
import { compareResponses } from './responses.ts';
import { compareSecurity } from './security.ts';
import { lostAddresses, prefixOf } from './servers.ts';

/** Who makes the request: the consumer, or (webhooks and callbacks) the provider. */
export type Caller = 'consumer' | 'provider';

/** The operations of two maps of path items. */
export interface Operations {
  readonly base: ReadonlyMap<string, Part>;
  readonly revision: ReadonlyMap<string, Part>;
  /** Stands in front of every operation's name: `callback onDone `. */
  readonly label: string;
  readonly owners: { readonly base: Part; readonly revision: Part };
}

/** Compares operation by operation: by method and path, names of path parameters aside. */
export function compareOperations(shared: Shared, operations: Operations, caller: Caller): void {
  const after = operationsIn(shared.revision, operations.revision);
  const byKey = Map.groupBy(after, keyOf);
  const found = new Set<Operation>();
  for (const base of operationsIn(shared.base, operations.base)) {
    const exchange: Exchange = {
      ...shared,
      operation: `${operations.label}${base.method} ${base.path}`,
      direction: caller === 'consumer' ? 'request' : 'response',
    };
    const revision = partnerOf(base, byKey.get(keyOf(base)) ?? [], found) ?? movedTo(base, after, found);
    if (revision === undefined) {
      operationRemoved(exchange, base, { operations, caller, after });
      continue;
    }
    found.add(revision);
    compareOperation(exchange, { base, revision }, caller);
  }
  for (const revision of after.filter((operation) => !found.has(operation))) {
    const exchange: Exchange = {
      ...shared,
      operation: `${operations.label}${revision.method} ${revision.path}`,
      direction: 'request',
    };
    say(
      exchange,
      { base: operations.owners.base, revision },
      {
        kind: 'operation-added',
        severity: 'info',
        direction: 'operation',
        where: 'operation',
        message: `${exchange.operation} was added`,
      },
    );
  }
}

function keyOf({ method, shape }: Operation): string {
  return `${method} ${shape}`;
}

/** The same method and path; of several that only differ in names, the one with the same names. */
function partnerOf(
  base: Operation,
  candidates: readonly Operation[],
  found: ReadonlySet<Operation>,
): Operation | undefined {
  const free = candidates.filter((operation) => !found.has(operation));
  return free.find(({ path }) => path === base.path) ?? free[0];
}

/** The same address, when a part of the path moved from the servers to the paths or back. */
function movedTo(
  base: Operation,
  after: readonly Operation[],
  found: ReadonlySet<Operation>,
): Operation | undefined {
  const prefix = prefixOf(base);
  return after.find(
    (other) =>
      other.method === base.method &&
      !found.has(other) &&
      prefixOf(other) !== prefix &&
      prefixOf(other) + other.shape === prefix + base.shape,
  );
}

function operationRemoved(
  exchange: Exchange,
  base: Operation,
  { operations, caller, after }: { operations: Operations; caller: Caller; after: readonly Operation[] },
): void {
  const pathStays = after.some(({ shape }) => shape === base.shape);
  const harmless = isOver(base.object);
  say(
    exchange,
    { base, revision: operations.owners.revision },
    {
      kind: caller === 'provider' ? 'webhook-removed' : pathStays ? 'method-removed' : 'path-removed',
      severity: harmless ? 'info' : 'breaking',
      direction: 'operation',
      where: 'operation',
      message: `${exchange.operation} was removed${harmless ? ', after its announced sunset' : ''}`,
      ...(harmless || caller === 'provider'
        ? {}
        : {
            witness: {
              value: { method: base.method, path: base.path },
              validUnder: 'base',
              invalidUnder: 'revision',
            },
          }),
    },
  );
}

function compareOperation(
  exchange: Exchange,
  operations: { readonly base: Operation; readonly revision: Operation },
  caller: Caller,
): void {
  const { base, revision } = operations;
  compareFields(exchange, parametersOf(base), { after: parametersOf(revision), owners: operations });
  compareRequestBody(exchange, operations, caller);
  compareResponses(
    { ...exchange, direction: caller === 'consumer' ? 'response' : 'request' },
    operations,
    caller === 'consumer',
  );
  if (caller === 'consumer') {
    compareSecurity(exchange, operations);
    for (const address of lostAddresses(base, revision)) {
      say(
        exchange,
        { base: serversOf(base), revision: serversOf(revision) },
        {
          kind: 'server-removed',
          severity: 'breaking',
          direction: 'operation',
          where: 'server',
          message: `the server ${address} is no longer listed`,
        },
      );
    }
    compareCallbacks(exchange, operations);
  }
  compareNames(exchange, operations);
}

/** Where the list of servers stands that holds for the operation. */
function serversOf({ object, item, pointer }: Operation): { pointer: string } {
  if (object.servers !== undefined) return { pointer: `${pointer}/servers` };
  return { pointer: item.object.servers === undefined ? '/servers' : `${item.pointer}/servers` };
}

function compareRequestBody(
  exchange: Exchange,
  { base, revision }: { readonly base: Operation; readonly revision: Operation },
  caller: Caller,
): void {
  const [before, after] = [
    partAt(base.document, base, 'requestBody'),
    partAt(revision.document, revision, 'requestBody'),
  ];
  if (before === undefined && after === undefined) return;
  const at = { base: before ?? base, revision: after ?? revision };
  const [was, is] = [before?.object.required === true, after?.object.required === true];
  if (before === undefined || after === undefined) {
    const breaking = before === undefined ? is && caller === 'consumer' : true;
    const message =
      before === undefined ? `a ${is ? 'required' : 'optional'} body was added` : 'the body was removed';
    say(exchange, at, {
      kind: before === undefined ? 'body-added' : 'body-removed',
      severity: breaking ? 'breaking' : 'info',
      where: 'body',
      message,
    });
    return;
  }
  if (was !== is) {
    say(exchange, at, {
      kind: is ? 'body-required' : 'body-optional',
      severity: is === (caller === 'consumer') ? 'breaking' : 'safe',
      where: 'body',
      message: is ? 'the body is required now' : 'the body may be missing now',
    });
  }
  compareContent(exchange, { base: before, revision: after }, false);
}

/** What breaks nobody on the wire, only who uses generated code. */
function compareNames(
  exchange: Exchange,
  { base, revision }: { readonly base: Operation; readonly revision: Operation },
): void {
  const [before, after] = [asString(base.object.operationId), asString(revision.object.operationId)];
  if (before !== undefined && before !== after) {
    say(
      exchange,
      { base, revision },
      {
        kind: 'operation-id',
        severity: 'breaking',
        direction: 'sdk',
        where: 'operationId',
        message:
          after === undefined
            ? `the operationId ${before} was removed`
            : `the operationId was ${before}, is ${after}`,
      },
    );
  }
  const [was, is] = [base.object.deprecated === true, revision.object.deprecated === true];
  if (was !== is)
    say(
      exchange,
      { base, revision },
      {
        kind: 'deprecated',
        severity: 'info',
        direction: 'operation',
        where: 'operation',
        message: is ? 'is deprecated now' : 'is no longer deprecated',
      },
    );
  const dates = broughtForward(base.object, revision.object);
  if (dates !== undefined)
    say(
      exchange,
      { base, revision },
      {
        kind: 'sunset',
        severity: 'breaking',
        direction: 'operation',
        where: 'operation',
        message: `was to stay until ${dates.from}, ends on ${dates.to} now`,
      },
    );
}

/** What the provider calls back: the consumer is the server there. */
function compareCallbacks(
  exchange: Exchange,
  { base, revision }: { readonly base: Operation; readonly revision: Operation },
): void {
  const [before, after] = [
    partsAt(base.document, base, 'callbacks'),
    partsAt(revision.document, revision, 'callbacks'),
  ];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [own, theirs] = [before.get(name), after.get(name)];
    compareOperations(
      exchange,
      {
        base: itemsIn(base, own),
        revision: itemsIn(revision, theirs),
        label: `${exchange.operation} callback ${name} `,
        owners: { base: own ?? base, revision: theirs ?? revision },
      },
      'provider',
    );
  }
}

function itemsIn({ document }: Operation, callback: Part | undefined): Map<string, Part> {
  if (callback === undefined) return new Map();
  const holder: Part = { object: { items: asObject(callback.object) }, pointer: callback.pointer };
  return new Map(
    [...partsAt(document, holder, 'items')].map(([expression, part]) => [
      expression,
      part.pointer.startsWith(`${callback.pointer}/items`)
        ? { ...part, pointer: part.pointer.replace('/items', '') }
        : part,
    ]),
  );
}
