import { Column } from './column.ts';
import type { BatchEntry, CardEntry, CardRow, WorldEntry } from './entries.ts';
import { KeyIndex } from './key-index.ts';
import { OpaqueIds } from './opaque-ids.ts';

/**
 * Names a card: directory (absent for the Enroll API), consumer and card, each by its external id; and which
 * one under them.
 */
export type CardKey = Pick<CardRow, 'd' | 'c' | 'k' | 'r'>;

/** Within what an `externalBatchId` is unique: a directory, or a client where there is none. */
export type BatchScope = Pick<BatchEntry, 'srcClientId' | 'directoryId'>;

/** What is remembered of a batch outside the log. */
export interface Batch {
  readonly batchId: string;
  readonly externalBatchId: string;
  readonly srcClientId: string;
  readonly serviceId: string;
  readonly directoryId?: string;
  readonly digest: string;
  readonly preProvisioned?: true;
  readonly at: number;
  readonly due: number;
  readonly failed?: string;
  /** Number of its entry in the log. */
  readonly entry: number;
}

/** What was really enrolled, in figures. */
export interface WorldSummary {
  /** Batches answered with 202, repetitions under policy `duplicate` included. */
  readonly batches: number;
  /** Batches whose external id had been taken before. */
  readonly repeatedBatches: number;
  /** Different cards ever enrolled, by directory and external ids. */
  readonly enrolled: number;
  /** Of these, how many were enrolled again without having been deleted in between. */
  readonly enrolledMoreThanOnce: number;
  /** Enrollments carried out, repetitions included. */
  readonly enrollments: number;
  /** Different cards that were only ever refused. */
  readonly refused: number;
  readonly consumers: number;
  /** Cards that are deleted now. */
  readonly deletedCards: number;
  /** Consumers who are deleted now. */
  readonly deletedConsumers: number;
  /** Cards of batches for the pre-provisioning database; they count nowhere else. */
  readonly preProvisioned: number;
  /** Updates of billing addresses, and of profiles, that took effect. */
  readonly cardUpdates: number;
  readonly profileUpdates: number;
}

/**
 * The index over the log: numbers for cards and consumers, and in columns what must be found without reading
 * the log. `apply` is the only way in, in life and when a file is read again alike.
 */
export class WorldIndex {
  readonly ids: OpaqueIds;
  readonly #cards = new KeyIndex();
  readonly #consumers = new KeyIndex();
  readonly #batches = new Map<string, Batch>();
  readonly #batchOfEntry = new Map<number, Batch>();
  /** Latest batch under an external id. */
  readonly #byExternalId = new Map<string, Batch>();
  readonly #cardEntry = new Column();
  readonly #cardConsumer = new Column();
  readonly #cardTimes = new Column();
  readonly #consumerEntry = new Column();
  /** Entries after the first one that concern a card or a consumer; rare, so kept apart. */
  readonly #cardAgain = new Map<number, number[]>();
  /** The last refusal of each card that was never enrolled. */
  readonly #refusal = new Map<number, string>();
  readonly #cardUpdates = new Map<number, number[]>();
  /** When a card was deleted, for those that are. */
  readonly #cardDeletedAt = new Map<number, number>();
  readonly #consumerUpdates = new Map<number, number[]>();
  readonly #consumerDeletedAt = new Map<number, number>();
  #repeatedBatches = 0;
  #enrollments = 0;
  #enrolled = 0;
  #deletedCards = 0;
  #preProvisioned = 0;
  #cardUpdateCount = 0;
  #profileUpdateCount = 0;
  /** Cards that were enrolled while they were enrolled. */
  readonly #doubled = new Set<number>();

  constructor(secret: string) {
    this.ids = new OpaqueIds(secret);
  }

  get cardCount(): number {
    return this.#cards.size;
  }

  get consumerCount(): number {
    return this.#consumers.size;
  }

  batchById(batchId: string): Batch | undefined {
    return this.#batches.get(batchId);
  }

  batchOfEntry(entry: number): Batch | undefined {
    return this.#batchOfEntry.get(entry);
  }

  batchByExternalId(scope: BatchScope, externalBatchId: string): Batch | undefined {
    return this.#byExternalId.get(batchKey(scope, externalBatchId));
  }

  cardNumber(key: CardKey): number | undefined {
    return this.#cards.find(cardKey(key));
  }

  consumerNumber(profile: string): number | undefined {
    return this.#consumers.find(profile);
  }

  /** The entries that brought this card, oldest first. */
  entriesOfCard(card: number): readonly number[] {
    return [this.#cardEntry.get(card), ...(this.#cardAgain.get(card) ?? [])];
  }

  firstEntryOfCard(card: number): number {
    return this.#cardEntry.get(card);
  }

  /** The entry that brought this consumer into the directory, the last time. */
  entryOfConsumer(consumer: number): number {
    return this.#consumerEntry.get(consumer);
  }

  /** The entries that changed this card since it was enrolled, oldest first. */
  updatesOfCard(card: number): readonly number[] {
    return this.#cardUpdates.get(card) ?? [];
  }

  /** The entries that changed this consumer since they came in, oldest first. */
  updatesOfConsumer(consumer: number): readonly number[] {
    return this.#consumerUpdates.get(consumer) ?? [];
  }

  consumerOfCard(card: number): number {
    return this.#cardConsumer.get(card);
  }

  /** The last refusal of a card that was never enrolled. */
  refusalOfCard(card: number): string | undefined {
    return this.#refusal.get(card);
  }

  timesEnrolled(card: number): number {
    return this.#cardTimes.get(card);
  }

  /** Whether the card was enrolled and not deleted, as of a time in milliseconds. */
  hasCard(card: number, asOf: number = Number.POSITIVE_INFINITY): boolean {
    const deletedAt = this.#cardDeletedAt.get(card);
    return (
      card < this.#cards.size &&
      this.#cardTimes.get(card) > 0 &&
      (deletedAt === undefined || deletedAt > asOf)
    );
  }

  /** Whether the consumer came in and was not deleted, as of a time in milliseconds. */
  hasConsumer(consumer: number, asOf: number = Number.POSITIVE_INFINITY): boolean {
    const deletedAt = this.#consumerDeletedAt.get(consumer);
    return consumer < this.#consumers.size && (deletedAt === undefined || deletedAt > asOf);
  }

  summary(): WorldSummary {
    return {
      batches: this.#batches.size,
      repeatedBatches: this.#repeatedBatches,
      enrolled: this.#enrolled,
      enrolledMoreThanOnce: this.#doubled.size,
      enrollments: this.#enrollments,
      refused: this.#cards.size - this.#enrolled,
      consumers: this.#consumers.size,
      deletedCards: this.#deletedCards,
      deletedConsumers: this.#consumerDeletedAt.size,
      preProvisioned: this.#preProvisioned,
      cardUpdates: this.#cardUpdateCount,
      profileUpdates: this.#profileUpdateCount,
    };
  }

  /** Makes an entry of the log true. */
  apply(entry: WorldEntry, number: number): void {
    switch (entry.type) {
      case 'batch':
        this.#applyBatch(entry, number);
        if (entry.preProvisioned === true) this.#preProvisioned += entry.cards.length;
        else this.#applyCards(entry, number);
        break;
      case 'card':
        this.#applyCards(entry, number);
        break;
      case 'card-updated':
        this.#cardUpdateCount++;
        push(this.#cardUpdates, entry.card, number);
        break;
      case 'card-deleted':
        this.#deleteCard(entry.card, entry.at);
        break;
      case 'consumer-updated':
        this.#profileUpdateCount++;
        push(this.#consumerUpdates, entry.consumer, number);
        break;
      case 'consumer-deleted':
        this.#consumerDeletedAt.set(entry.consumer, entry.at);
        for (let card = 0; card < this.#cards.size; card++)
          if (this.#cardConsumer.get(card) === entry.consumer) this.#deleteCard(card, entry.at);
        break;
      case 'world':
        break;
    }
  }

  #applyBatch(entry: BatchEntry, number: number): void {
    const { type: _type, consumers: _consumers, cards: _cards, ...rest } = entry;
    const batch: Batch = { ...rest, batchId: this.ids.idOf('batch', number), entry: number };
    const key = batchKey(entry, entry.externalBatchId);
    if (this.#byExternalId.has(key)) this.#repeatedBatches++;
    this.#batches.set(batch.batchId, batch);
    this.#batchOfEntry.set(number, batch);
    this.#byExternalId.set(key, batch);
  }

  #applyCards(entry: BatchEntry | CardEntry, number: number): void {
    for (const { profile } of entry.consumers) {
      const consumer = this.#consumers.add(profile);
      this.#consumerEntry.set(consumer, number);
      this.#consumerDeletedAt.delete(consumer);
      this.#consumerUpdates.delete(consumer);
    }
    for (const row of entry.cards) {
      const known = this.#cards.size;
      const card = this.#cards.add(cardKey(row));
      if (card === known) this.#cardEntry.set(card, number);
      else this.#cardAgain.set(card, [...(this.#cardAgain.get(card) ?? []), number]);
      this.#cardConsumer.set(card, row.n);
      if (row.no === undefined) this.#enroll(card);
      else if (this.#cardTimes.get(card) === 0) this.#refusal.set(card, row.no);
    }
  }

  #enroll(card: number): void {
    const times = this.#cardTimes.get(card) + 1;
    // Enrolled again after a deletion is what an issuer may ask for; enrolled again without one is a double.
    if (this.hasCard(card) && !this.#doubled.has(card)) this.#doubled.add(card);
    this.#cardTimes.set(card, times);
    this.#enrollments++;
    if (times === 1) this.#enrolled++;
    if (this.#cardDeletedAt.delete(card)) this.#deletedCards--;
    this.#cardUpdates.delete(card);
    this.#refusal.delete(card);
  }

  #deleteCard(card: number, at: number): void {
    if (!this.hasCard(card)) return;
    this.#cardDeletedAt.set(card, at);
    this.#deletedCards++;
  }
}

function cardKey({ d, c, k, r }: CardKey): string {
  if (r !== undefined) return `${c}\u0000${k}\u0000\u0000${r}`;
  return d === undefined ? `${c}\u0000${k}` : `${d}\u0000${c}\u0000${k}`;
}

function batchKey({ directoryId, srcClientId }: BatchScope, externalBatchId: string): string {
  return `${directoryId === undefined ? `client ${srcClientId}` : `directory ${directoryId}`}\u0000${externalBatchId}`;
}

function push(lists: Map<number, number[]>, key: number, value: number): void {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}
