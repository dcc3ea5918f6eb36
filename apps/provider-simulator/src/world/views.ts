import type { CardRow, MaskedAddress, MaskedPerson } from './entries.ts';

/** One card of a batch as its status reports it. */
export interface BatchCard {
  readonly row: CardRow;
  readonly srcConsumerId: string;
  readonly srcDigitalCardId: string;
}

/** A card of the directory. */
export interface DirectoryCard {
  readonly number: number;
  readonly srcDigitalCardId: string;
  readonly row: CardRow;
  readonly at: number;
  readonly serviceId: string;
  readonly address?: MaskedAddress;
}

/** A consumer of the directory. */
export interface DirectoryConsumer {
  readonly number: number;
  readonly srcConsumerId: string;
  readonly person: MaskedPerson;
  readonly at: number;
}

/** What became of one record, over all the batches it came in with. */
export interface WorldRecord {
  /** The Credential Directory it is in; absent for the Enroll API. */
  readonly directoryId?: string;
  /**
   * Empty for a card enrolled synchronously, which has no external ids; `externalCardId` is then a keyed hash
   * of its PAN.
   */
  readonly externalConsumerId: string;
  readonly externalCardId: string;
  readonly srcConsumerId: string;
  readonly srcDigitalCardId: string;
  /** How often it was enrolled; 0 when it was only ever refused. */
  readonly times: number;
  /** Whether it is enrolled now; false once it was deleted. */
  readonly present: boolean;
  /** Ids of the batches it came in with, in their order, whether enrolled or refused. */
  readonly batches: readonly string[];
  /** The last refusal, when it was never enrolled. */
  readonly refusal?: string;
}
