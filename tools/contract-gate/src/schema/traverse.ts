import type { SchemaNode } from '@enrollkit/schema-containment';

import { type Lift, type Passage, type SchemaChange, segment } from './change.ts';

/** What is found at one pair of schemas, and which pairs lie below it. */
export interface Local<P> {
  readonly changes: readonly SchemaChange[];
  readonly next: readonly { readonly step: string; readonly pair: P; readonly lift: Lift }[];
}

/** A pair that was looked at; what lies below loses, once known, whatever has nothing to say. */
interface Spot<P> {
  readonly changes: readonly SchemaChange[];
  readonly sender: SchemaNode;
  next: readonly Way<P>[];
  /** Nothing is found here or anywhere below. */
  quiet: boolean;
  /** The spots that were seen to lead here. */
  readonly parents: Spot<P>[];
  /** The last collection that came here, and how often it did. */
  course: number;
  visits: number;
}

interface Way<P> {
  readonly step: string;
  readonly lift: Lift;
  readonly to: Spot<P>;
}

/** One way from where a collection began; the path is spelled out only where something is found. */
interface Visit<P> {
  readonly spot: Spot<P>;
  readonly from?: { readonly visit: Visit<P>; readonly way: Way<P> };
}

/**
 * Collects what is found at a pair and at all pairs below it, each pair once and by its shortest way, so that
 * recursive and much-shared schemas cost no more than their size.
 */
export class Traversal<P> {
  readonly #look: (pair: P) => Local<P>;
  readonly #keyOf: (pair: P) => string;
  readonly #senderOf: (pair: P) => SchemaNode;
  readonly #results = new Map<string, readonly SchemaChange[]>();
  readonly #spots = new Map<string, Spot<P>>();
  #courses = 0;

  /** `senderOf`: whose schema of a pair says what may be sent. */
  constructor(keyOf: (pair: P) => string, look: (pair: P) => Local<P>, senderOf: (pair: P) => SchemaNode) {
    this.#keyOf = keyOf;
    this.#look = look;
    this.#senderOf = senderOf;
  }

  from(start: P): readonly SchemaChange[] {
    const key = this.#keyOf(start);
    const known = this.#results.get(key) ?? this.#collect(this.#explored(start));
    this.#results.set(key, known);
    return known;
  }

  /** Visits level by level; a spot a second time only to name the other place, and no third time. */
  #collect(first: Spot<P>): readonly SchemaChange[] {
    const found = new Map<string, SchemaChange>();
    this.#courses += 1;
    const waiting: Visit<P>[] = first.quiet ? [] : [{ spot: first }];
    for (const visit of waiting) {
      const { spot } = visit;
      if (spot.changes.length > 0) keepAll(found, visit);
      for (const way of spot.next) {
        const { to } = way;
        if (to.quiet) continue;
        if (to.course !== this.#courses) {
          to.course = this.#courses;
          to.visits = to === first ? 1 : 0;
        }
        to.visits += 1;
        if (to.visits <= 2) waiting.push({ spot: to, from: { visit, way } });
      }
    }
    return [...found.values()];
  }

  /** The spot of a pair, with everything below it looked at. */
  #explored(start: P): Spot<P> {
    const fresh: Spot<P>[] = [];
    const queue: [spot: Spot<P>, next: Local<P>['next']][] = [];
    const spotOf = (pair: P): Spot<P> => {
      const key = this.#keyOf(pair);
      const known = this.#spots.get(key);
      if (known !== undefined) return known;
      const { changes, next } = this.#look(pair);
      const sender = this.#senderOf(pair);
      const spot: Spot<P> = { changes, sender, next: [], quiet: false, parents: [], course: 0, visits: 0 };
      this.#spots.set(key, spot);
      fresh.push(spot);
      queue.push([spot, next]);
      return spot;
    };
    const first = spotOf(start);
    for (const [spot, next] of queue) {
      spot.next = next.map(({ step, lift, pair }) => ({ step, lift, to: spotOf(pair) }));
      for (const { to } of spot.next) if (!to.quiet) to.parents.push(spot);
    }
    hush(fresh);
    return first;
  }
}

/**
 * Whatever leads to no change need not be visited again. Spots that were looked at before are known to be
 * loud or quiet.
 */
function hush<P>(fresh: readonly Spot<P>[]): void {
  const undecided = new Set(fresh);
  const waiting: Spot<P>[] = [];
  const loud = (spot: Spot<P>): void => {
    if (undecided.delete(spot)) waiting.push(spot);
  };
  for (const spot of fresh) {
    if (spot.changes.length > 0 || spot.next.some(({ to }) => !to.quiet && !undecided.has(to))) loud(spot);
  }
  for (let spot = waiting.pop(); spot !== undefined; spot = waiting.pop()) spot.parents.forEach(loud);
  for (const spot of undecided) spot.quiet = true;
  for (const spot of fresh) spot.next = spot.next.filter(({ to }) => !to.quiet);
}

function keepAll<P>(found: Map<string, SchemaChange>, visit: Visit<P>): void {
  const passages: Passage[] = [];
  for (let at = visit.from; at !== undefined; at = at.visit.from)
    passages.push({ step: at.way.step, lift: at.way.lift, sender: at.visit.spot.sender });
  passages.reverse();
  const path = passages.map(({ step }) => segment(step)).join('');
  for (const change of visit.spot.changes) keep(found, change, { path, passages });
}

/** A shared schema is reached on many ways; its change is kept by the first. */
function keep(
  found: Map<string, SchemaChange>,
  change: SchemaChange,
  { path, passages }: { readonly path: string; readonly passages: readonly Passage[] },
): void {
  const key = keyOf(change);
  const known = found.get(key);
  if (known !== undefined) {
    const also = path + change.path;
    if (also !== known.path && known.alsoAt?.includes(also) !== true && (known.alsoAt?.length ?? 0) < 3)
      found.set(key, { ...known, alsoAt: [...(known.alsoAt ?? []), also] });
    return;
  }
  const lifted =
    change.claim === undefined || passages.length === 0
      ? change
      : { ...change, claim: { ...change.claim, passages: [...passages, ...change.claim.passages] } };
  found.set(key, path === '' ? lifted : { ...lifted, path: path + change.path });
}

/** What makes it the same change, wherever it shows. */
export function keyOf({ kind, basePointer, revisionPointer, message }: SchemaChange): string {
  return `${kind}\n${basePointer}\n${revisionPointer}\n${message}`;
}
