import type { ConsumerResponse, ConsumerUpdateRequest } from '@enrollkit/contract/credential-directory';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import type { DirectoryConsumer } from '../../world/world.ts';
import { maskedConsumer } from '../shared/masked.ts';
import { directoryProfile, maskPerson } from '../shared/new-cards.ts';
import { correlationId, notFound, type RequestContext } from '../shared/request-context.ts';
import { acknowledge, credentialAnswer } from './credentials.ts';
import { directoryOf } from './directory.ts';

/** Shows a consumer and their credentials. */
export function getConsumer(context: RequestContext): Answer {
  return jsonAnswer(200, {
    ...consumerAnswer(context, findConsumer(context)),
    srcCorrelationId: correlationId(context.request.parameters['srcCorrelationId']),
  });
}

/**
 * Replaces a consumer's data. Answers with an acknowledgement, or with the consumer where it is set up so.
 */
export function updateConsumer(context: RequestContext): Answer {
  const body = context.request.body as ConsumerUpdateRequest;
  context.world.record({
    type: 'consumer-updated',
    at: context.now,
    consumer: findConsumer(context).number,
    person: maskPerson(body.consumer),
  });
  return acknowledge(context, body.srcCorrelationId, () => consumerAnswer(context, findConsumer(context)));
}

/** Takes a consumer and all their credentials out of the directory. */
export function deleteConsumer(context: RequestContext): Answer {
  context.world.record({
    type: 'consumer-deleted',
    at: context.now,
    consumer: findConsumer(context).number,
  });
  return acknowledge(context, context.request.parameters['srcCorrelationId']);
}

function consumerAnswer({ world, asOf, request }: RequestContext, consumer: DirectoryConsumer) {
  const answer: ConsumerResponse = {
    externalConsumerId: request.parameters['externalConsumerId'] ?? '',
    maskedConsumer: maskedConsumer(consumer),
    credentials: world.cardsOfConsumer(consumer.number, asOf).map(credentialAnswer),
  };
  return answer;
}

function findConsumer(context: RequestContext): DirectoryConsumer {
  const { externalConsumerId = '' } = context.request.parameters;
  const profile = directoryProfile(context.world, { directoryId: directoryOf(context), externalConsumerId });
  const consumer = context.world.consumerByProfile(profile, context.asOf);
  if (consumer === undefined) throw notFound('externalConsumerId');
  return consumer;
}
