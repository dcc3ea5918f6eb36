import { mapConcurrent } from '@enrollkit/base';
import type { PartSlot, PlacedRecord, Provider } from '@enrollkit/enrollment';
import type { LedgerRecord, ReadStep, RecordDigests, SealedBatch } from '@enrollkit/ledger';
import type { Draft } from './batch.ts';
import { copyDigests, digestsFor, type Digests, type DigestSlot } from './digests.ts';
import { externalBatchIdOf } from './identity.ts';
import { partAt } from './prepare/parts.ts';
import { keptAt, keptOf } from './prepare/texts.ts';

/**
 * Drafts sealed at once. Most of sealing is the work of one thread; two hide the waits in between, and each
 * more is held in clear for longer.
 */
const LOOKAHEAD = 2;

/** What sealing needs to know. */
export interface SealContext {
  readonly provider: Pick<Provider, 'seal' | 'parts'>;
  readonly digests: Digests;
  readonly intakeId: string;
  readonly batchSize: number;
}

/**
 * Seals drafts in order, a bounded number at once; what comes out is ready for one ledger transaction each.
 */
export function sealDrafts(drafts: AsyncIterable<Draft>, context: SealContext): AsyncGenerator<ReadStep> {
  return mapConcurrent(drafts, LOOKAHEAD, (draft) => sealDraft(draft, context));
}

/** Not asynchronous, so that its records are not held until the answer. */
function sealDraft({ records, ...draft }: Draft, context: SealContext): Promise<ReadStep> {
  const step = { ...draft, intakeId: context.intakeId };
  if (records.length === 0) return Promise.resolve(step);
  const register = digestsFor(records.length);
  records.forEach((record, slot) => copyDigests(record, register, slot));
  const place = { generation: 1, position: draft.position.batches - 1 };
  return sealBatch({ ...place, records, register }, context).then((batch) => ({ ...step, batch }));
}

/** Records that make a batch, their digests, and its place in the intake. */
export interface BatchParts {
  readonly generation: number;
  readonly position: number;
  /** With what is ready of them, where it is. */
  readonly records: readonly (PlacedRecord & Partial<DigestSlot>)[];
  readonly register: RecordDigests;
}

/**
 * Seals one batch: the request's body for the provider; for the ledger masked numbers, fingerprints and
 * digests.
 */
export function sealBatch(
  { generation, position, records, register }: BatchParts,
  { provider, digests, intakeId, batchSize }: SealContext,
): Promise<SealedBatch> {
  const identity = { intakeId, batchSize, generation, position, content: register };
  const externalBatchId = externalBatchIdOf(identity);
  const parts = partsOf(records);
  const sealing =
    provider.parts === undefined || parts === undefined
      ? provider.seal({ externalBatchId, records: records.map(({ record }) => record) })
      : provider.parts.seal(externalBatchId, parts);
  const kept = records.map((placed) => forLedger(placed, digests));
  return sealing.then((body) => ({ generation, position, body, register, records: kept }));
}

/** The parts of all records; undefined when that of one is not ready, or could not be made. */
function partsOf(records: BatchParts['records']): readonly PartSlot[] | undefined {
  const slots: PartSlot[] = [];
  let last: string | undefined;
  for (const { record, window, index = 0 } of records) {
    const parts = window?.prepared?.parts;
    const slot = parts && partAt(parts, index, record.externalConsumerId === last);
    if (slot === undefined) return undefined;
    slots.push(slot);
    last = record.externalConsumerId;
  }
  return slots;
}

function forLedger(
  { place, record, window, index = 0 }: BatchParts['records'][number],
  digests: Digests,
): LedgerRecord {
  const texts = window?.prepared?.texts;
  const kept = texts === undefined ? keptOf(record, digests) : keptAt(texts, index);
  return { ...kept, place };
}
