import { mapConcurrent, maskPan } from '@enrollkit/base';
import type { PlacedRecord, Provider } from '@enrollkit/enrollment';
import type { LedgerRecord, ReadStep, RecordDigests, SealedBatch } from '@enrollkit/ledger';
import type { Draft } from './batch.ts';
import { copyDigests, digestsFor, type Digests } from './digests.ts';
import { externalBatchIdOf } from './identity.ts';

/**
 * Drafts sealed at once. Most of sealing is the work of one thread; two hide the waits in between, and each
 * more is held in clear for longer.
 */
const LOOKAHEAD = 2;

/** What sealing needs to know. */
export interface SealContext {
  readonly provider: Pick<Provider, 'seal'>;
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
  readonly records: readonly PlacedRecord[];
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
  const sealing = provider.seal({ externalBatchId, records: records.map(({ record }) => record) });
  const kept = records.map((placed) => forLedger(placed, digests));
  return sealing.then((body) => ({ generation, position, body, register, records: kept }));
}

function forLedger({ place, record }: PlacedRecord, digests: Digests): LedgerRecord {
  const { externalConsumerId, externalCardId, card } = record;
  return {
    externalConsumerId,
    externalCardId,
    place,
    maskedPan: maskPan(card.pan),
    fingerprint: digests.fingerprint(card.pan),
  };
}
