import { consumerDifference } from './fields.ts';
import type { PlacedRecord, RecordKey, SourcePlace } from './record.ts';
import type { Rejection, ValidationError } from './rejection.ts';
import { validationError } from './validation/messages.ts';

/** What became of a record that was added. */
export interface Added<Placed extends PlacedRecord> {
  /** The record was refused; it is in no batch. */
  readonly rejected?: Rejection;
  /** A batch is full: its records, those of one consumer side by side. */
  readonly complete?: readonly Placed[];
}

/** The records of one consumer in the open batch. */
interface Group<Placed extends PlacedRecord = PlacedRecord> {
  readonly records: Placed[];
}

/**
 * Gathers records into batches, in the order of the file. What it promises:
 *
 * - A batch holds one to `batchSize` records, and an `externalConsumerId` once: rows of a consumer that come
 *   back later
 *   in the open batch join the consumer, if they agree with it and there is room.
 * - Rows of one consumer that stand together, from its first row in the batch on, never straddle two batches:
 *   when they
 *   do not fit, all of them go to the next one. More of them than a batch holds are rejected
 *   (`CONSUMER_TOO_LARGE`).
 * - A row that contradicts the consumer's first row in the batch is rejected (`CONSUMER_CONFLICT`), and so is
 *   a second
 *   row with the same consumer and card (`DUPLICATE_RECORD`). Across batches the ledger finds both.
 * - Restarted with the row at {@link openFrom}, a fresh batcher goes on exactly as this one would have.
 *
 * Holds at most one batch and one record.
 */
export class Batcher<Placed extends PlacedRecord = PlacedRecord> {
  readonly #batchSize: number;
  #groups = new Map<string, Group<Placed>>();
  #count = 0;
  /** The consumer of the last record added, refused or not. */
  #last: string | undefined;
  /** Whether all rows of the last consumer in this batch stand together. */
  #together = false;

  /** `batchSize`: records a batch, at least 1; throws `RangeError` otherwise. */
  constructor(options: { readonly batchSize: number }) {
    if (!Number.isSafeInteger(options.batchSize) || options.batchSize < 1) {
      throw new RangeError(`The batch size must be a whole number from 1; this is ${options.batchSize}`);
    }
    this.#batchSize = options.batchSize;
  }

  /** Where the first record stands that is not in a complete batch; undefined when every record is. */
  get openFrom(): SourcePlace | undefined {
    const [first] = this.#groups.values();
    return first?.records[0]?.place;
  }

  /** Takes the next record of the file. */
  add(placed: Placed): Added<Placed> {
    const consumerId = placed.record.externalConsumerId;
    this.#together = this.#last === consumerId ? this.#together : !this.#groups.has(consumerId);
    this.#last = consumerId;
    const full = this.#count >= this.#batchSize;
    if (full && !this.#together) return this.#startWith(placed);
    const group = this.#groups.get(consumerId);
    if (!group) return full ? this.#startWith(placed) : this.#keep(placed);
    const error =
      errorAgainst(group, placed) ??
      (group.records.length >= this.#batchSize ? this.#tooLarge(group) : undefined);
    if (error) return { rejected: rejectionOf(placed, error) };
    return full ? this.#moveOver(group, placed) : this.#keep(placed);
  }

  /** Ends the file: the last batch, which may be empty. */
  flush(): readonly Placed[] {
    const records = this.#take();
    this.#last = undefined;
    return records;
  }

  #keep(placed: Placed): Added<Placed> {
    const consumerId = placed.record.externalConsumerId;
    const group = this.#groups.get(consumerId);
    if (group) group.records.push(placed);
    else this.#groups.set(consumerId, { records: [placed] });
    this.#count++;
    return {};
  }

  /** The batch is full, and the record's consumer is not in it or came back: it starts the next one. */
  #startWith(placed: Placed): Added<Placed> {
    const complete = this.#take();
    this.#together = true;
    this.#keep(placed);
    return { complete };
  }

  /** The batch is full and its last consumer still grows: the whole consumer moves to the next batch. */
  #moveOver(group: Group<Placed>, placed: Placed): Added<Placed> {
    const consumerId = placed.record.externalConsumerId;
    this.#groups.delete(consumerId);
    const complete = this.#take();
    this.#groups.set(consumerId, group);
    this.#count = group.records.length;
    this.#keep(placed);
    return { complete };
  }

  #take(): Placed[] {
    const records = [...this.#groups.values()].flatMap((group) => group.records);
    this.#groups = new Map();
    this.#count = 0;
    return records;
  }

  #tooLarge(group: Group): ValidationError {
    return validationError('externalConsumerId', 'CONSUMER_TOO_LARGE', {
      firstLine: lineOf(group),
      max: this.#batchSize,
    });
  }
}

/** A place and a key: all that a rejection says of its row. */
export interface PlacedKey {
  readonly place: SourcePlace;
  readonly record: RecordKey;
}

function errorAgainst(group: Group, placed: PlacedRecord): ValidationError | undefined {
  const cardId = placed.record.externalCardId;
  const same = group.records.find((other) => other.record.externalCardId === cardId);
  if (same) return duplicateError(placed, same.place.line);
  const [first] = group.records;
  const field = first && consumerDifference(first.record.consumer, placed.record.consumer);
  return field
    ? validationError(field, 'CONSUMER_CONFLICT', { field, where: `line ${lineOf(group)}` })
    : undefined;
}

function duplicateError(placed: PlacedKey, firstLine: number): ValidationError {
  return validationError('externalCardId', 'DUPLICATE_RECORD', { firstLine, line: placed.place.line });
}

/** Rejects a record as the second with its key; `firstLine` is where the first stands. */
export function duplicateRejection(placed: PlacedKey, firstLine: number): Rejection {
  return rejectionOf(placed, duplicateError(placed, firstLine));
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

function lineOf(group: Group): number {
  return group.records[0]?.place.line ?? 0;
}
