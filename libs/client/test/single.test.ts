import type { EnrollmentRecord, Provider, SealsOne, SingleOperations } from '@enrollkit/enrollment';
import { describe, expect, test } from 'vitest';
import { directory, draft, provider, srcCorrelationId } from './enrollment.ts';
import { e1 } from './errors.ts';
import { answering, rawServer, type Behaviour } from './raw-server.ts';

const consents = { terms: { latestVersionUri: 'https://provider.example/terms' } };
const correlation = { srcCorrelationId: '4f339be7.93b322d9-410e-4c18-b786-67953c02e46d' };
const maskedCard = {
  srcDigitalCardId: 'D-1',
  panBin: '518600',
  panLastFour: '9726',
  digitalCardData: {
    status: 'ACTIVE',
    descriptorName: 'Bank',
    artUri: 'https://bank.example/a.png',
    pendingEvents: ['PENDING_SCA'],
  },
  maskedBillingAddress: { line1: '1** M***', zip: '1****' },
  dateOfCardCreated: '2026-10-01T09:30:00.000Z',
};
const maskedConsumer = {
  srcConsumerId: 'P-1',
  maskedConsumerIdentity: { identityType: 'EMAIL_ADDRESS', maskedIdentityValue: 'j***@e***' },
  status: 'ACTIVE',
  languageCode: 'EN',
  dateConsumerAdded: '2026-10-01T09:30:00.000Z',
};
const record = draft(1).records[0] as EnrollmentRecord;
const { externalConsumerId, externalCardId } = record;
const address = { externalConsumerId, externalCardId, providerConsumerId: 'P-1', providerCardId: 'D-1' };

interface Family {
  readonly open: (url: string) => Provider & SealsOne & SingleOperations;
  readonly cardAnswer: object;
  readonly profileAnswer: object;
}
const families: readonly (readonly [string, Family])[] = [
  [
    'Click to Pay',
    {
      open: (url) => provider(url, { consents }),
      cardAnswer: { ...correlation, maskedCard, maskedConsumer },
      profileAnswer: { maskedConsumer, maskedCards: [maskedCard] },
    },
  ],
  [
    'the Credential Directory',
    {
      open: (url) => directory(url).provider,
      cardAnswer: { externalConsumerId, externalCredentialId: externalCardId, maskedCard, maskedConsumer },
      profileAnswer: {
        externalConsumerId,
        maskedConsumer,
        credentials: [{ externalConsumerId, externalCredentialId: externalCardId, maskedCard }],
      },
    },
  ],
];

describe.each(families)('single requests to %s', (_name, { open, cardAnswer, profileAnswer }) => {
  const at = async (behaviour: Behaviour) => open((await rawServer(behaviour)).url);

  test('a card that is enrolled with a pending event is a success, with the ids of the provider', async () => {
    const single = await at(answering(200, cardAnswer));
    expect(await single.enrollOne(record)).toMatchObject({
      kind: 'enrolled',
      outcome: { externalConsumerId, externalCardId, providerConsumerId: 'P-1', providerCardId: 'D-1' },
      card: { status: 'active', pendingEvents: ['PENDING_SCA'], panEnd: '9726' },
    });
  });

  test.each([
    ['ISSUER_DECLINE', 'ISSUER_DECLINED', false],
    ['PAN_INELIGIBLE', 'PAN_INELIGIBLE', false],
  ])('a card that is refused with %s is refused with the code %s', async (reason, code, recoverable) => {
    const single = await at(answering(400, e1(400, 'INVALID_STATE', [{ reason, source: 'Card' }])));
    expect(await single.enrollOne(record)).toMatchObject({
      kind: 'refused',
      outcome: { externalConsumerId, externalCardId, result: 'refused', code, recoverable },
    });
  });

  test.each([
    [500, e1(500, 'INTERNAL'), 'unknown'],
    [503, e1(503, 'UNAVAILABLE', [{ reason: 'NO_RESPONSE_FROM_ISSUER' }]), 'busy'],
    [401, e1(401, 'UNAUTHENTICATED'), 'denied'],
    [409, e1(409, 'ALREADY_EXISTS'), 'unknown'],
  ])('an enrollment that is answered with %i ends as %s', async (status, body, kind) => {
    expect((await (await at(answering(status, body))).enrollOne(record)).kind).toBe(kind);
  });

  test('a card that is sealed by itself is sent as one, whatever its texts hold, and answered at once', async () => {
    const single = await at(answering(200, cardAnswer));
    const firstName = '"externalBatchId":"';
    const odd = { ...record, consumer: { ...record.consumer, firstName } };
    const sealed = await single.sealOne({ externalBatchId: srcCorrelationId, records: [odd] });
    expect(await single.submit(sealed)).toEqual({
      kind: 'completed',
      outcome: { result: 'enrolled', providerConsumerId: 'P-1', providerCardId: 'D-1' },
    });
  });

  test.each([
    [
      400,
      e1(400, 'INVALID_STATE', [{ reason: 'ISSUER_DECLINE' }]),
      { kind: 'refused', reason: { code: 'ISSUER_DECLINED' } },
    ],
    [500, e1(500, 'INTERNAL'), { kind: 'unknown' }],
    [429, e1(429, 'RESOURCE_EXHAUSTED'), { kind: 'busy' }],
    [409, e1(409, 'ALREADY_EXISTS'), { kind: 'unknown' }],
  ])(
    'a card that is sealed by itself and answered with %i is judged by the retry table',
    async (status, body, judged) => {
      const single = await at(answering(status, body));
      const sealed = await single.sealOne({ externalBatchId: srcCorrelationId, records: [record] });
      expect(await single.submit(sealed)).toMatchObject(judged);
    },
  );

  test('two records are not sealed as one card', async () => {
    const single = await at(answering(200, cardAnswer));
    await expect(single.sealOne(draft(2))).rejects.toThrow(RangeError);
  });

  test('a profile is read with its cards, in domain words', async () => {
    const single = await at(answering(200, profileAnswer));
    expect(await single.getProfile(address)).toMatchObject({
      kind: 'found',
      found: {
        providerConsumerId: 'P-1',
        status: 'active',
        maskedEmail: 'j***@e***',
        languageCode: 'en',
        cards: [{ providerCardId: 'D-1', billingAddress: { postalCode: '1****' } }],
      },
    });
  });

  test('updates and deletes are done when they are only acknowledged', async () => {
    const single = await at(answering(200, correlation));
    expect(await single.updateProfile(address, record.consumer)).toEqual({ kind: 'done' });
    expect(await single.updateCard(address, record.card.billingAddress)).toEqual({ kind: 'done' });
    expect(await single.deleteCard(address, { because: 'account-closed', by: 'issuer' })).toEqual({
      kind: 'done',
    });
    expect(await single.deleteProfile(address)).toEqual({ kind: 'done' });
  });

  test('a change that must not leave any more is held back before its first byte', async () => {
    const server = await rawServer(() => undefined);
    const single = open(server.url);
    const options = { mayLeave: () => false };
    const late = [
      await single.updateProfile(address, record.consumer, options),
      await single.updateCard(address, record.card.billingAddress, options),
      await single.deleteCard(address, { because: 'other', by: 'issuer' }, options),
      await single.deleteProfile(address, options),
    ];
    expect(late.map(({ kind }) => kind)).toEqual(['late', 'late', 'late', 'late']);
    expect(server.arrivals).toEqual([]);
  });

  test('what is not there is missing, for reads, updates and deletes', async () => {
    const single = await at(answering(404, e1(404, 'NOT_FOUND', null)));
    const kinds = [
      await single.getCard(address),
      await single.getProfile(address),
      await single.updateCard(address, record.card.billingAddress),
      await single.deleteCard(address, { because: 'other', by: 'cardholder' }),
      await single.deleteProfile(address),
    ].map(({ kind }) => kind);
    expect(kinds).toEqual(Array.from({ length: 5 }, () => 'missing'));
  });

  test('an update whose answer is lost is unknown, and an update that breaks the rules is refused', async () => {
    const lost = await at((_response, _arrival, socket) => void socket.destroy());
    expect((await lost.updateProfile(address, record.consumer)).kind).toBe('unknown');
    const refused = await at(answering(400, e1(400, 'INVALID_ARGUMENT')));
    expect((await refused.updateProfile(address, record.consumer)).kind).toBe('refused');
  });
});

describe('single requests to Click to Pay alone', () => {
  test('without the id of the provider, nothing is sent, and a delete does not read as done', async () => {
    const server = await rawServer(answering(200, correlation));
    const single = provider(server.url);
    const known = { externalConsumerId, externalCardId };
    expect(await single.deleteCard(known, { because: 'other', by: 'issuer' })).toMatchObject({
      kind: 'refused',
      reason: { code: 'PROVIDER_ID_UNKNOWN' },
    });
    expect(await single.getProfile(known)).toMatchObject({ kind: 'missing' });
    expect(server.arrivals).toHaveLength(0);
  });

  test('a card number does not go out without the consents that belong to it', async () => {
    const server = await rawServer(answering(200, {}));
    const { compliance: _, ...consumer } = record.consumer;
    expect(await provider(server.url).enrollOne({ ...record, consumer })).toMatchObject({
      kind: 'refused',
      reason: { code: 'COMPLIANCE_REQUIRED' },
    });
    expect(server.arrivals).toHaveLength(0);
  });
});
