import { consumerDifference } from './fields.ts';
import type { FieldName } from './raw-record.ts';
import type { PlacedRecord, RecordKey, SourcePlace } from './record.ts';
import type { Rejection, ValidationError } from './rejection.ts';
import { validationError } from './validation/messages.ts';

/** What became of a record that was added. */
export interface Added<Item> {
  /** Why the record is refused; it is in no batch. */
  readonly error?: ValidationError;
  /** A batch is full: its records, those of one consumer side by side. */
  readonly complete?: readonly Item[];
}

/** What a batcher must know of a record: itself, or hashes of it. */
export interface BatchItems<Item> {
  /** Equal for records of one consumer. */
  readonly consumerOf: (item: Item) => string | number;
  /** Of two records of one consumer: whether they are the same card. */
  readonly isSameCard: (one: Item, other: Item) => boolean;
  /** Of two records of one consumer: the first field in which they describe it differently. */
  readonly consumerDifference: (one: Item, other: Item) => FieldName | undefined;
  readonly placeOf: (item: Item) => SourcePlace;
}

/** Records by themselves. */
export const recordItems: BatchItems<PlacedRecord> = {
  consumerOf: ({ record }) => record.externalConsumerId,
  isSameCard: (one, other) => one.record.externalCardId === other.record.externalCardId,
  consumerDifference: (one, other) => consumerDifference(one.record.consumer, other.record.consumer),
  placeOf: ({ place }) => place,
};

/**
 * Gathers records into batches, in the order of the file. What it promises:
 *
 * - A batch holds one to `batchSize` records, and an `externalConsumerId` once: rows of a consumer that come
 *   back later in the open batch join the consumer, if they agree with it and there is room.
 * - Rows of one consumer that stand together, from its first row in the batch on, never straddle two batches:
 *   when they do not fit, all of them go to the next one. More of them than a batch holds are rejected
 *   (`CONSUMER_TOO_LARGE`).
 * - A row that contradicts the consumer's first row in the batch is rejected (`CONSUMER_CONFLICT`), and so is
 *   a second row with the same consumer and card (`DUPLICATE_RECORD`). Across batches the ledger finds both.
 * - Restarted with the row at {@link openFrom}, a fresh batcher goes on exactly as this one would have.
 *
 * Holds at most one batch and one record.
 */
export class Batcher<Item> {
  readonly #batchSize: number;
  readonly #items: BatchItems<Item>;
  /** By consumer, its records in the open batch. */
  #groups = new Map<string | number, Item[]>();
  #count = 0;
  /** The consumer of the last record added, refused or not. */
  #last: string | number | undefined;
  /** Whether all rows of the last consumer in this batch stand together. */
  #together = false;

  /** `batchSize`: records a batch, at least 1; throws `RangeError` otherwise. */
  constructor({ batchSize, items }: { readonly batchSize: number; readonly items: BatchItems<Item> }) {
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`The batch size must be a whole number from 1; this is ${batchSize}`);
    }
    this.#batchSize = batchSize;
    this.#items = items;
  }

  /** Where the first record stands that is not in a complete batch; undefined when every record is. */
  get openFrom(): SourcePlace | undefined {
    const [group] = this.#groups.values();
    const first = group?.[0];
    return first && this.#items.placeOf(first);
  }

  /** Takes the next record of the file. */
  add(item: Item): Added<Item> {
    const consumer = this.#items.consumerOf(item);
    this.#together = this.#last === consumer ? this.#together : !this.#groups.has(consumer);
    this.#last = consumer;
    const full = this.#count >= this.#batchSize;
    if (full && !this.#together) return this.#startWith(item, consumer);
    const group = this.#groups.get(consumer);
    if (!group) return full ? this.#startWith(item, consumer) : this.#keep(item, consumer);
    const error =
      this.#errorAgainst(group, item) ??
      (group.length >= this.#batchSize ? this.#tooLarge(group) : undefined);
    if (error) return { error };
    return full ? this.#moveOver(group, item, consumer) : this.#keep(item, consumer);
  }

  /** Ends the file: the last batch, which may be empty. */
  flush(): readonly Item[] {
    const records = this.#take();
    this.#last = undefined;
    return records;
  }

  #keep(item: Item, consumer: string | number): Added<Item> {
    const group = this.#groups.get(consumer);
    if (group) group.push(item);
    else this.#groups.set(consumer, [item]);
    this.#count++;
    return {};
  }

  /** The batch is full, and the record's consumer is not in it or came back: it starts the next one. */
  #startWith(item: Item, consumer: string | number): Added<Item> {
    const complete = this.#take();
    this.#together = true;
    this.#keep(item, consumer);
    return { complete };
  }

  /** The batch is full and its last consumer still grows: the whole consumer moves to the next batch. */
  #moveOver(group: Item[], item: Item, consumer: string | number): Added<Item> {
    this.#groups.delete(consumer);
    const complete = this.#take();
    this.#groups.set(consumer, group);
    this.#count = group.length;
    this.#keep(item, consumer);
    return { complete };
  }

  #take(): Item[] {
    const records = [...this.#groups.values()].flat();
    this.#groups = new Map();
    this.#count = 0;
    return records;
  }

  #errorAgainst(group: readonly Item[], item: Item): ValidationError | undefined {
    const { isSameCard, consumerDifference, placeOf } = this.#items;
    const same = group.find((other) => isSameCard(other, item));
    if (same) return duplicateError(placeOf(item), placeOf(same).line);
    const [first] = group;
    const field = first && consumerDifference(first, item);
    return field
      ? validationError(field, 'CONSUMER_CONFLICT', { field, where: `line ${this.#lineOf(group)}` })
      : undefined;
  }

  #tooLarge(group: readonly Item[]): ValidationError {
    return validationError('externalConsumerId', 'CONSUMER_TOO_LARGE', {
      firstLine: this.#lineOf(group),
      max: this.#batchSize,
    });
  }

  #lineOf([first]: readonly Item[]): number {
    return first === undefined ? 0 : this.#items.placeOf(first).line;
  }
}

/** A place and a key: all that a rejection says of its row. */
export interface PlacedKey {
  readonly place: SourcePlace;
  readonly record: RecordKey;
}

/** Why a row is refused whose record has been read before; `firstLine` is where. */
export function duplicateError({ line }: Pick<SourcePlace, 'line'>, firstLine: number): ValidationError {
  return validationError('externalCardId', 'DUPLICATE_RECORD', { firstLine, line });
}

/** Rejects a record as the second with its key; `firstLine` is where the first stands. */
export function duplicateRejection(placed: PlacedKey, firstLine: number): Rejection {
  return rejectionOf(placed, duplicateError(placed.place, firstLine));
}

/** Rejects a record that is valid by itself. */
export function rejectionOf({ place, record }: PlacedKey, error: ValidationError): Rejection {
  return {
    place,
    externalConsumerId: record.externalConsumerId,
    externalCardId: record.externalCardId,
    errors: [error],
  };
}
