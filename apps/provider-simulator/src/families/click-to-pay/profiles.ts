import type { ProfileResponse, ProfileUpdateRequest } from '@enrollkit/contract/click-to-pay-enrollment';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import type { DirectoryConsumer } from '../../world/world.ts';
import { maskedCard, maskedConsumer } from '../shared/masked.ts';
import { maskPerson } from '../shared/new-cards.ts';
import { checkProgramme, programmeOf } from '../shared/programmes.ts';
import { correlationId, notFound, type RequestContext } from '../shared/request-context.ts';
import { acknowledge } from './cards.ts';

/** Shows a consumer and their cards. */
export function getProfile(context: RequestContext): Answer {
  checkProgramme(context, programmeOf(context.request), 'QUERY');
  const consumer = findConsumer(context);
  const answer: ProfileResponse = {
    srcCorrelationId: correlationId(context.request.parameters['srcCorrelationId']),
    maskedConsumer: maskedConsumer(consumer),
    maskedCards: context.world.cardsOfConsumer(consumer.number, context.asOf).map(maskedCard),
  };
  return jsonAnswer(200, answer);
}

/**
 * Replaces a consumer's data. The profile stays the one of the e-mail address and mobile number it was made
 * with. Answers with an acknowledgement, or with the masked consumer where it is set up so.
 */
export function updateProfile(context: RequestContext): Answer {
  const body = context.request.body as ProfileUpdateRequest;
  checkProgramme(context, body, 'BODY');
  context.world.record({
    type: 'consumer-updated',
    at: context.now,
    consumer: findConsumer(context).number,
    person: maskPerson(body.consumer),
  });
  return acknowledge(context, body.srcCorrelationId, () => {
    const consumer = findConsumer(context);
    return {
      maskedConsumer: maskedConsumer(consumer),
      maskedCards: context.world.cardsOfConsumer(consumer.number, context.now).map(maskedCard),
    };
  });
}

/** Takes a consumer and all their cards out of the directory. Both forms of the operation lead here. */
export function deleteProfile(context: RequestContext): Answer {
  checkProgramme(context, programmeOf(context.request), 'QUERY');
  context.world.record({
    type: 'consumer-deleted',
    at: context.now,
    consumer: findConsumer(context).number,
  });
  return acknowledge(context, context.request.parameters['srcCorrelationId']);
}

function findConsumer({ world, request, asOf }: RequestContext): DirectoryConsumer {
  const { consumerID: inPath, consumerId: inQuery } = request.parameters;
  const consumer = world.consumer(inPath ?? inQuery ?? '', asOf);
  if (consumer === undefined) throw notFound('srcConsumerId');
  return consumer;
}
