import type { Direction } from '@enrollkit/schema-containment';

import { shown, type SchemaChange } from '../schema/change.ts';
import type { SchemaComparer, WrittenSchema } from '../schema/compare-schemas.ts';
import type { JsonObject } from '../spec/json.ts';
import type { Part } from './contract.ts';
import type { Report, Sink } from './finding.ts';

/** What every comparison of a diff needs. */
export interface Shared {
  readonly base: JsonObject;
  readonly revision: JsonObject;
  readonly comparer: SchemaComparer;
  readonly sink: Sink;
}

/** A comparison of one message of one operation. */
export interface Exchange extends Shared {
  /** `POST /path`, as the base calls it. */
  readonly operation: string;
  /** `request`: the consumer sends it. A webhook's request is sent to the consumer, so it is a `response`. */
  readonly direction: Direction;
}

/** The two parts that stand for each other. */
export interface Sides {
  readonly base: Part;
  readonly revision: Part;
}

/** What is said about a change of a part, without its places. */
export type Said = Pick<Report, 'kind' | 'severity' | 'where' | 'message'> &
  Partial<Pick<Report, 'witness' | 'direction'>>;

/** Reports a change that is no schema's. */
export function say(
  exchange: Exchange,
  {
    base,
    revision,
  }: { readonly base: { readonly pointer: string }; readonly revision: { readonly pointer: string } },
  said: Said,
): void {
  exchange.sink.add(
    { direction: exchange.direction, basePointer: base.pointer, revisionPointer: revision.pointer, ...said },
    exchange.operation,
  );
}

/** Reports what a comparison of schemas found. `where` is where the schema's value stands. */
export function sayChanges(exchange: Exchange, where: string, changes: readonly SchemaChange[]): void {
  const [validUnder, invalidUnder] =
    exchange.direction === 'request' ? (['base', 'revision'] as const) : (['revision', 'base'] as const);
  const at = (path: string): string => (path === '' ? where : `${where} ${path}`);
  for (const {
    kind,
    severity,
    path,
    basePointer,
    revisionPointer,
    message,
    witness,
    clearedBecause,
    alsoAt,
  } of changes) {
    exchange.sink.add(
      {
        kind,
        severity,
        basePointer,
        revisionPointer,
        message,
        direction: exchange.direction,
        where: at(path),
        ...(alsoAt === undefined ? {} : { alsoAt: alsoAt.map(at) }),
        ...(witness === undefined ? {} : { witness: { value: witness.value, validUnder, invalidUnder } }),
        ...(clearedBecause === undefined ? {} : { clearedBecause }),
      },
      exchange.operation,
    );
  }
}

/** Compares the schemas of two parts, and says what differs. */
export function compareSchemas(
  exchange: Exchange,
  { base, revision }: { readonly base: WrittenSchema; readonly revision: WrittenSchema },
  at: { readonly where: string; readonly text: boolean },
): void {
  sayChanges(
    exchange,
    at.where,
    exchange.comparer.compare(base, revision, { direction: exchange.direction, text: at.text }),
  );
}

export { shown };
