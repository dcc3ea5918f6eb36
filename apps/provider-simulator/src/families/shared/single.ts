import { ServiceRefusal } from '../../gateway/errors.ts';
import type { CardEntry } from '../../world/entries.ts';
import type { DirectoryCard, DirectoryConsumer } from '../../world/world.ts';
import { type NewCard, rowsOf } from './new-cards.ts';
import type { RequestContext } from './request-context.ts';
import { isCardRefusal, refusals } from './reserved-pans.ts';

/** The scope of a card that is enrolled at once. */
export type SingleScope = Pick<CardEntry, 'srcClientId' | 'serviceId' | 'directoryId'>;

/** A card that was enrolled, and its consumer. */
export interface EnrolledCard {
  readonly card: DirectoryCard;
  readonly consumer: DirectoryConsumer;
}

/** Enrolls one card at once. Throws `ServiceRefusal` when the card is refused. */
export function enrollAtOnce(
  { world, now }: RequestContext,
  scope: SingleScope,
  newCard: NewCard,
): EnrolledCard {
  const { consumers, cards } = rowsOf(world, [newCard], now);
  const [row] = cards;
  if (row === undefined) throw new Error('One card made no row');
  world.record({ ...scope, type: 'card', at: now, due: now, consumers, cards });
  if (row.no !== undefined) throw cardRefused(row.no);
  const { srcDigitalCardId, srcConsumerId } = world.idsOf(row);
  const [card, consumer] = [world.card(srcDigitalCardId, now), world.consumer(srcConsumerId, now)];
  if (card === undefined || consumer === undefined)
    throw new Error('A card that was just enrolled is not there');
  return { card, consumer };
}

function cardRefused(refusal: string): ServiceRefusal {
  if (!isCardRefusal(refusal)) throw new Error(`There is no refusal ${refusal}`);
  const { httpStatus, reason, message } = refusals[refusal];
  const source = refusal === 'INVALID_VALUE' ? 'Request body' : 'Card';
  return new ServiceRefusal(httpStatus, reason, {
    message,
    details: [{ reason: refusal, sourceType: 'BODY', source, message }],
  });
}
