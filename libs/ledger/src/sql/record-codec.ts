import type { RecordKey, RecordOutcome, RecordState } from '@enrollkit/enrollment';
import type { LedgerRecord } from '../port/records.ts';

/**
 * The records of a batch as the ledger stores them: one blob of JSON for what is text and numbers, one of
 * bytes for the fingerprints, one of JSON for the outcomes. A row a record would cost more than twice as much
 * to write.
 */
export interface PackedRecords {
  readonly count: number;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly packed: Uint8Array;
  readonly fingerprints: Uint8Array;
}

/** Bytes of a fingerprint. */
const FINGERPRINT_BYTES = 32;

type RecordTuple = readonly [number, number, number, number, string, string, string];

/** Packs records in their order. */
export function packRecords(records: readonly LedgerRecord[]): PackedRecords {
  const fingerprints = Buffer.allocUnsafe(records.length * FINGERPRINT_BYTES);
  let firstRow = Infinity;
  let lastRow = 0;
  const tuples = records.map(
    ({ place, externalConsumerId, externalCardId, maskedPan, fingerprint }, index): RecordTuple => {
      fingerprints.write(fingerprint, index * FINGERPRINT_BYTES, 'hex');
      firstRow = Math.min(firstRow, place.row);
      lastRow = Math.max(lastRow, place.row);
      return [
        place.row,
        place.line,
        place.offset,
        place.length,
        externalConsumerId,
        externalCardId,
        maskedPan,
      ];
    },
  );
  return { count: records.length, firstRow, lastRow, packed: packJson(tuples), fingerprints };
}

/** The records of a batch, in the order in which they were packed. */
export function unpackRecords({
  packed,
  fingerprints,
}: Pick<PackedRecords, 'packed' | 'fingerprints'>): readonly LedgerRecord[] {
  const hex = asBuffer(fingerprints).toString('hex');
  const digits = FINGERPRINT_BYTES * 2;
  return (unpackJson(packed) as readonly RecordTuple[]).map(
    ([row, line, offset, length, externalConsumerId, externalCardId, maskedPan], index) => ({
      externalConsumerId,
      externalCardId,
      place: { row, line, offset, length },
      maskedPan,
      fingerprint: hex.slice(index * digits, (index + 1) * digits),
    }),
  );
}

/** The keys of the records of a batch, in the order in which they were packed. */
export function unpackKeys(packed: Uint8Array): readonly RecordKey[] {
  return (unpackJson(packed) as readonly RecordTuple[]).map(
    ([, , , , externalConsumerId, externalCardId]) => ({ externalConsumerId, externalCardId }),
  );
}

/** The provider's answer about one record. */
export type EndedOutcome =
  | readonly ['enrolled', string | null, string | null]
  | readonly ['refused', string | null, string | null, string | null, string | null, boolean | null];

/** How one record of a batch ended: null says as its batch did. */
export type StoredOutcome =
  | null
  | EndedOutcome
  /** Left for a later generation: the batch it went to, and why it was refused here. */
  | readonly ['moved', number, null, string | null, string | null];

/** Packs outcomes, one for each record, in the order of the records. */
export function packOutcomes(outcomes: readonly StoredOutcome[]): Uint8Array {
  return packJson(outcomes);
}

/** The stored outcomes of a batch; all null while there are none. */
export function unpackOutcomes(outcomes: Uint8Array | null, count: number): readonly StoredOutcome[] {
  return outcomes === null
    ? Array.from({ length: count }, () => null)
    : (unpackJson(outcomes) as readonly StoredOutcome[]);
}

/**
 * What the provider answered about records, packed where it was read: texts cost less to hand to a thread
 * than all their objects, and the outcomes are stored as they are.
 */
export interface PackedEnded {
  readonly records: number;
  /** How many of them are enrolled. */
  readonly enrolled: number;
  readonly keys: Uint8Array;
  /** In the order of the keys. */
  readonly outcomes: Uint8Array;
}

/** Packs outcomes of the provider. */
export function packEnded(outcomes: readonly RecordOutcome[]): PackedEnded {
  return {
    records: outcomes.length,
    enrolled: outcomes.filter(({ result }) => result === 'enrolled').length,
    keys: packJson(
      outcomes.flatMap(({ externalConsumerId, externalCardId }) => [externalConsumerId, externalCardId]),
    ),
    outcomes: packOutcomes(outcomes.map(storedOutcome)),
  };
}

/** The keys of packed outcomes: the consumer and the card of the first, those of the second, and so on. */
export function unpackEndedKeys({ keys }: PackedEnded): readonly string[] {
  return unpackJson(keys) as readonly string[];
}

/** The outcomes that were packed. */
export function unpackEnded({ outcomes }: PackedEnded): readonly EndedOutcome[] {
  return unpackJson(outcomes) as readonly EndedOutcome[];
}

/** An outcome of the provider as it is stored. */
function storedOutcome(outcome: RecordOutcome): EndedOutcome {
  const ids = [outcome.providerConsumerId ?? null, outcome.providerCardId ?? null] as const;
  return outcome.result === 'enrolled'
    ? ['enrolled', ...ids]
    : ['refused', ...ids, outcome.code ?? null, outcome.message ?? null, outcome.recoverable ?? null];
}

/** What a stored outcome says of its record. */
export interface OutcomeProperties {
  readonly state: RecordState;
  readonly providerConsumerId?: string;
  readonly providerCardId?: string;
  readonly code?: string;
  readonly message?: string;
  readonly recoverable?: boolean;
}

/** The properties of a stored outcome that is not null and not moved. */
export function outcomeProperties([state, consumer, card, code, message, recoverable]: Exclude<
  StoredOutcome,
  null | readonly ['moved', ...unknown[]]
>): OutcomeProperties {
  return {
    state,
    ...(consumer !== null && { providerConsumerId: consumer }),
    ...(card !== null && { providerCardId: card }),
    ...(typeof code === 'string' && { code }),
    ...(typeof message === 'string' && { message }),
    ...(typeof recoverable === 'boolean' && { recoverable }),
  };
}

function packJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function unpackJson(bytes: Uint8Array): unknown {
  return JSON.parse(asBuffer(bytes).toString());
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The ids of one card: consumer, card, and both at the provider; null for a record that was not enrolled. */
type KeptIds = readonly [string, string, string | null, string | null] | null;

/** Packs what a purge leaves of the records of a batch. */
export function packIds(ids: readonly KeptIds[]): Uint8Array {
  return packJson(ids);
}

/** What a purge has left of the records of a batch, in their order. */
export function unpackIds(packed: Uint8Array): readonly KeptIds[] {
  return unpackJson(packed) as readonly KeptIds[];
}
