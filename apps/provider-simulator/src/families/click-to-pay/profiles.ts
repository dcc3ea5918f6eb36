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
  type Deal,
  notFound,
  programmeOf,
} from '../shared/request-context.ts';
import { maskedCard, maskedConsumer } from './masked.ts';
import { maskPerson } from '../shared/new-cards.ts';

/** Shows a consumer and their cards. */
export function getProfile(deal: Deal): Answer {
  checkProgramme(deal, programmeOf(deal.request), 'QUERY');
  return showProfile(deal, deal.request.parameters['srcCorrelationId']);
}

/** Changes a consumer's data. E-mail address and mobile number keep leading to the same profile as before. */
export function updateProfile(deal: Deal): Answer {
  const body = deal.request.body as ProfileUpdateRequest;
  checkProgramme(deal, body, 'BODY');
  deal.world.record({
    type: 'consumer-updated',
    consumer: findConsumer(deal).number,
    person: maskPerson(body.consumer),
  });
  return showProfile(deal, body.srcCorrelationId);
}

/** Takes a consumer and all their cards out of the directory. Both forms of the operation lead here. */
export function deleteProfile(deal: Deal): Answer {
  checkProgramme(deal, programmeOf(deal.request), 'QUERY');
  deal.world.record({ type: 'consumer-deleted', consumer: findConsumer(deal).number });
  const answer: Acknowledgement = {
    srcCorrelationId: correlationId(deal.request.parameters['srcCorrelationId']),
  };
  return jsonAnswer(200, answer);
}

function findConsumer({ world, request, now }: Deal): DirectoryConsumer {
  const { consumerID: inPath, consumerId: inQuery } = request.parameters;
  const consumer = world.consumer(inPath ?? inQuery ?? '', now);
  if (consumer === undefined) throw notFound('srcConsumerId');
  return consumer;
}

function showProfile(deal: Deal, correlation: string | undefined): Answer {
  const consumer = findConsumer(deal);
  const answer: ProfileResponse = {
    srcCorrelationId: correlationId(correlation),
    maskedConsumer: maskedConsumer(consumer),
    maskedCards: deal.world.cardsOfConsumer(consumer.number, deal.now).map(maskedCard),
  };
  return jsonAnswer(200, answer);
}
