import { compareContent } from './bodies.ts';
import { type Exchange, say, type Sides } from './context.ts';
import { headersOf, type Operation, type Part, partsAt } from './contract.ts';
import { compareFields } from './fields.ts';
import type { Sink } from './finding.ts';

/** Answers, status by status. A range and `default` stand for the statuses that are not named themselves. */

/**
 * Compares all answers of an operation. `asked`: the consumer made the request; a webhook's answers are its
 * own.
 */
export function compareResponses(
  exchange: Exchange,
  operations: { readonly base: Operation; readonly revision: Operation },
  asked: boolean,
): void {
  const [before, after] = [
    partsAt(exchange.base, operations.base, 'responses'),
    partsAt(exchange.revision, operations.revision, 'responses'),
  ];
  for (const [status, own] of before) {
    const other = standIn(status, after);
    if (other !== undefined && other.status.toUpperCase() === status.toUpperCase())
      compareResponse(exchange, { base: own, revision: other.part }, { status, asked });
    else
      removed(
        exchange,
        { status, own, other: other?.part, fresh: specialized(status, before, after) },
        { owner: operations.revision, asked },
      );
  }
  for (const [status, part] of after) {
    if (standIn(status, before)?.status.toUpperCase() !== status.toUpperCase())
      added(exchange, { status, part, before }, { owner: operations.base, asked });
  }
}

/** What is said about a status: itself, its range, or `default`, which nobody reads as one more success. */
function standIn(
  status: string,
  responses: ReadonlyMap<string, Part>,
): { readonly status: string; readonly part: Part } | undefined {
  for (const name of [
    status,
    status.toUpperCase(),
    status.toLowerCase(),
    `${status[0] ?? ''}XX`,
    `${status[0] ?? ''}xx`,
    'default',
  ]) {
    const part = responses.get(name);
    if (part !== undefined && !(name === 'default' && status !== 'default' && status.startsWith('2')))
      return { status: name, part };
  }
  return undefined;
}

/** Whether a range or `default` was replaced by statuses of its own kind. */
function specialized(
  status: string,
  before: ReadonlyMap<string, Part>,
  after: ReadonlyMap<string, Part>,
): boolean {
  const covers = (name: string): boolean =>
    status === 'default' || (/^\dxx$/i.test(status) && name.startsWith(status[0] ?? ''));
  return (
    (status === 'default' || /^\dxx$/i.test(status)) &&
    [...after.keys()].some((name) => !before.has(name) && covers(name))
  );
}

interface Gone {
  readonly status: string;
  readonly own: Part;
  /** What stands in for it now. */
  readonly other: Part | undefined;
  readonly fresh: boolean;
}

interface Owner {
  readonly owner: Part;
  readonly asked: boolean;
}

function removed(exchange: Exchange, { status, own, other, fresh }: Gone, { owner, asked }: Owner): void {
  if (other !== undefined) {
    compareResponse(exchange, { base: own, revision: other }, { status, asked });
    return;
  }
  say(
    exchange,
    { base: own, revision: owner },
    {
      kind: 'status-removed',
      severity: fresh ? 'info' : 'breaking',
      where: `response ${status}`,
      message: `the status ${status} was removed`,
    },
  );
}

function added(
  exchange: Exchange,
  { status, part, before }: { status: string; part: Part; before: ReadonlyMap<string, Part> },
  { owner, asked }: Owner,
): void {
  const general = standIn(status, before);
  if (general !== undefined) {
    compareResponse(exchange, { base: general.part, revision: part }, { status, asked });
    return;
  }
  const success = status.startsWith('2') && [...before.keys()].some((name) => name.startsWith('2'));
  say(
    exchange,
    { base: owner, revision: part },
    {
      kind: 'status-added',
      severity: asked && success ? 'breaking' : 'info',
      where: `response ${status}`,
      message: `the status ${status} was added`,
      ...(asked && success
        ? {
            witness: {
              value: { status: /^\d+$/.test(status) ? Number(status) : status },
              validUnder: 'revision',
              invalidUnder: 'base',
            },
          }
        : {}),
    },
  );
}

function compareResponse(
  exchange: Exchange,
  sides: Sides,
  { status, asked }: { readonly status: string; readonly asked: boolean },
): void {
  const here: Exchange = { ...exchange, sink: inResponse(exchange, status) };
  compareFields(here, headersOf(exchange.base, sides.base), {
    after: headersOf(exchange.revision, sides.revision),
    owners: sides,
  });
  compareContent(here, sides, asked);
}

/** Puts the status in front of every place. */
function inResponse({ sink }: Exchange, status: string): Sink {
  const inside = (where: string): string => `response ${status} ${where}`;
  return {
    add: (report, operation) =>
      sink.add(
        {
          ...report,
          where: inside(report.where),
          ...(report.alsoAt === undefined ? {} : { alsoAt: report.alsoAt.map(inside) }),
        },
        operation,
      ),
  };
}
