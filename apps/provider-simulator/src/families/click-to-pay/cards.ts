import type {
  Acknowledgement,
  Card,
  CardEnrollResponse,
  CardResponse,
  CardUpdateRequest,
  Consumer,
} from '@enrollkit/contract/click-to-pay-enrollment';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import { ServiceRefusal } from '../../gateway/errors.ts';
import { isCardRefusal, refusals } from '../shared/reserved-pans.ts';
import type { DirectoryCard } from '../../world/world.ts';
import {
  checkProgramme,
  correlationId,
  type Deal,
  notFound,
  type Programme,
  programmeOf,
} from '../shared/request-context.ts';
import { maskedCard, maskedConsumer } from './masked.ts';
import { maskAddress, rowsOf } from '../shared/new-cards.ts';

/** The part of `CardEnrollRequest` that is read here. */
interface PutCardBody extends Programme {
  readonly srcCorrelationId?: string;
  readonly consumer: Consumer;
}

/** Enrolls one card at once. */
export function putCard(deal: Deal): Answer {
  const body = deal.request.body as PutCardBody;
  checkProgramme(deal, body, 'BODY');
  const { Card: opened } = deal.request.opened;
  if (opened === undefined) throw referenceNotSupported();
  const { world, now } = deal;
  const { consumers, cards } = rowsOf(
    world,
    [{ externalConsumerId: '', consumer: body.consumer, card: opened.value as Card }],
    now,
  );
  const [row] = cards;
  if (row === undefined) throw new Error('One card made no row');
  world.record({
    type: 'card',
    at: now,
    due: now,
    srcClientId: body.srcClientId,
    serviceId: body.serviceId,
    consumers,
    cards,
  });
  if (row.no !== undefined) throw cardRefused(row.no);
  const { srcDigitalCardId, srcConsumerId } = world.idsOf(row);
  const [card, consumer] = [world.card(srcDigitalCardId, now), world.consumer(srcConsumerId, now)];
  if (card === undefined || consumer === undefined)
    throw new Error('A card that was just enrolled is not there');
  const answer: CardEnrollResponse = {
    srcCorrelationId: correlationId(body.srcCorrelationId),
    maskedCard: maskedCard(card),
    maskedConsumer: maskedConsumer(consumer),
  };
  return jsonAnswer(200, answer);
}

/** Shows one card. */
export function getCard(deal: Deal): Answer {
  checkProgramme(deal, programmeOf(deal.request), 'QUERY');
  return showCard(findCard(deal), deal.request.parameters['srcCorrelationId']);
}

/** Changes a card's billing address. */
export function updateCard(deal: Deal): Answer {
  const body = deal.request.body as CardUpdateRequest;
  checkProgramme(deal, body, 'BODY');
  deal.world.record({
    type: 'card-updated',
    card: findCard(deal).number,
    addr: maskAddress(body.billingAddress),
  });
  return showCard(findCard(deal), body.srcCorrelationId);
}

/** Takes a card out of the directory; its consumer stays. */
export function deleteCard(deal: Deal): Answer {
  checkProgramme(deal, programmeOf(deal.request), 'QUERY');
  deal.world.record({ type: 'card-deleted', card: findCard(deal).number });
  const answer: Acknowledgement = {
    srcCorrelationId: correlationId(deal.request.parameters['srcCorrelationId']),
  };
  return jsonAnswer(200, answer);
}

function findCard({ world, request, now }: Deal): DirectoryCard {
  const card = world.card(request.parameters['cardId'] ?? '', now);
  if (card === undefined) throw notFound('srcDigitalCardId');
  return card;
}

function showCard(card: DirectoryCard, correlation: string | undefined): Answer {
  const answer: CardResponse = { srcCorrelationId: correlationId(correlation), maskedCard: maskedCard(card) };
  return jsonAnswer(200, answer);
}

function referenceNotSupported(): ServiceRefusal {
  return new ServiceRefusal(400, 'INVALID_STATE', {
    message: 'An issuer directory takes card numbers only',
    details: [
      {
        reason: 'NOT_SUPPORTED',
        sourceType: 'BODY',
        source: 'enrolmentReferenceData',
        message: 'is not supported here',
      },
    ],
  });
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
