import { SeededRandom } from '@enrollkit/base';
import { defaultSettings, type PipelineSettings, type OnUnknown } from '@enrollkit/pipeline';
import type { FileKind, FileShape } from './files.ts';
import { faultNames, type FaultName } from './fault-kinds.ts';
import type { PopulationShape } from './population.ts';
import { momentKinds, type Interruption } from './process.ts';

/** What the provider does with an `externalBatchId` it has already. */
export type Repeats = 'idempotent' | 'reject' | 'duplicate';

/** A time in which every request meets one fault. */
export interface Outage {
  readonly from: number;
  readonly to: number;
  readonly kind: FaultName;
}

/** What the provider makes of batches and cards, as shares, and how long it takes at most. */
export interface ResultsPlan {
  /** Of the cards: refused. */
  readonly refused: number;
  /** Of the cards: taken, and no result is ever reported. Half of them are enrolled nevertheless. */
  readonly lost: number;
  /** Of the batches: never accepted. */
  readonly malformed: number;
  /** Of the batches: accepted, and failed as a whole. */
  readonly failed: number;
  /**
   * Of the answers: in progress though it is done, cards left out, unmatched results added, states nobody
   * knows.
   */
  readonly confused: number;
  readonly slowestMs: number;
}

/** Everything that one seed decides beforehand; times in milliseconds from the start. */
export interface Plan {
  readonly population: PopulationShape;
  /** The files, in the order in which they come. */
  readonly files: readonly FileShape[];
  /** Chance that the operator begins a file while an earlier one is not settled. */
  readonly overlap: number;
  readonly chunkBytes: number;
  readonly settings: PipelineSettings;
  readonly repeats: Repeats;
  /** Share of the requests that meet another fault than the good one, and which these may be. */
  readonly faults: { readonly share: number; readonly kinds: readonly FaultName[] };
  readonly outages: readonly Outage[];
  /** The provider changes its key at `at` and opens the old one `grace` longer. */
  readonly rotation: { readonly at: number; readonly grace: number } | undefined;
  /** How the provider is as to results. */
  readonly results: ResultsPlan;
  /** For each proc, from the first: what happens to it. */
  readonly interruptions: readonly (readonly Interruption[])[];
  /** How often refused records are tried again. */
  readonly retries: number;
  readonly abandons: boolean;
  /** Whether the operator takes a frozen process for dead, and decides about what it had in flight. */
  readonly takesFrozenForDead: boolean;
  readonly networkMs: number;
  readonly slowestMs: number;
  /** From here on nothing goes wrong any more, so that everything can come to an end. */
  readonly healedAt: number;
  /** Records merged into the register in one transaction: kills fall between two of them. */
  readonly mergedAtOnce: number;
}

/** At most so many files in a schedule. */
const MAX_FILES = 4;

/** The plan of a seed. */
export function planOf(seed: number): Plan {
  const random = new SeededRandom(seed);
  const onUnknown = random.pick<OnUnknown>(['hold', 'resend']);
  const healedAt = random.pick([10_000, 30_000, 60_000]);
  const batchSize = random.integer(2, 6);
  // Policy `resend` is for those who know that their provider dedupes.
  const repeats: Repeats =
    onUnknown === 'resend'
      ? random.pick(['idempotent', 'idempotent', 'reject'])
      : random.pick(['duplicate', 'duplicate', 'duplicate', 'idempotent', 'reject']);
  return {
    population: {
      consumers: random.integer(1, random.pick([3, 8, 20])),
      maxCards: random.integer(1, Math.min(3, batchSize)),
      sharedCardIds: random.chance(0.5),
    },
    files: shapesFrom(random),
    overlap: random.pick([0, 0.3, 0.8]),
    chunkBytes: random.pick([100, 700, 65_536]),
    settings: settingsFrom(random, { onUnknown, batchSize }),
    repeats,
    // A network that delivers twice is only survived where the provider dedupes.
    faults: {
      share: random.pick([0, 0.05, 0.2, 0.5]),
      kinds: faultNames.filter((name) => random.chance(0.6) && (name !== 'twice' || repeats !== 'duplicate')),
    },
    outages: Array.from({ length: random.pick([0, 1, 2]) }, () => outageFrom(random, healedAt)),
    rotation: random.chance(0.4)
      ? { at: random.next() * random.pick([3_000, healedAt]), grace: random.pick([0, 5_000, 60_000, 60_000]) }
      : undefined,
    results: {
      refused: random.pick([0, 0.2, 0.6]),
      malformed: random.pick([0, 0, 0.1]),
      confused: random.pick([0, 0.2, 0.5]),
      lost: random.pick([0, 0, 0, 0.1]),
      failed: random.pick([0, 0, 0.1]),
      slowestMs: random.pick([100, 5_000, 20_000]),
    },
    interruptions: Array.from({ length: random.pick([0, 1, 2, 4, 6]) }, () => interruptionsFrom(random)),
    retries: random.pick([0, 1, 2]),
    abandons: random.chance(0.05),
    takesFrozenForDead: random.chance(0.6),
    networkMs: random.pick([1, 50, 500]),
    slowestMs: random.pick([0.5, 5, 50]),
    healedAt,
    mergedAtOnce: random.pick([1, 3, 10_000]),
  };
}

function settingsFrom(
  random: SeededRandom,
  given: Pick<PipelineSettings, 'onUnknown' | 'batchSize'>,
): PipelineSettings {
  return {
    ...given,
    requestsPerSecond: random.pick([2, 10, 100]),
    backOffMs: 10_000,
    inFlight: random.integer(1, 5),
    duplicates: { contact: 'warn', card: 'warn' },
    changes: defaultSettings.changes,
    removals: defaultSettings.removals,
    poll: { firstMs: random.pick([50, 1_000, 5_000]), maxMs: 8_000, factor: 2, jitter: 0.2 },
    deadlineMs: random.pick([24 * 3_600_000, 24 * 3_600_000, 24 * 3_600_000, 20_000]),
    tolerated: random.chance(0.1)
      ? { count: random.integer(0, 5) }
      : random.chance(0.1)
        ? { percent: random.integer(0, 50) }
        : {},
  };
}

function outageFrom(random: SeededRandom, healedAt: number): Outage {
  const from = random.next() ** 2 * Math.min(healedAt, 20_000);
  return {
    from,
    to: from + random.pick([2_000, 15_000, 40_000]),
    kind: random.pick([
      'lostBefore',
      'lostAfter',
      'unavailable',
      'tooMany',
      'tooMany',
      'empty500',
      'html',
      'unconnected',
    ]),
  };
}

/** Kills around requests hurt most and come up more often. */
const aroundRequests = ['sign', 'arrived', 'arrived', 'answer'] as const;

/** Early moments are as likely as late ones, by order of magnitude. */
function interruptionsFrom(random: SeededRandom): readonly Interruption[] {
  const count = (most: number): number => Math.floor(Math.exp(random.next() * Math.log(most)));
  const kill: Interruption = random.chance(0.4)
    ? { act: 'kill', count: count(2_500) }
    : { act: 'kill', kind: random.pick([...aroundRequests, ...momentKinds]), count: count(60) };
  const freeze: Interruption = {
    act: 'freeze',
    kind: random.pick(['send', 'send', 'sign', 'sign', 'ledger-done', 'sleep']),
    count: count(60),
    ms: random.pick([5_000, 16_000, 40_000, 400_000, 400_000]),
  };
  return [
    ...(random.chance(0.6) ? [kill] : []),
    ...(random.chance(0.5) ? [freeze] : []),
    ...(random.chance(0.2) ? [{ act: 'stop', count: count(2_500) } as const] : []),
  ];
}

/**
 * One file, or a series of extracts: whole ones, deltas, a canary first, the same again, in another order.
 */
function shapesFrom(random: SeededRandom): readonly FileShape[] {
  const count = Math.min(MAX_FILES, random.pick([1, 1, 1, 1, 2, 3, 4]));
  return Array.from({ length: count }, (_, index) => ({
    kind:
      index === 0
        ? random.pick<FileKind>(['whole', 'whole', 'canary'])
        : random.pick<FileKind>(['whole', 'delta', 'delta', 'reordered', 'repeated']),
    format: random.pick(['csv', 'csv', 'ndjson']),
    added: random.integer(0, 3),
    changed: random.pick([0, 0.1, 0.4]),
    twice: random.pick([0, 0.1, 0.4]),
    invalid: random.pick([0, 0.1, 0.4]),
    shuffled: random.chance(0.5),
  }));
}
