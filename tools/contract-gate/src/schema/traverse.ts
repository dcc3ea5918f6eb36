import { type Lift, type SchemaChange, segment } from './change.ts';

/** What is found at one pair of schemas, and which pairs lie below it. */
export interface Local<P> {
  readonly changes: readonly SchemaChange[];
  readonly next: readonly { readonly step: string; readonly pair: P; readonly lift: Lift }[];
}

/** A pair that was looked at; what lies below loses, once known, whatever has nothing to say. */
interface Spot<P> {
  readonly changes: readonly SchemaChange[];
  next: readonly Way<P>[];
  /** Nothing is found here or anywhere below. */
  quiet: boolean;
  /** All that is found here and below is already known. */
  reported: boolean;
}

/** One collection under way. */
interface Course<P> {
  readonly seen: Set<Spot<P>>;
  readonly twice: Set<Spot<P>>;
  readonly parents: Map<Spot<P>, Spot<P>[]>;
  readonly found: Map<string, SchemaChange>;
}

interface Way<P> {
  readonly step: string;
  readonly lift: Lift;
  readonly key: string;
  readonly pair: P;
}

interface Visit<P> {
  readonly spot: Spot<P>;
  readonly path: string;
  /** From the pair where the collection began to this one. */
  readonly lifts: readonly Lift[];
}

/**
 * Collects what is found at a pair and at all pairs below it, each pair once and by its shortest way, so that recursive
 * and much-shared schemas cost no more than their size.
 */
export class Traversal<P> {
  readonly #look: (pair: P) => Local<P>;
  readonly #keyOf: (pair: P) => string;
  readonly #results = new Map<string, readonly SchemaChange[]>();
  readonly #spots = new Map<string, Spot<P>>();

  constructor(keyOf: (pair: P) => string, look: (pair: P) => Local<P>) {
    this.#keyOf = keyOf;
    this.#look = look;
  }

  from(start: P): readonly SchemaChange[] {
    const key = this.#keyOf(start);
    const known = this.#results.get(key) ?? this.#collect(key, start);
    this.#results.set(key, known);
    return known;
  }

  #collect(key: string, start: P): readonly SchemaChange[] {
    const found = new Map<string, SchemaChange>();
    const parents = new Map<Spot<P>, Spot<P>[]>();
    const first = this.#spot(key, start);
    const seen = new Set([first]);
    const twice = new Set([first]);
    let level: readonly Visit<P>[] = first.quiet ? [] : [{ spot: first, path: '', lifts: [] }];
    while (level.length > 0) {
      for (const visit of level) for (const change of visit.spot.changes) keep(found, change, visit);
      level = level.flatMap((visit) => this.#deeper(visit, { seen, twice, parents, found }));
    }
    hush(seen, parents);
    for (const spot of seen) spot.next = spot.next.filter(({ key }) => this.#spots.get(key)?.quiet !== true);
    return [...found.values()];
  }

  /** The spots below that were not met yet. */
  #deeper({ spot, path, lifts }: Visit<P>, { seen, twice, parents, found }: Course<P>): Visit<P>[] {
    return spot.next.flatMap(({ step, key, pair, lift }) => {
      const child = this.#spot(key, pair);
      if (child.quiet) return [];
      const known = parents.get(child);
      if (known === undefined) parents.set(child, [spot]);
      else known.push(spot);
      const again = seen.has(child);
      // A second time only to name the other place, and no third time.
      if (again && twice.has(child)) return [];
      if (again) twice.add(child);
      seen.add(child);
      const here = { spot: child, path: path + segment(step), lifts: [...lifts, lift] };
      const below = this.#results.get(key);
      if (below !== undefined) {
        child.reported = true;
        for (const change of below) keep(found, change, here);
        return [];
      }
      return [here];
    });
  }

  #spot(key: string, pair: P): Spot<P> {
    const known = this.#spots.get(key);
    if (known !== undefined) return known;
    const { changes, next } = this.#look(pair);
    const spot = {
      changes,
      next: next.map((way) => ({ ...way, key: this.#keyOf(way.pair) })),
      quiet: false,
      reported: false,
    };
    this.#spots.set(key, spot);
    return spot;
  }
}

/** Whatever leads to no change need not be visited again. */
function hush<P>(seen: ReadonlySet<Spot<P>>, parents: ReadonlyMap<Spot<P>, readonly Spot<P>[]>): void {
  const loud = new Set([...seen].filter(({ changes, reported }) => reported || changes.length > 0));
  const waiting = [...loud];
  for (let spot = waiting.pop(); spot !== undefined; spot = waiting.pop()) {
    for (const parent of parents.get(spot) ?? []) {
      if (loud.has(parent)) continue;
      loud.add(parent);
      waiting.push(parent);
    }
  }
  for (const spot of seen) if (!loud.has(spot)) spot.quiet = true;
}

/** A shared schema is reached on many ways; its change is kept by the first. */
function keep(
  found: Map<string, SchemaChange>,
  change: SchemaChange,
  { path, lifts }: { readonly path: string; readonly lifts: readonly Lift[] },
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
    change.claim === undefined || lifts.length === 0
      ? change
      : { ...change, claim: { ...change.claim, lifts: [...lifts, ...change.claim.lifts] } };
  found.set(key, path === '' ? lifted : { ...lifted, path: path + change.path });
}

/** What makes it the same change, wherever it shows. */
export function keyOf({ kind, basePointer, revisionPointer, message }: SchemaChange): string {
  return `${kind}\n${basePointer}\n${revisionPointer}\n${message}`;
}
