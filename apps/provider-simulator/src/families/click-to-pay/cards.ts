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
  type RequestContext,
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
export function putCard(context: RequestContext): Answer {
  const body = context.request.body as PutCardBody;
  checkProgramme(context, body, 'BODY');
  const { Card: opened } = context.request.opened;
  if (opened === undefined) throw referenceNotSupported();
  const { world, now } = context;
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
export function getCard(context: RequestContext): Answer {
  checkProgramme(context, programmeOf(context.request), 'QUERY');
  return showCard(findCard(context), context.request.parameters['srcCorrelationId']);
}

/** Changes a card's billing address. */
export function updateCard(context: RequestContext): Answer {
  const body = context.request.body as CardUpdateRequest;
  checkProgramme(context, body, 'BODY');
  context.world.record({
    type: 'card-updated',
    card: findCard(context).number,
    addr: maskAddress(body.billingAddress),
  });
  return showCard(findCard(context), body.srcCorrelationId);
}

/** Takes a card out of the directory; its consumer stays. */
export function deleteCard(context: RequestContext): Answer {
  checkProgramme(context, programmeOf(context.request), 'QUERY');
  context.world.record({ type: 'card-deleted', card: findCard(context).number });
  const answer: Acknowledgement = {
    srcCorrelationId: correlationId(context.request.parameters['srcCorrelationId']),
  };
  return jsonAnswer(200, answer);
}

function findCard({ world, request, now }: RequestContext): DirectoryCard {
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
