import type {
  BatchEnrollRequest,
  BatchReceipt,
  EnrollmentData,
} from '@enrollkit/contract/click-to-pay-enrollment';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import { ServiceRefusal } from '../../gateway/errors.ts';
import { invalidArgument, type Opened } from '../shared/request-reader.ts';
import type { BatchEntry } from '../../world/entries.ts';
import type { Batch } from '../../world/world-index.ts';
import { checkProgramme, correlationId, type RequestContext } from '../shared/request-context.ts';
import { bareRows, type NewCard, rowsOf } from '../shared/new-cards.ts';

/** Takes a batch: 202 at once, results after the processing time. */
export function enrollBatch(context: RequestContext): Answer {
  const body = context.request.body as BatchEnrollRequest;
  const { EnrollmentData: opened } = context.request.opened;
  if (opened === undefined) throw new Error('The contract says that a batch holds EnrollmentData');
  checkProgramme(context, body, 'BODY');
  const newCards = newCardsOf(opened);
  checkNewCards(context, newCards);

  const digest = context.world.keyedBytes(`batch ${body.serviceId}`, opened.bytes);
  const known = context.world.batchByExternalId(body.srcClientId, body.externalBatchId);
  if (known !== undefined) refuseRepetition(context, known, digest);
  const batch =
    known !== undefined && context.settings.onDuplicate === 'idempotent'
      ? known
      : context.world.takeBatch(entryOf(context, { body, newCards, digest }));
  const receipt: BatchReceipt = {
    batchId: batch.batchId,
    externalBatchId: body.externalBatchId,
    srcCorrelationId: correlationId(body.srcCorrelationId),
  };
  return jsonAnswer(202, receipt);
}

function newCardsOf({ value }: Opened): NewCard[] {
  const { consumers } = value as EnrollmentData;
  return consumers.flatMap(({ externalConsumerId, consumer, cards }) =>
    cards.map((card) => ({ externalConsumerId, externalCardId: card.externalCardId, consumer, card })),
  );
}

function checkNewCards({ settings }: RequestContext, newCards: readonly NewCard[]): void {
  const { maxBatchCards } = settings;
  if (maxBatchCards !== undefined && newCards.length > maxBatchCards) {
    throw invalidArgument([
      {
        reason: 'LIMIT_EXCEED',
        sourceType: 'BODY',
        source: 'consumers',
        message: `${newCards.length} cards; at most ${maxBatchCards} are allowed`,
      },
    ]);
  }
  const seen = new Set<string>();
  for (const { externalConsumerId, externalCardId } of newCards) {
    const key = `${externalConsumerId} ${externalCardId}`;
    if (seen.has(key)) {
      throw invalidArgument([
        {
          reason: 'CANNOT_BE_DUPLICATE_OR_NULL',
          sourceType: 'BODY',
          source: 'externalCardId',
          message: `card ${externalCardId} of consumer ${externalConsumerId} appears twice`,
        },
      ]);
    }
    seen.add(key);
  }
}

/** Under `idempotent` only another content is refused, under `reject` any repetition, under `duplicate` none. */
function refuseRepetition({ settings }: RequestContext, known: Batch, digest: string): void {
  if (settings.onDuplicate === 'duplicate') return;
  if (settings.onDuplicate === 'idempotent' && known.digest === digest) return;
  const message =
    known.digest === digest ? 'has been used before' : 'has been used before, for another content';
  throw new ServiceRefusal(409, 'ALREADY_EXISTS', {
    message: 'The batch is already there',
    details: [{ reason: 'ALREADY_EXISTS', sourceType: 'BODY', source: 'externalBatchId', message }],
  });
}

function entryOf(
  context: RequestContext,
  { body, newCards, digest }: { body: BatchEnrollRequest; newCards: readonly NewCard[]; digest: string },
): BatchEntry {
  const { srcClientId, serviceId, externalBatchId } = body;
  const { consumers, cards } = context.settings.bare
    ? bareRows(context.world, newCards)
    : rowsOf(context.world, newCards, context.now);
  const entry = {
    type: 'batch',
    at: context.now,
    due: context.now + context.settings.processingMs,
    srcClientId,
    serviceId,
    externalBatchId,
    digest,
  } as const;
  if (!context.failBatch) return { ...entry, consumers, cards };
  return {
    ...entry,
    failed: 'The batch could not be processed',
    consumers,
    cards: cards.map((card) => ({ ...card, no: 'BATCH_FAILED' })),
  };
}
