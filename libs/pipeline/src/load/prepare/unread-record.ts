import type { Card, Consumer, EnrollmentRecord, RecordKey, SourcePlace } from '@enrollkit/enrollment';
import type { SliceRecords } from './slice-preparer.ts';

/** A slice whose rows can be read again. */
export interface RereadSlice {
  readonly records: SliceRecords;
  readonly bytes: Uint8Array;
}

/**
 * A record of which only the ids are known, which is all that most records are asked for: whoever asks for
 * more has its row read again.
 */
export class UnreadRecord implements EnrollmentRecord {
  readonly externalConsumerId: string;
  readonly externalCardId: string;
  readonly #slice: RereadSlice;
  readonly #place: SourcePlace;

  constructor({ externalConsumerId, externalCardId }: RecordKey, slice: RereadSlice, place: SourcePlace) {
    this.externalConsumerId = externalConsumerId;
    this.externalCardId = externalCardId;
    this.#slice = slice;
    this.#place = place;
  }

  get consumer(): Consumer {
    return this.#read().consumer;
  }

  get card(): Card {
    return this.#read().card;
  }

  #read(): EnrollmentRecord {
    return this.#slice.records.at(this.#slice.bytes, this.#place);
  }
}
