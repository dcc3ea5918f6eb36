import { sql } from 'kysely';
import { KEY_BYTES } from '../../port/digests.ts';
import { unpackOutcomes, type StoredOutcome } from '../record-codec.ts';
import { DIGITS, SLOTS, type Dialect } from '../store.ts';
import type { BatchSelected, Db } from '../tables.ts';
import { digestColumn, keyColumn } from './columns.ts';
import { freeFormer } from './former.ts';
import type { RecordPosition } from './rewrite-twins.ts';
import { SortedKeys, type Pass } from './sorted-keys.ts';
import { entryStates } from './states.ts';
import { copySlot, DIGEST_WORDS, KEY_WORDS, wordsOf } from './words.ts';

/** A batch that has ended, with the digests of its records. */
export type Mergeable = BatchSelected & {
  readonly keys: Uint8Array;
  readonly digests: Uint8Array;
  /** Also null where all of its records are enrolled. */
  readonly outcomes: Uint8Array | null;
};

const numberNames = ['batch', 'place', 'state'] as const;

/** Entries as slots, of which the first `count` are taken. */
interface EntrySlots {
  readonly count: number;
  readonly keys: Uint8Array;
  readonly digests: Uint8Array;
  readonly numbers: Uint8Array;
}

/** Entries from one rank to before another. */
interface Portion {
  readonly at: number;
  readonly to: number;
}

/** What is known of the batches of a merge. */
export interface EntryRules {
  /** Whether some of the cards may be enrolled already. */
  readonly mayRepeat: boolean;
  /** Intakes of which nothing is left to be sent or merged but these batches: all their claims end. */
  readonly whole: ReadonlySet<number>;
}

/** Entries of several batches, to be written in the order of their keys. */
export class Entries {
  readonly #sorted = new SortedKeys();
  /** By the number of the entry, like the states. */
  #digests = new Uint32Array(1024 * DIGEST_WORDS);
  /** 0: the outcome says nothing of the card. */
  #states = new Uint8Array(1024);
  /** The intake of each batch. */
  readonly #intakes = new Map<number, number>();
  readonly #merged = new Set<number>();
  readonly #rules: EntryRules;

  constructor(rules: EntryRules) {
    this.#rules = rules;
  }

  /** Forgets all entries and keeps the memory, for the next pass. */
  clear(): void {
    this.#sorted.clear();
    this.#intakes.clear();
    this.#merged.clear();
  }

  get length(): number {
    return this.#sorted.length;
  }

  add(batch: Mergeable, pass: Pass): void {
    const count = batch.keys.length / KEY_BYTES;
    const isAllEnrolled = batch.enrolled === batch.records + batch.moved;
    const outcomes = isAllEnrolled ? [] : unpackOutcomes(batch.outcomes, count);
    this.#intakes.set(batch.id, batch.intake);
    this.#merged.add(batch.intake);
    const digests = wordsOf(batch.digests);
    let entry = this.#sorted.length;
    for (const index of this.#sorted.add(batch.id, batch.keys, pass)) {
      if (entry === this.#states.length) this.#grow();
      copySlot({ words: digests, slot: index }, { words: this.#digests, slot: entry }, DIGEST_WORDS);
      const state = isAllEnrolled ? entryStates.enrolled : entryState(batch, outcomes[index] ?? null);
      this.#states[entry] = state ?? 0;
      entry += 1;
    }
  }

  sort(): void {
    this.#sorted.sort();
  }

  /** Writes a portion and gives up its claims, in the order of the keys. */
  async write(db: Db, dialect: Dialect, { at, to }: Portion): Promise<void> {
    if (this.#rules.mayRepeat) await freeFormer(db, dialect, this.#enrolled({ at, to }));
    for (let from = at; from < to; from += SLOTS) {
      const portion = { at: from, to: Math.min(to, from + SLOTS) };
      await this.#upsert(db, dialect, portion);
      await this.#release(db, dialect, portion);
    }
  }

  async #upsert(db: Db, dialect: Dialect, portion: Portion): Promise<void> {
    const { count, keys, digests, numbers } = this.#slots(portion);
    if (count === 0) return;
    const slots = dialect.slots(count, [
      keyColumn(keys),
      digestColumn(digests),
      { names: numberNames, bytes: numbers, type: 'numbers' },
    ]);
    // What was agreed stays agreed, whatever was refused later; what may be enrolled does not become refused;
    // and nothing that a later batch has written is undone.
    await sql`insert into register (k, batch, place, state, d)
      select slot.k, slot.batch, slot.place, slot.state, slot.d from ${slots} where true
      on conflict (k) do update set batch = excluded.batch, place = excluded.place, state = excluded.state,
      d = excluded.d
      where (excluded.state = ${sql.lit(entryStates.enrolled)}
      and (register.state not in (${sql.lit(entryStates.enrolled)}, ${sql.lit(entryStates.removed)})
          or excluded.batch > register.batch
          or (excluded.batch = register.batch and register.state = ${sql.lit(entryStates.enrolled)})))
        or (register.state = ${sql.lit(entryStates.refused)} and excluded.batch >= register.batch)`.execute(
      db,
    );
  }

  /** The entries of a portion as slots, one for each key. */
  #slots(portion: Portion): EntrySlots {
    const ranks = this.#ranks(portion);
    const keys = new Uint32Array(ranks.length * KEY_WORDS);
    const digests = new Uint32Array(ranks.length * DIGEST_WORDS);
    const numbers = new Uint8Array(ranks.length * numberNames.length * DIGITS).fill(ZERO);
    for (const [slot, rank] of ranks.entries()) {
      const entry = this.#sorted.entry(rank);
      const { batch, index } = this.#sorted.place(rank);
      this.#sorted.copyKey(rank, { words: keys, slot });
      copySlot({ words: this.#digests, slot: entry }, { words: digests, slot }, DIGEST_WORDS);
      const number = slot * numberNames.length;
      writeDigits(numbers, number, batch);
      writeDigits(numbers, number + 1, index);
      writeDigits(numbers, number + 2, this.#states[entry] ?? 0);
    }
    return {
      count: ranks.length,
      keys: new Uint8Array(keys.buffer),
      digests: new Uint8Array(digests.buffer),
      numbers,
    };
  }

  /**
   * The ranks in a portion of which something is known. Of a key that stands twice, in an intake and its
   * retry, there is one: it could not be changed twice in one statement.
   */
  #ranks({ at, to }: Portion): readonly number[] {
    const ranks: number[] = [];
    for (let rank = at; rank < to; rank++) {
      if (this.#states[this.#sorted.entry(rank)] === 0) continue;
      const last = ranks.at(-1);
      if (last === undefined || !this.#sorted.isSame(last, rank)) ranks.push(rank);
      else if (this.#isLater(rank, last)) ranks[ranks.length - 1] = rank;
    }
    return ranks;
  }

  /**
   * Whether the outcome at a rank is the one that counts beside another of the same card: what was agreed,
   * then the later.
   */
  #isLater(rank: number, other: number): boolean {
    const isAgreed = (of: number) => this.#states[this.#sorted.entry(of)] === entryStates.enrolled;
    if (isAgreed(rank) !== isAgreed(other)) return isAgreed(rank);
    return this.#sorted.place(rank).batch > this.#sorted.place(other).batch;
  }

  /** The keys and places of those that were enrolled. */
  #enrolled({ at, to }: Portion): { keys: Uint8Array; places: readonly RecordPosition[] } {
    const keys = new Uint32Array((to - at) * KEY_WORDS);
    const places: RecordPosition[] = [];
    for (let rank = at; rank < to; rank++) {
      if (this.#states[this.#sorted.entry(rank)] !== entryStates.enrolled) continue;
      this.#sorted.copyKey(rank, { words: keys, slot: places.length });
      const { batch, index } = this.#sorted.place(rank);
      places.push({ batch, place: index });
    }
    return { keys: new Uint8Array(keys.buffer), places };
  }

  async #release(db: Db, dialect: Dialect, portion: Portion): Promise<void> {
    for (const [intake, keys] of this.#keysByIntake(portion)) {
      const claimed = this.#rules.whole.has(intake)
        ? sql`between ${dialect.key(keys.subarray(0, KEY_BYTES))}
          and ${dialect.key(keys.subarray(-KEY_BYTES))}`
        : sql`in (select slot.k from ${dialect.slots(keys.length / KEY_BYTES, [keyColumn(keys)])})`;
      await sql`delete from claim where intake = ${intake} and k ${claimed}`.execute(db);
    }
  }

  #keysByIntake({ at, to }: Portion): Iterable<readonly [intake: number, keys: Uint8Array]> {
    const [only] = this.#merged;
    if (only !== undefined && this.#merged.size === 1) return [[only, this.#sorted.keys(at, to - at)]];
    const ranks = Array.from({ length: to - at }, (_, index) => at + index);
    return Map.groupBy(ranks, (rank) => this.#intakes.get(this.#sorted.place(rank).batch) ?? 0)
      .entries()
      .map(([intake, own]) => {
        const words = new Uint32Array(own.length * KEY_WORDS);
        for (const [slot, rank] of own.entries()) this.#sorted.copyKey(rank, { words, slot });
        return [intake, new Uint8Array(words.buffer)] as const;
      });
  }

  #grow(): void {
    const digests = new Uint32Array(this.#digests.length * 2);
    digests.set(this.#digests);
    this.#digests = digests;
    const states = new Uint8Array(this.#states.length * 2);
    states.set(this.#states);
    this.#states = states;
  }
}

const ZERO = 0x30;

/** Writes a number into a slot of digits that are all zero yet. */
function writeDigits(into: Uint8Array, slot: number, value: number): void {
  for (let at = (slot + 1) * DIGITS - 1, left = value; left > 0; at--) {
    into[at] = ZERO + (left % 10);
    left = Math.floor(left / 10);
  }
}

/**
 * What an outcome says of the card; undefined when it says nothing: it never left, or went on in a later
 * generation.
 */
function entryState(batch: BatchSelected, outcome: StoredOutcome): number | undefined {
  if (outcome?.[0] === 'moved') return undefined;
  if (outcome?.[0] === 'enrolled') return entryStates.enrolled;
  if (outcome?.[0] === 'refused')
    return outcome[3] === 'RESULT_MISSING' ? entryStates.unresolved : entryStates.refused;
  if (batch.state === 'refused') return entryStates.refused;
  return batch.attempts > 0 ? entryStates.unresolved : undefined;
}
