import type { BatchItem, BatchStatus, ItemError } from '@enrollkit/contract/click-to-pay-enrollment';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import { isCardRefusal, refusals } from '../shared/reserved-pans.ts';
import { shuffled } from '../../seed.ts';
import type { Batch } from '../../world/world-index.ts';
import type { BatchCard } from '../../world/world.ts';
import {
  checkProgramme,
  correlationId,
  type RequestContext,
  notFound,
  programmeOf,
} from '../shared/request-context.ts';

/** Answers a batch's state and its cards' results, in an order of its own. */
export function getBatchStatus(context: RequestContext): Answer {
  const { parameters } = context.request;
  const programme = programmeOf(context.request);
  checkProgramme(context, programme, 'QUERY');
  const batch = context.world.batchById(parameters['batchId'] ?? '');
  if (batch === undefined || batch.srcClientId !== programme.srcClientId) throw notFound('batchId');
  return jsonAnswer(200, {
    ...statusOf(context, batch),
    srcCorrelationId: correlationId(parameters['srcCorrelationId']),
  });
}

function statusOf(context: RequestContext, batch: Batch): BatchStatus {
  const { batchId, externalBatchId, at, due, failed } = batch;
  const finished = context.now >= due;
  const head = {
    batchId,
    externalBatchId,
    batchStartTime: stamp(at),
    ...(finished && { batchEndTime: stamp(due) }),
  };
  if (finished && failed !== undefined) return { ...head, status: 'FAILED', errorMessage: failed };
  const items = failed === undefined ? itemsSoFar(context, batch) : [];
  return { ...head, status: overall(finished, items), items };
}

function overall(finished: boolean, items: readonly BatchItem[]): BatchStatus['status'] {
  if (!finished) return 'IN_PROGRESS';
  return items.every(({ status }) => status === 'SUCCESSFUL')
    ? 'COMPLETED_SUCCESSFULLY'
    : 'COMPLETED_WITH_ERRORS';
}

/** While the batch is in progress its cards come out one after the other. */
function itemsSoFar(context: RequestContext, batch: Batch): BatchItem[] {
  const { at, due } = batch;
  const share = context.now >= due ? 1 : (context.now - at) / (due - at);
  const cards = context.world.cardsOf(batch);
  const done = shuffled(cards, context.settings.seed, batch.batchId).slice(
    0,
    Math.floor(cards.length * share),
  );
  return done.map((card) => itemOf(card, context.settings.delayedTokenization));
}

function itemOf(
  { row, srcConsumerId, srcDigitalCardId }: BatchCard,
  delayedTokenization: boolean,
): BatchItem {
  const key = { externalConsumerId: row.c, externalCardId: row.k };
  if (row.no !== undefined) return { ...key, status: 'FAILED', error: errorOf(row.no) };
  return { ...key, status: 'SUCCESSFUL', srcConsumerId, ...(!delayedTokenization && { srcDigitalCardId }) };
}

function errorOf(refusal: string): ItemError {
  if (!isCardRefusal(refusal)) throw new Error(`The world holds a refusal ${refusal} without a message`);
  const { httpStatus: status, reason, message } = refusals[refusal];
  return {
    status,
    reason,
    message,
    errordetail: [{ reason: refusal, sourceType: 'BODY', source: 'Card', message }],
  };
}

/** `YYYY-MM-DD hh:mm:ss.S`, UTC. */
function stamp(time: number): string {
  return new Date(time).toISOString().replace('T', ' ').slice(0, 21);
}
