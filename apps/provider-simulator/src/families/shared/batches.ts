import { defined } from '@enrollkit/base';
import { ServiceRefusal } from '../../gateway/errors.ts';
import type { BatchEntry } from '../../world/entries.ts';
import type { Batch } from '../../world/world-index.ts';
import { bareRows, type NewCard, rowsOf } from './new-cards.ts';
import type { RequestContext } from './request-context.ts';
import { invalidArgument } from './request-reader.ts';

/** A batch as either family brings it. */
export interface IncomingBatch {
  readonly externalBatchId: string;
  /** Empty where the request names only a directory. */
  readonly srcClientId: string;
  readonly serviceId: string;
  readonly directoryId?: string;
  /** Set when the cards are for the pre-provisioning database. */
  readonly preProvisioned?: true;
  /** The bytes of the opened plaintext: they tell a repetition from another content under the same id. */
  readonly plaintext: Buffer;
  readonly cards: readonly NewCard[];
  /** What the family calls a card's external id. */
  readonly cardIdName: 'externalCardId' | 'externalCredentialId';
}

/**
 * Takes a batch, or gives the one that was taken under its id before. Throws `ServiceRefusal` for a card that
 * appears twice, a batch that is too large, and a repetition that the policy does not allow.
 */
export function acceptBatch(context: RequestContext, incoming: IncomingBatch): Batch {
  checkCards(context, incoming);
  const { world, settings } = context;
  const digest = world.keyedBytes(`batch ${incoming.serviceId}`, incoming.plaintext);
  const known = world.batchByExternalId(incoming, incoming.externalBatchId);
  if (known !== undefined) refuseRepetition(context, known, digest);
  return known !== undefined && settings.onDuplicate === 'idempotent'
    ? known
    : world.takeBatch(entryOf(context, incoming, digest));
}

function checkCards({ settings }: RequestContext, { cards, cardIdName }: IncomingBatch): void {
  const { maxBatchCards } = settings;
  if (maxBatchCards !== undefined && cards.length > maxBatchCards) {
    throw invalidArgument([
      {
        reason: 'LIMIT_EXCEED',
        sourceType: 'BODY',
        source: 'consumers',
        message: `${cards.length} cards; at most ${maxBatchCards} are allowed`,
      },
    ]);
  }
  const seen = new Set<string>();
  for (const { externalConsumerId, externalCardId } of cards) {
    const key = `${externalConsumerId}\u0000${externalCardId}`;
    if (seen.has(key)) {
      throw invalidArgument([
        {
          reason: 'CANNOT_BE_DUPLICATE_OR_NULL',
          sourceType: 'BODY',
          source: cardIdName,
          message: `${externalCardId} of consumer ${externalConsumerId} appears twice`,
        },
      ]);
    }
    seen.add(key);
  }
}

/**
 * Under `idempotent` only another content is refused, under `reject` any repetition, under `duplicate` none.
 */
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

function entryOf(context: RequestContext, incoming: IncomingBatch, digest: string): BatchEntry {
  const { externalBatchId, srcClientId, serviceId, directoryId, preProvisioned } = incoming;
  const { consumers, cards } = context.settings.bare
    ? bareRows(context.world, incoming.cards)
    : rowsOf(context.world, incoming.cards, context.now);
  const entry = defined<Omit<BatchEntry, 'consumers' | 'cards' | 'failed'>>({
    type: 'batch',
    at: context.now,
    due: context.now + context.settings.processingMs,
    srcClientId,
    serviceId,
    directoryId,
    preProvisioned,
    externalBatchId,
    digest,
  });
  if (!context.failBatch) return { ...entry, consumers, cards };
  return {
    ...entry,
    failed: 'The batch could not be processed',
    consumers,
    cards: cards.map((card) => ({ ...card, no: 'BATCH_FAILED' })),
  };
}
