import type {
  Acknowledgement,
  Card,
  CardEnrollResponse,
  CardResponse,
  CardUpdateRequest,
  Consumer,
} from '@enrollkit/contract/click-to-pay-enrollment';
import { ServiceRefusal } from '../../gateway/errors.ts';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import type { DirectoryCard } from '../../world/world.ts';
import { maskedCard, maskedConsumer } from '../shared/masked.ts';
import { maskAddress } from '../shared/new-cards.ts';
import { checkProgramme, programmeOf } from '../shared/programmes.ts';
import {
  correlationId,
  notFound,
  openedAs,
  type Programme,
  type RequestContext,
} from '../shared/request-context.ts';
import { enrollAtOnce } from '../shared/single.ts';

/** The part of `CardEnrollRequest` that is read here. */
interface PutCardBody extends Programme {
  readonly srcCorrelationId?: string;
  readonly consumer: Consumer;
}

/** Enrolls one card at once. */
export function putCard(context: RequestContext): Answer {
  const body = context.request.body as PutCardBody;
  checkProgramme(context, body, 'BODY');
  if (context.request.opened['Card'] === undefined) throw referenceNotSupported();
  const { srcClientId, serviceId } = body;
  const { card, consumer } = enrollAtOnce(
    context,
    { srcClientId, serviceId },
    {
      externalConsumerId: '',
      consumer: body.consumer,
      card: openedAs<Card>(context.request, 'Card').value,
    },
  );
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
  const answer: CardResponse = {
    srcCorrelationId: correlationId(context.request.parameters['srcCorrelationId']),
    maskedCard: maskedCard(findCard(context)),
  };
  return jsonAnswer(200, answer);
}

/**
 * Replaces a card's billing address. Answers with an acknowledgement, or with the masked card where it is set
 * up so.
 */
export function updateCard(context: RequestContext): Answer {
  const body = context.request.body as CardUpdateRequest;
  checkProgramme(context, body, 'BODY');
  context.world.record({
    type: 'card-updated',
    at: context.now,
    card: findCard(context).number,
    addr: maskAddress(body.billingAddress),
  });
  return acknowledge(context, body.srcCorrelationId, () => ({ maskedCard: maskedCard(findCard(context)) }));
}

/** Takes a card out of the directory; its consumer stays. */
export function deleteCard(context: RequestContext): Answer {
  checkProgramme(context, programmeOf(context.request), 'QUERY');
  context.world.record({ type: 'card-deleted', at: context.now, card: findCard(context).number });
  return acknowledge(context, context.request.parameters['srcCorrelationId']);
}

/** `srcCorrelationId` alone, or with the masked object where the simulator is set up so. */
export function acknowledge(
  { settings }: RequestContext,
  given: string | undefined,
  full: () => object = () => ({}),
): Answer {
  const answer: Acknowledgement = { srcCorrelationId: correlationId(given) };
  return jsonAnswer(200, settings.fullAnswers ? { ...answer, ...full() } : answer);
}

function findCard({ world, request, asOf }: RequestContext): DirectoryCard {
  const card = world.card(request.parameters['cardId'] ?? '', asOf);
  if (card === undefined || card.row.d !== undefined) throw notFound('srcDigitalCardId');
  return card;
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
