import { client, clientInteraction, programme } from './click-to-pay.ts';
import {
  applicationError,
  consumer,
  correlation,
  maskedCard,
  maskedConsumer,
  noCard,
  noPan,
} from './examples.ts';
import { FromState, type Interaction } from './interaction.ts';

const card = (primaryAccountNumber: string) => ({
  primaryAccountNumber,
  panExpirationMonth: '12',
  panExpirationYear: '2031',
  cardholderFullName: 'Jane Doe',
});
/** The addresses that push provisioning by PAN must carry. */
const complianceSettings = {
  tnc: { latestVersionUri: 'https://provider.example/terms' },
  privacy: { latestVersionUri: 'https://provider.example/privacy' },
};
const enrolling = (pan: string) =>
  ({ body: { consumer, cardSource: 'ISSUER', complianceSettings, encryptedCard: card(pan) } }) as const;

clientInteraction({
  description: 'a card to be enrolled at once',
  operationId: 'putCard',
  body: { ...programme, ...enrolling(noCard).body },
  answer: { status: 200, body: { ...correlation, maskedCard, maskedConsumer } },
  call: (baseUrl) => client(baseUrl).putCard(enrolling(noCard)),
  becomes: { body: { maskedCard: { srcDigitalCardId: 'D-1' }, maskedConsumer: { srcConsumerId: 'P-1' } } },
});
clientInteraction({
  description: 'a card number that is none',
  operationId: 'putCard',
  body: { ...programme, ...enrolling(noPan).body },
  answer: { status: 400, body: applicationError(400, 'INVALID_STATE', [{ reason: 'INVALID_PAN' }]) },
  call: (baseUrl) => client(baseUrl).putCard(enrolling(noPan)),
  becomes: { httpStatus: 400, reason: 'INVALID_STATE', details: [{ reason: 'INVALID_PAN' }] },
});
clientInteraction({
  description: 'a card to be enrolled while the provider is not available',
  given: 'unavailable',
  operationId: 'putCard',
  body: { ...programme, ...enrolling(noCard).body },
  answer: { status: 503, body: applicationError(503, 'UNAVAILABLE') },
  call: (baseUrl) => client(baseUrl).putCard(enrolling(noCard)),
  becomes: { httpStatus: 503, recoverable: true },
});

const known = { cardId: new FromState('D-1') };
const unknown = { cardId: 'nobody-knows' };
const billingAddress = { line1: '2 Other Street', city: 'Boston', zip: '02101', countryCode: 'US' };
const notFound: Interaction['answer'] = { status: 404, body: applicationError(404, 'NOT_FOUND') };
const isNotFound = { httpStatus: 404, reason: 'NOT_FOUND', origin: 'service' };

clientInteraction({
  description: 'a card to be read',
  given: 'card',
  operationId: 'getCard',
  path: known,
  query: programme,
  answer: { status: 200, body: { maskedCard } },
  call: (baseUrl) => client(baseUrl).getCard({ path: { cardId: 'D-1' } }),
  becomes: { body: { maskedCard: { panLastFour: '0000' } } },
});
clientInteraction({
  description: 'a card to be read that nobody knows',
  operationId: 'getCard',
  path: unknown,
  query: programme,
  answer: notFound,
  call: (baseUrl) => client(baseUrl).getCard({ path: unknown }),
  becomes: isNotFound,
});
clientInteraction({
  description: 'another billing address',
  given: 'card',
  operationId: 'updateCard',
  path: known,
  body: { ...programme, billingAddress },
  answer: { status: 200, body: correlation },
  call: (baseUrl) => client(baseUrl).updateCard({ path: { cardId: 'D-1' }, body: { billingAddress } }),
  becomes: { status: 200 },
});
clientInteraction({
  description: 'another billing address for a card that nobody knows',
  operationId: 'updateCard',
  path: unknown,
  body: { ...programme, billingAddress },
  answer: notFound,
  call: (baseUrl) => client(baseUrl).updateCard({ path: unknown, body: { billingAddress } }),
  becomes: isNotFound,
});
clientInteraction({
  description: 'a card to be taken out',
  given: 'card',
  operationId: 'deleteCard',
  path: known,
  query: { ...programme, reason: 'ACCOUNT_CLOSED', requestor: 'ISSUER' },
  answer: { status: 200, body: correlation },
  call: (baseUrl) =>
    client(baseUrl).deleteCard({
      path: { cardId: 'D-1' },
      query: { reason: 'ACCOUNT_CLOSED', requestor: 'ISSUER' },
    }),
  becomes: { status: 200, body: correlation },
});
clientInteraction({
  description: 'a card to be taken out that nobody knows',
  operationId: 'deleteCard',
  path: unknown,
  query: programme,
  answer: notFound,
  call: (baseUrl) => client(baseUrl).deleteCard({ path: unknown }),
  becomes: isNotFound,
});
