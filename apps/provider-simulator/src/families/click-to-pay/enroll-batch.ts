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
import { checkProgramme, correlationId, type Deal } from '../shared/request-context.ts';
import { bareRows, type Newcomer, rowsOf } from '../shared/new-cards.ts';

/** Takes a batch: 202 at once, results after the processing time. */
export function enrollBatch(deal: Deal): Answer {
  const body = deal.request.body as BatchEnrollRequest;
  const { EnrollmentData: opened } = deal.request.opened;
  if (opened === undefined) throw new Error('The contract says that a batch holds EnrollmentData');
  checkProgramme(deal, body, 'BODY');
  const newcomers = newcomersOf(opened);
  checkNewcomers(deal, newcomers);

  const digest = deal.world.keyedBytes(`batch ${body.serviceId}`, opened.bytes);
  const known = deal.world.batchByExternalId(body.srcClientId, body.externalBatchId);
  if (known !== undefined) refuseRepetition(deal, known, digest);
  const batch =
    known !== undefined && deal.settings.onDuplicate === 'idempotent'
      ? known
      : deal.world.takeBatch(entryOf(deal, { body, newcomers, digest }));
  const receipt: BatchReceipt = {
    batchId: batch.batchId,
    externalBatchId: body.externalBatchId,
    srcCorrelationId: correlationId(body.srcCorrelationId),
  };
  return jsonAnswer(202, receipt);
}

function newcomersOf({ value }: Opened): Newcomer[] {
  const { consumers } = value as EnrollmentData;
  return consumers.flatMap(({ externalConsumerId, consumer, cards }) =>
    cards.map((card) => ({ externalConsumerId, externalCardId: card.externalCardId, consumer, card })),
  );
}

function checkNewcomers({ settings }: Deal, newcomers: readonly Newcomer[]): void {
  const { maxBatchCards } = settings;
  if (maxBatchCards !== undefined && newcomers.length > maxBatchCards) {
    throw invalidArgument([
      {
        reason: 'LIMIT_EXCEED',
        sourceType: 'BODY',
        source: 'consumers',
        message: `${newcomers.length} cards; at most ${maxBatchCards} are allowed`,
      },
    ]);
  }
  const seen = new Set<string>();
  for (const { externalConsumerId, externalCardId } of newcomers) {
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
function refuseRepetition({ settings }: Deal, known: Batch, digest: string): void {
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
  deal: Deal,
  { body, newcomers, digest }: { body: BatchEnrollRequest; newcomers: readonly Newcomer[]; digest: string },
): BatchEntry {
  const { srcClientId, serviceId, externalBatchId } = body;
  const { consumers, cards } = deal.settings.bare
    ? bareRows(deal.world, newcomers)
    : rowsOf(deal.world, newcomers, deal.now);
  const entry = {
    type: 'batch',
    at: deal.now,
    due: deal.now + deal.settings.processingMs,
    srcClientId,
    serviceId,
    externalBatchId,
    digest,
  } as const;
  if (!deal.failBatch) return { ...entry, consumers, cards };
  return {
    ...entry,
    failed: 'The batch could not be processed',
    consumers,
    cards: cards.map((card) => ({ ...card, no: 'BATCH_FAILED' })),
  };
}
