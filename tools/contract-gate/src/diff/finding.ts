import { createHash } from 'node:crypto';

import type { Severity } from '../schema/change.ts';
import type { Json } from '../spec/json.ts';

/**
 * Whom a change concerns: what consumers send, what they are sent, the operation as such, who may call,
 * generated code.
 */
export type FindingDirection = 'request' | 'response' | 'operation' | 'security' | 'sdk';

/** One change between two versions of a contract. */
export interface ContractFinding {
  /** The same change has the same id on every machine and in every run: 12 hexadecimal digits. */
  readonly id: string;
  /** What changed: `required`, `path-removed`, `response-status-added`. */
  readonly kind: string;
  readonly direction: FindingDirection;
  readonly severity: Severity;
  /** Every operation that is hit, as `POST /path`, sorted. */
  readonly operations: readonly string[];
  /** JSON Pointers of the place in both documents; the nearest place that exists where there is none. */
  readonly basePointer: string;
  readonly revisionPointer: string;
  /** Where in the message, as a person would point at it: `body /enrollmentData/pan`. */
  readonly where: string;
  /** Other places where the same change shows, such as inside a JWE; a few. */
  readonly alsoAt?: readonly string[];
  readonly message: string;
  /** Valid under one version, invalid under the other: judged by ajv where it is a schema's value. */
  readonly witness?: Witness;
  /** Why different words are no change. */
  readonly clearedBecause?: string;
}

/** A concrete value that proves a finding. It is made up from the schemas, never taken from data. */
export interface Witness {
  readonly value: Json;
  readonly validUnder: 'base' | 'revision';
  readonly invalidUnder: 'base' | 'revision';
}

/** A finding before it is known whom else it hits. */
export type Report = Omit<ContractFinding, 'id' | 'operations'>;

/** Where findings go. */
export interface Sink {
  add(report: Report, operation?: string): void;
}

/** Places named beside the first. */
const placeLimit = 5;

interface Found {
  report: Report;
  readonly operations: Set<string>;
  readonly places: Set<string>;
}

/** Collects findings; the same change in two operations is one finding with both. */
export class FindingSink implements Sink {
  readonly #spec: string;
  readonly #found = new Map<string, Found>();

  /**
   * `spec`: what tells this contract from others, so that the same change in two contracts is two findings.
   */
  constructor(spec: string) {
    this.#spec = spec;
  }

  add(report: Report, operation?: string): void {
    const key = keyOf(report);
    const known = this.#found.get(key) ?? { report, operations: new Set(), places: new Set() };
    if (isShownBetter(report, known.report)) known.report = report;
    if (operation !== undefined) known.operations.add(operation);
    for (const place of [report.where, ...(report.alsoAt ?? [])]) known.places.add(place);
    this.#found.set(key, known);
  }

  /** Worst first, then by place. */
  all(): ContractFinding[] {
    const findings = [...this.#found].map(([key, { report, operations, places }]): ContractFinding => {
      const { alsoAt: _, ...rest } = report;
      const others = [...places].filter((place) => place !== report.where).slice(0, placeLimit);
      return {
        id: idOf(this.#spec + key),
        ...rest,
        ...(others.length === 0 ? {} : { alsoAt: others }),
        operations: [...operations].sort(),
      };
    });
    return findings.sort(
      (left, right) =>
        rank[left.severity] - rank[right.severity] ||
        order(left.operations[0], right.operations[0]) ||
        order(left.where, right.where) ||
        order(left.id, right.id),
    );
  }
}

/** True when a change is surer in its place than in the other, or as sure and less deep inside a message. */
function isShownBetter(one: Report, other: Report): boolean {
  const depth = ({ where }: Report): number => where.split('/').length;
  return (
    rank[one.severity] < rank[other.severity] ||
    (one.severity === other.severity && depth(one) < depth(other))
  );
}

const rank: Readonly<Record<Severity, number>> = { breaking: 0, undecided: 1, safe: 2, info: 3 };

function order(left: string = '', right: string = ''): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function keyOf({ kind, direction, basePointer, revisionPointer, message }: Report): string {
  return JSON.stringify([kind, direction, basePointer, revisionPointer, message]);
}

function idOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}

/** True for a finding that makes `diff` fail: something on the wire breaks, or is not proven not to. */
export function breaks({ severity, direction }: ContractFinding): boolean {
  return direction !== 'sdk' && (severity === 'breaking' || severity === 'undecided');
}
