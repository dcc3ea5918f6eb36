import type {
  Acknowledgement,
  ProfileResponse,
  ProfileUpdateRequest,
} from '@enrollkit/contract/click-to-pay-enrollment';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import type { DirectoryConsumer } from '../../world/world.ts';
import {
  checkProgramme,
  correlationId,
  type RequestContext,
  notFound,
  programmeOf,
} from '../shared/request-context.ts';
import { maskedCard, maskedConsumer } from './masked.ts';
import { maskPerson } from '../shared/new-cards.ts';

/** Shows a consumer and their cards. */
export function getProfile(context: RequestContext): Answer {
  checkProgramme(context, programmeOf(context.request), 'QUERY');
  return showProfile(context, context.request.parameters['srcCorrelationId']);
}

/** Changes a consumer's data. E-mail address and mobile number keep leading to the same profile as before. */
export function updateProfile(context: RequestContext): Answer {
  const body = context.request.body as ProfileUpdateRequest;
  checkProgramme(context, body, 'BODY');
  context.world.record({
    type: 'consumer-updated',
    consumer: findConsumer(context).number,
    person: maskPerson(body.consumer),
  });
  return showProfile(context, body.srcCorrelationId);
}

/** Takes a consumer and all their cards out of the directory. Both forms of the operation lead here. */
export function deleteProfile(context: RequestContext): Answer {
  checkProgramme(context, programmeOf(context.request), 'QUERY');
  context.world.record({ type: 'consumer-deleted', consumer: findConsumer(context).number });
  const answer: Acknowledgement = {
    srcCorrelationId: correlationId(context.request.parameters['srcCorrelationId']),
  };
  return jsonAnswer(200, answer);
}

function findConsumer({ world, request, now }: RequestContext): DirectoryConsumer {
  const { consumerID: inPath, consumerId: inQuery } = request.parameters;
  const consumer = world.consumer(inPath ?? inQuery ?? '', now);
  if (consumer === undefined) throw notFound('srcConsumerId');
  return consumer;
}

function showProfile(context: RequestContext, correlation: string | undefined): Answer {
  const consumer = findConsumer(context);
  const answer: ProfileResponse = {
    srcCorrelationId: correlationId(correlation),
    maskedConsumer: maskedConsumer(consumer),
    maskedCards: context.world.cardsOfConsumer(consumer.number, context.now).map(maskedCard),
  };
  return jsonAnswer(200, answer);
}
