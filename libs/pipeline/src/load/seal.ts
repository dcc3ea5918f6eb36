import type { PlacedRecord, Provider } from '@enrollkit/enrollment';
import type { LedgerRecord, ReadStep, SealedBatch } from '@enrollkit/ledger';
import { mapConcurrent, maskPan } from '@enrollkit/base';
import type { Fingerprint } from './fingerprint.ts';
import { externalBatchIdOf } from './identity.ts';
import type { Draft } from './batch.ts';

/** Drafts sealed at once: sealing runs on the thread pool, so two keep both cores busy and a few more hide the wait. */
const LOOKAHEAD = 4;

/** What sealing needs to know. */
export interface SealContext {
  readonly provider: Pick<Provider, 'seal'>;
  readonly fingerprint: Fingerprint;
  readonly intakeId: string;
  readonly batchSize: number;
}

/** Seals drafts in order, a bounded number at once; what comes out is ready for one ledger transaction each. */
export function sealDrafts(drafts: AsyncIterable<Draft>, context: SealContext): AsyncGenerator<ReadStep> {
  return mapConcurrent(drafts, LOOKAHEAD, (draft) => sealDraft(draft, context));
}

async function sealDraft(draft: Draft, context: SealContext): Promise<ReadStep> {
  const { rejections, position, records } = draft;
  const step = { intakeId: context.intakeId, rejections, position };
  if (records.length === 0) return step;
  return {
    ...step,
    batch: await sealBatch(records, { generation: 1, position: position.batches - 1 }, context),
  };
}

/** Seals one batch: the request's body for the provider, and for the ledger a masked number and a fingerprint. */
export async function sealBatch(
  records: readonly PlacedRecord[],
  place: { readonly generation: number; readonly position: number },
  context: SealContext,
): Promise<SealedBatch> {
  const externalBatchId = externalBatchIdOf({
    intakeId: context.intakeId,
    batchSize: context.batchSize,
    ...place,
  });
  const body = await context.provider.seal({ externalBatchId, records: records.map(({ record }) => record) });
  return { ...place, body, records: records.map((placed) => forLedger(placed, context.fingerprint)) };
}

function forLedger({ place, record }: PlacedRecord, fingerprint: Fingerprint): LedgerRecord {
  const { externalConsumerId, externalCardId, card } = record;
  return {
    externalConsumerId,
    externalCardId,
    place,
    maskedPan: maskPan(card.pan),
    fingerprint: fingerprint(card.pan),
  };
}
