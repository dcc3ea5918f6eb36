import { client, clientInteraction, programme } from './click-to-pay.ts';
import { applicationError, consumer, correlation, maskedCard, maskedConsumer } from './examples.ts';
import { FromState, type Interaction } from './interaction.ts';

const known = { consumerID: new FromState('P-1') };
const unknown = { consumerID: 'nobody-knows' };
const notFound: Interaction['answer'] = { status: 404, body: applicationError(404, 'NOT_FOUND') };
const isNotFound = { httpStatus: 404, reason: 'NOT_FOUND', origin: 'service' };

clientInteraction({
  description: 'a profile to be read',
  given: 'card',
  operationId: 'getProfile',
  path: known,
  query: programme,
  answer: { status: 200, body: { maskedConsumer, maskedCards: [maskedCard] } },
  call: (baseUrl) => client(baseUrl).getProfile({ path: { consumerID: 'P-1' } }),
  becomes: { body: { maskedCards: [{ panLastFour: '0000' }] } },
});
clientInteraction({
  description: 'a profile to be read that nobody knows',
  operationId: 'getProfile',
  path: unknown,
  query: programme,
  answer: notFound,
  call: (baseUrl) => client(baseUrl).getProfile({ path: unknown }),
  becomes: isNotFound,
});
clientInteraction({
  description: 'other data of a cardholder',
  given: 'card',
  operationId: 'updateProfile',
  path: known,
  body: { ...programme, consumer },
  answer: { status: 200, body: correlation },
  call: (baseUrl) => client(baseUrl).updateProfile({ path: { consumerID: 'P-1' }, body: { consumer } }),
  becomes: { status: 200, body: correlation },
});
clientInteraction({
  description: 'other data of a cardholder that nobody knows',
  operationId: 'updateProfile',
  path: unknown,
  body: { ...programme, consumer },
  answer: notFound,
  call: (baseUrl) => client(baseUrl).updateProfile({ path: unknown, body: { consumer } }),
  becomes: isNotFound,
});
clientInteraction({
  description: 'a profile to be deleted',
  given: 'card',
  operationId: 'deleteProfile',
  path: known,
  query: programme,
  answer: { status: 200, body: correlation },
  call: (baseUrl) => client(baseUrl).deleteProfile({ path: { consumerID: 'P-1' } }),
  becomes: { status: 200 },
});
clientInteraction({
  description: 'a profile to be deleted that nobody knows',
  operationId: 'deleteProfile',
  path: unknown,
  query: programme,
  answer: notFound,
  call: (baseUrl) => client(baseUrl).deleteProfile({ path: unknown }),
  becomes: isNotFound,
});
clientInteraction({
  description: 'a profile to be deleted, named in the query, that nobody knows',
  operationId: 'deleteProfileByQuery',
  query: { consumerId: 'nobody-knows', ...programme },
  answer: notFound,
  call: (baseUrl) => client(baseUrl).deleteProfileByQuery({ query: { consumerId: 'nobody-knows' } }),
  becomes: isNotFound,
});
clientInteraction({
  description: 'a profile to be deleted, named in the query',
  given: 'card',
  operationId: 'deleteProfileByQuery',
  query: { consumerId: new FromState('P-1'), ...programme },
  answer: { status: 200, body: correlation },
  call: (baseUrl) => client(baseUrl).deleteProfileByQuery({ query: { consumerId: 'P-1' } }),
  becomes: { status: 200 },
});
