import { defined } from '@enrollkit/base';
import type { BatchItem, BatchStatus } from '@enrollkit/contract/click-to-pay-enrollment';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import type { BatchCard } from '../../world/world.ts';
import { checkProgramme, programmeOf } from '../shared/programmes.ts';
import { correlationId, notFound, type RequestContext } from '../shared/request-context.ts';
import { cardErrorOf, progressOf } from '../shared/results.ts';

/** Answers a batch's state and its cards' results. */
export function getBatchStatus(context: RequestContext): Answer {
  const { parameters } = context.request;
  const programme = programmeOf(context.request);
  checkProgramme(context, programme, 'QUERY');
  const batch = context.world.batchById(parameters['batchId'] ?? '');
  if (
    batch === undefined ||
    batch.directoryId !== undefined ||
    batch.srcClientId !== programme.srcClientId ||
    batch.at > context.asOf
  )
    throw notFound('batchId');
  const { state, errorMessage, done } = progressOf(context, batch);
  const status = defined<BatchStatus>({
    batchId: batch.batchId,
    externalBatchId: batch.externalBatchId,
    batchStartTime: stamp(batch.at),
    batchEndTime: state === 'IN_PROGRESS' ? undefined : stamp(batch.due),
    status: state,
    errorMessage,
    items:
      state === 'FAILED'
        ? undefined
        : done.map((card) =>
            itemOf(card, context.settings.delayedTokenization || batch.preProvisioned === true),
          ),
  });
  return jsonAnswer(200, { ...status, srcCorrelationId: correlationId(parameters['srcCorrelationId']) });
}

/**
 * The result of one card. A card that waits for its token, or in the pre-provisioning database, has no id
 * yet.
 */
export function itemOf(
  { row, srcConsumerId, srcDigitalCardId }: BatchCard,
  delayedTokenization: boolean,
): BatchItem {
  const key = { externalConsumerId: row.c, externalCardId: row.k };
  if (row.no !== undefined) return { ...key, status: 'FAILED', error: cardErrorOf(row.no) };
  return defined<BatchItem>({
    ...key,
    status: 'SUCCESSFUL',
    srcConsumerId,
    srcDigitalCardId: delayedTokenization ? undefined : srcDigitalCardId,
  });
}

/** `YYYY-MM-DD hh:mm:ss.S`, UTC. */
function stamp(time: number): string {
  return new Date(time).toISOString().replace('T', ' ').slice(0, 21);
}
