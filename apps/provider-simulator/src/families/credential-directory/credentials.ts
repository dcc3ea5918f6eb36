import { defined } from '@enrollkit/base';
import type {
  Acknowledgement,
  Card,
  CredentialEnrollRequest,
  CredentialResponse,
  CredentialUpdateRequest,
} from '@enrollkit/contract/credential-directory';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import type { DirectoryCard } from '../../world/world.ts';
import { maskedCard, maskedConsumer } from '../shared/masked.ts';
import { maskAddress } from '../shared/new-cards.ts';
import { correlationId, notFound, openedAs, type RequestContext } from '../shared/request-context.ts';
import { enrollAtOnce } from '../shared/single.ts';
import { directoryOf } from './directory.ts';

/** Enables one credential at once; for a consumer who is there it adds the credential to the profile. */
export function enrollCredential(context: RequestContext): Answer {
  const directoryId = directoryOf(context);
  const body = context.request.body as CredentialEnrollRequest;
  const { externalConsumerId, externalCredentialId } = body;
  const { card, consumer } = enrollAtOnce(
    context,
    { srcClientId: body.srcClientId ?? '', serviceId: body.serviceId ?? '', directoryId },
    {
      directoryId,
      externalConsumerId,
      externalCardId: externalCredentialId,
      consumer: body.consumer,
      card: openedAs<Card>(context.request, 'Card').value,
    },
  );
  const answer: CredentialResponse = {
    srcCorrelationId: correlationId(body.srcCorrelationId),
    externalConsumerId,
    externalCredentialId,
    maskedCard: maskedCard(card),
    maskedConsumer: maskedConsumer(consumer),
  };
  return jsonAnswer(200, answer);
}

/** Shows one credential. */
export function getCredential(context: RequestContext): Answer {
  const card = findCredential(context);
  return jsonAnswer(200, {
    ...credentialAnswer(card),
    srcCorrelationId: correlationId(context.request.parameters['srcCorrelationId']),
  });
}

/**
 * Replaces a credential's billing address. Answers with an acknowledgement, or with the credential where it
 * is set up so.
 */
export function updateCredential(context: RequestContext): Answer {
  const body = context.request.body as CredentialUpdateRequest;
  context.world.record({
    type: 'card-updated',
    at: context.now,
    card: findCredential(context).number,
    addr: maskAddress(body.billingAddress),
  });
  return acknowledge(context, body.srcCorrelationId, () => credentialAnswer(findCredential(context)));
}

/** Takes a credential out of the directory; its consumer stays. */
export function deleteCredential(context: RequestContext): Answer {
  context.world.record({ type: 'card-deleted', at: context.now, card: findCredential(context).number });
  return acknowledge(context, context.request.parameters['srcCorrelationId']);
}

/** `srcCorrelationId` alone, or with the object where the simulator is set up so. */
export function acknowledge(
  { settings }: RequestContext,
  given: string | undefined,
  full: () => object = () => ({}),
): Answer {
  const answer: Acknowledgement = { srcCorrelationId: correlationId(given) };
  return jsonAnswer(200, settings.fullAnswers ? { ...full(), ...answer } : answer);
}

/** A credential as its answers show it. */
export function credentialAnswer(card: DirectoryCard): CredentialResponse {
  return defined<CredentialResponse>({
    externalConsumerId: card.row.c,
    externalCredentialId: card.row.k,
    maskedCard: maskedCard(card),
  });
}

function findCredential(context: RequestContext): DirectoryCard {
  const { externalConsumerId: c = '', externalCredentialId: k = '' } = context.request.parameters;
  const card = context.world.cardByKey({ d: directoryOf(context), c, k }, context.asOf);
  if (card === undefined) throw notFound('externalCredentialId');
  return card;
}
