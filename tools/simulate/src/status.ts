import type { CardOutcome, TakenBatch, WorldDependencies } from './taken-batch.ts';

/**
 * So many answers after the end may leave cards out or take things back: sites that do not agree yet agree in
 * the end.
 */
const MAX_CONFUSED = 3;

/**
 * What the provider reports about a batch: in any order, incomplete and contradictory for a while where the
 * plan says so.
 */
export function statusOf(batch: TakenBatch, { plan, random, elapsed }: WorldDependencies): object {
  const { batchId, externalBatchId } = batch;
  const items = batch.cards
    .filter(({ result }) => result !== 'lost')
    .map(itemOf)
    .toSorted(() => random.next() - 0.5);
  const confused = random.chance(plan.results.confused);
  if (elapsed() < batch.doneAt) {
    // Half-known results of a batch in progress are worth nothing.
    const some = confused
      ? items
          .filter(() => random.chance(0.5))
          .map((item) => ({ ...item, status: random.pick(['FAILED', 'SUCCESSFUL', 'QUEUED']) }))
      : [];
    return {
      batchId,
      externalBatchId,
      status: confused ? random.pick(['IN_PROGRESS', 'QUEUED']) : 'IN_PROGRESS',
      items: some,
    };
  }
  if (batch.failed) return { batchId, externalBatchId, status: 'FAILED', errorMessage: 'the batch failed' };
  const status = items.some((item) => item.status === 'FAILED')
    ? 'COMPLETED_WITH_ERRORS'
    : 'COMPLETED_SUCCESSFULLY';
  batch.answers += 1;
  if (!confused || batch.answers > MAX_CONFUSED) return { batchId, externalBatchId, status, items };
  const unmatched = { externalConsumerId: 'nobody', externalCardId: 'of-ours', status: 'SUCCESSFUL' };
  return random.pick([
    () => ({ batchId, externalBatchId, status: 'IN_PROGRESS', items: [] }),
    () => ({ batchId, externalBatchId, status: 'ARCHIVED', items }),
    () => ({ batchId, externalBatchId, status, items: items.filter(() => random.chance(0.5)) }),
    () => ({ batchId, externalBatchId, status, items: [unmatched, ...items] }),
    () => ({ batchId, externalBatchId, status, items: [...items, ...items] }),
  ])();
}

function itemOf({ externalConsumerId, externalCardId, result, recoverable, cardId }: CardOutcome) {
  const key = { externalConsumerId, externalCardId };
  if (result === 'enrolled')
    return {
      ...key,
      status: 'SUCCESSFUL',
      srcConsumerId: `src-${externalConsumerId}`,
      srcDigitalCardId: cardId,
    };
  return {
    ...key,
    status: 'FAILED',
    error: recoverable
      ? {
          status: 503,
          reason: 'UNAVAILABLE',
          errordetail: [{ reason: 'NO_RESPONSE_FROM_ISSUER', message: 'no answer' }],
        }
      : {
          status: 400,
          reason: 'INVALID_STATE',
          errordetail: [{ reason: 'ISSUER_DECLINED', message: 'declined' }],
        },
  };
}
