import { Column } from './column.ts';
import type { BatchEntry, CardEntry, CardRow, WorldEntry } from './entries.ts';
import { KeyIndex } from './key-index.ts';
import { OpaqueIds } from './opaque-ids.ts';

/** What is remembered of a batch outside the log. */
export interface Batch {
  readonly batchId: string;
  readonly externalBatchId: string;
  readonly srcClientId: string;
  readonly serviceId: string;
  readonly digest: string;
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
  /** Different (`externalConsumerId`, `externalCardId`) ever enrolled. */
  readonly enrolled: number;
  /** Of these, how many were enrolled more than once. */
  readonly enrolledMoreThanOnce: number;
  /** Enrollments carried out, repetitions included. */
  readonly enrollments: number;
  /** Different cards that were only ever refused. */
  readonly refused: number;
  readonly consumers: number;
  readonly deletedCards: number;
}

/**
 * The index over the log: numbers for cards and consumers, and in columns what must be found without reading the
 * log. `apply` is the only way in, in life and when a file is read again alike.
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
  readonly #cardDeleted = new Column();
  readonly #consumerEntry = new Column();
  readonly #consumerDeleted = new Column();
  /** Entries after the first one that concern a card or a consumer; rare, so kept apart. */
  readonly #cardAgain = new Map<number, number[]>();
  /** The last refusal of each card that was never enrolled. */
  readonly #refusal = new Map<number, string>();
  readonly #cardUpdate = new Map<number, number>();
  readonly #consumerUpdate = new Map<number, number>();
  #repeatedBatches = 0;
  #enrollments = 0;
  #enrolled = 0;
  #enrolledMoreThanOnce = 0;
  #deletedCards = 0;

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

  batchByExternalId(srcClientId: string, externalBatchId: string): Batch | undefined {
    return this.#byExternalId.get(`${srcClientId}\u0000${externalBatchId}`);
  }

  cardNumber(key: Pick<CardRow, 'c' | 'k'>): number | undefined {
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

  updateOfCard(card: number): number | undefined {
    return this.#cardUpdate.get(card);
  }

  updateOfConsumer(consumer: number): number | undefined {
    return this.#consumerUpdate.get(consumer);
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

  hasCard(card: number): boolean {
    return card < this.#cards.size && this.#cardTimes.get(card) > 0 && this.#cardDeleted.get(card) === 0;
  }

  hasConsumer(consumer: number): boolean {
    return consumer < this.#consumers.size && this.#consumerDeleted.get(consumer) === 0;
  }

  summary(): WorldSummary {
    return {
      batches: this.#batches.size,
      repeatedBatches: this.#repeatedBatches,
      enrolled: this.#enrolled,
      enrolledMoreThanOnce: this.#enrolledMoreThanOnce,
      enrollments: this.#enrollments,
      refused: this.#cards.size - this.#enrolled,
      consumers: this.#consumers.size,
      deletedCards: this.#deletedCards,
    };
  }

  /** Makes an entry of the log true. */
  apply(entry: WorldEntry, number: number): void {
    switch (entry.type) {
      case 'batch':
        this.#applyBatch(entry, number);
        this.#applyCards(entry, number);
        break;
      case 'card':
        this.#applyCards(entry, number);
        break;
      case 'card-updated':
        this.#cardUpdate.set(entry.card, number);
        break;
      case 'card-deleted':
        this.#deleteCard(entry.card);
        break;
      case 'consumer-updated':
        this.#consumerUpdate.set(entry.consumer, number);
        break;
      case 'consumer-deleted':
        this.#consumerDeleted.set(entry.consumer, 1);
        for (let card = 0; card < this.#cards.size; card++)
          if (this.#cardConsumer.get(card) === entry.consumer) this.#deleteCard(card);
        break;
      case 'world':
        break;
    }
  }

  #applyBatch(entry: BatchEntry, number: number): void {
    const { type: _type, consumers: _consumers, cards: _cards, ...rest } = entry;
    const batch: Batch = { ...rest, batchId: this.ids.idOf('batch', number), entry: number };
    const key = `${entry.srcClientId}\u0000${entry.externalBatchId}`;
    if (this.#byExternalId.has(key)) this.#repeatedBatches++;
    this.#batches.set(batch.batchId, batch);
    this.#batchOfEntry.set(number, batch);
    this.#byExternalId.set(key, batch);
  }

  #applyCards(entry: BatchEntry | CardEntry, number: number): void {
    for (const { profile } of entry.consumers) {
      const consumer = this.#consumers.add(profile);
      this.#consumerEntry.set(consumer, number);
      this.#consumerDeleted.set(consumer, 0);
      this.#consumerUpdate.delete(consumer);
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
    this.#cardTimes.set(card, times);
    this.#enrollments++;
    if (times === 1) this.#enrolled++;
    if (times === 2) this.#enrolledMoreThanOnce++;
    if (this.#cardDeleted.get(card) === 1) this.#deletedCards--;
    this.#cardDeleted.set(card, 0);
    this.#cardUpdate.delete(card);
    this.#refusal.delete(card);
  }

  #deleteCard(card: number): void {
    if (!this.hasCard(card)) return;
    this.#cardDeleted.set(card, 1);
    this.#deletedCards++;
  }
}

function cardKey({ c, k }: Pick<CardRow, 'c' | 'k'>): string {
  return `${c}\u0000${k}`;
}
