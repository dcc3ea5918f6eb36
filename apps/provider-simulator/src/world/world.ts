import { createHash, hash } from 'node:crypto';
import { defined } from '@enrollkit/base';
import { WorldFileError } from '../errors.ts';
import type {
  BatchEntry,
  CardEntry,
  CardRow,
  ConsumerRow,
  MaskedAddress,
  MaskedPerson,
  WorldEntry,
} from './entries.ts';
import type { WorldLog } from './log.ts';
import type { BatchCard, DirectoryCard, DirectoryConsumer, WorldRecord } from './views.ts';
import { type Batch, type BatchScope, type CardKey, WorldIndex, type WorldSummary } from './world-index.ts';

export type { BatchCard, DirectoryCard, DirectoryConsumer, WorldRecord } from './views.ts';

/**
 * The directory: who is enrolled, how often, by which batch. It is a log of what happened and an index over
 * it. It holds no PAN, only the first six and last four digits, and no name or address in clear.
 *
 * A batch's results are settled when it is taken and hold from `due` on, so no timer runs and nothing is lost
 * when the simulator stops in between.
 */
export class World {
  readonly #log: WorldLog;
  readonly #secret: string;
  readonly #index: WorldIndex;

  /**
   * The secret of a log that already has one wins. Throws `WorldFileError` when the log holds what is not an
   * entry.
   */
  constructor(log: WorldLog, secret: string) {
    this.#log = log;
    if (log.length === 0) log.append({ type: 'world', version: 1, secret });
    const head = log.read(0);
    this.#secret = head.type === 'world' ? head.secret : secret;
    this.#index = new WorldIndex(this.#secret);
    for (let number = 1; number < log.length; number++) this.#index.apply(this.#read(number), number);
  }

  /** A hash that only this world can make: for digests of batches, profiles and card numbers. */
  keyed(...parts: readonly string[]): string {
    return hash('sha256', [this.#secret, ...parts].join('\u0000'), 'base64url').slice(0, 22);
  }

  /** The same for bytes. */
  keyedBytes(label: string, bytes: Uint8Array): string {
    return createHash('sha256')
      .update(`${this.#secret}\u0000${label}\u0000`)
      .update(bytes)
      .digest('base64url')
      .slice(0, 22);
  }

  /** Writes what happened and makes it true. */
  record(entry: WorldEntry): void {
    this.#index.apply(entry, this.#log.append(entry));
  }

  /** Takes a batch and returns what is remembered of it. */
  takeBatch(entry: BatchEntry): Batch {
    this.record(entry);
    const batch = this.batchByExternalId(entry, entry.externalBatchId);
    if (batch === undefined) throw new Error('A batch that was just taken is not there');
    return batch;
  }

  batchById(batchId: string): Batch | undefined {
    return this.#index.batchById(batchId);
  }

  batchByExternalId(scope: BatchScope, externalBatchId: string): Batch | undefined {
    return this.#index.batchByExternalId(scope, externalBatchId);
  }

  cardsOf(batch: Batch): readonly BatchCard[] {
    return this.#enrolling(batch.entry).cards.map((row) => ({ row, ...this.idsOf(row) }));
  }

  /** The ids of a card that is in the log. */
  idsOf(row: CardRow): { readonly srcConsumerId: string; readonly srcDigitalCardId: string } {
    const { ids } = this.#index;
    return {
      srcConsumerId: ids.idOf('consumer', row.n),
      srcDigitalCardId: ids.idOf('card', this.#index.cardNumber(row) ?? 0),
    };
  }

  /** The number of a consumer who came in before, and whether they are still in the directory. */
  consumerNumber(profile: string): { readonly number: number; readonly present: boolean } | undefined {
    const number = this.#index.consumerNumber(profile);
    return number === undefined ? undefined : { number, present: this.#index.hasConsumer(number) };
  }

  get cardCount(): number {
    return this.#index.cardCount;
  }

  get consumerCount(): number {
    return this.#index.consumerCount;
  }

  /** Whether this card came in before, enrolled or refused. */
  knows(key: CardKey): boolean {
    return this.#index.cardNumber(key) !== undefined;
  }

  /**
   * Which card it is that comes in under these ids of the Enroll API, where another number is another card;
   * undefined for the first one.
   */
  whichCard(key: CardKey, pan: string): number | undefined {
    for (let which: number | undefined; ; which = (which ?? 0) + 1) {
      const number = this.#index.cardNumber(which === undefined ? key : { ...key, r: which });
      // What was only ever refused is no card yet, whatever number it comes with next.
      if (number === undefined || this.#index.timesEnrolled(number) === 0) return which;
      const rows = this.#index.entriesOfCard(number).map((entry) => this.#rowOf(entry, number));
      if (rows.some((row) => row?.no === undefined && row?.pan === pan)) return which;
    }
  }

  /** A card that is enrolled and processed, and not deleted, as of a time in milliseconds. */
  card(srcDigitalCardId: string, asOf: number): DirectoryCard | undefined {
    const number = this.#index.ids.numberOf('card', srcDigitalCardId);
    return number === undefined ? undefined : this.#card(number, asOf);
  }

  /** The same, by external ids. */
  cardByKey(key: CardKey, asOf: number): DirectoryCard | undefined {
    const number = this.#index.cardNumber(key);
    return number === undefined ? undefined : this.#card(number, asOf);
  }

  /** A consumer who has not been deleted, as of a time in milliseconds. */
  consumer(srcConsumerId: string, asOf: number): DirectoryConsumer | undefined {
    const number = this.#index.ids.numberOf('consumer', srcConsumerId);
    return number === undefined ? undefined : this.#consumer(number, asOf);
  }

  /** The same, by the key of the profile. */
  consumerByProfile(profile: string, asOf: number): DirectoryConsumer | undefined {
    const number = this.#index.consumerNumber(profile);
    return number === undefined ? undefined : this.#consumer(number, asOf);
  }

  /** The consumer's cards that `card` would find. Walks all cards: some milliseconds with a million. */
  cardsOfConsumer(consumer: number, asOf: number): readonly DirectoryCard[] {
    const cards: DirectoryCard[] = [];
    for (let number = 0; number < this.#index.cardCount; number++) {
      const card = this.#index.consumerOfCard(number) === consumer ? this.#card(number, asOf) : undefined;
      if (card !== undefined) cards.push(card);
    }
    return cards;
  }

  /**
   * Takes a consumer and all their cards out, as at an opt-out. `at` in milliseconds. False for an unknown
   * id.
   */
  optOut(srcConsumerId: string, at: number): boolean {
    const consumer = this.consumer(srcConsumerId, at);
    if (consumer !== undefined) this.record({ type: 'consumer-deleted', at, consumer: consumer.number });
    return consumer !== undefined;
  }

  /** Replaces a consumer's data. False for an unknown id. */
  changeConsumer(
    srcConsumerId: string,
    { person, at }: { readonly person: MaskedPerson; readonly at: number },
  ): boolean {
    const consumer = this.consumer(srcConsumerId, at);
    if (consumer !== undefined)
      this.record({ type: 'consumer-updated', at, consumer: consumer.number, person });
    return consumer !== undefined;
  }

  summary(): WorldSummary {
    return this.#index.summary();
  }

  /**
   * Every record once, in the order of first appearance; read entry by entry, so a million need little
   * memory.
   */
  *records(): Generator<WorldRecord> {
    for (let number = 1; number < this.#log.length; number++) {
      const entry = this.#read(number);
      if (entry.type !== 'batch' && entry.type !== 'card') continue;
      if (entry.type === 'batch' && entry.preProvisioned === true) continue;
      for (const row of entry.cards) {
        const card = this.#index.cardNumber(row) ?? 0;
        if (this.#index.firstEntryOfCard(card) === number) yield this.#record(row, card);
      }
    }
  }

  close(): void {
    this.#log.close();
  }

  #record(row: CardRow, card: number): WorldRecord {
    return defined<WorldRecord>({
      directoryId: row.d,
      externalConsumerId: row.c,
      externalCardId: row.k,
      ...this.idsOf(row),
      times: this.#index.timesEnrolled(card),
      batches: this.#index
        .entriesOfCard(card)
        .flatMap((entry) => this.#index.batchOfEntry(entry)?.batchId ?? []),
      refusal: this.#index.refusalOfCard(card),
      present: this.#index.hasCard(card),
    });
  }

  #consumer(number: number, asOf: number): DirectoryConsumer | undefined {
    if (!this.#index.hasConsumer(number, asOf)) return undefined;
    const entry = this.#enrolling(this.#index.entryOfConsumer(number));
    const person = this.#updatedPerson(number, asOf) ?? this.#consumerRow(entry, number)?.person;
    if (person === undefined || entry.due > asOf) return undefined;
    return { number, srcConsumerId: this.#index.ids.idOf('consumer', number), person, at: entry.at };
  }

  #card(number: number, asOf: number): DirectoryCard | undefined {
    if (!this.#index.hasCard(number, asOf)) return undefined;
    for (const position of this.#index.entriesOfCard(number).toReversed()) {
      const entry = this.#enrolling(position);
      const row = this.#rowOf(position, number);
      if (row === undefined || row.no !== undefined || entry.due > asOf) continue;
      const address = this.#updatedAddress(number, asOf) ?? row.addr;
      const { srcDigitalCardId } = this.idsOf(row);
      return defined<DirectoryCard>({
        number,
        srcDigitalCardId,
        row,
        at: entry.at,
        serviceId: entry.serviceId,
        address,
      });
    }
    return undefined;
  }

  #rowOf(entry: number, card: number): CardRow | undefined {
    return this.#enrolling(entry).cards.find((row) => this.#index.cardNumber(row) === card);
  }

  #consumerRow(entry: BatchEntry | CardEntry, consumer: number): ConsumerRow | undefined {
    return entry.consumers.find(({ profile }) => this.#index.consumerNumber(profile) === consumer);
  }

  #updatedAddress(card: number, asOf: number): MaskedAddress | undefined {
    const entries = this.#index.updatesOfCard(card).map((number) => this.#read(number));
    const last = entries.findLast((entry) => entry.type === 'card-updated' && entry.at <= asOf);
    return last?.type === 'card-updated' ? last.addr : undefined;
  }

  #updatedPerson(consumer: number, asOf: number): MaskedPerson | undefined {
    const entries = this.#index.updatesOfConsumer(consumer).map((number) => this.#read(number));
    const last = entries.findLast((entry) => entry.type === 'consumer-updated' && entry.at <= asOf);
    return last?.type === 'consumer-updated' ? last.person : undefined;
  }

  #enrolling(number: number): BatchEntry | CardEntry {
    const entry = this.#read(number);
    if (entry.type === 'batch' || entry.type === 'card') return entry;
    throw new WorldFileError(`Entry ${number + 1} of the world enrolls nothing`);
  }

  #read(number: number): WorldEntry {
    try {
      return this.#log.read(number);
    } catch (cause) {
      throw new WorldFileError(`Entry ${number + 1} of the world cannot be read`, cause);
    }
  }
}
