import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { EnrollmentRecord } from '@enrollkit/enrollment';
import { client, draft, provider } from './enrollment.ts';
import { e1, e3 } from './errors.ts';
import { answering, rawServer, type Behaviour } from './raw-server.ts';

/** Everything of a thrown or returned value that anybody could print. */
function shown(value: unknown): string {
  return `${inspect(value, { depth: null, showHidden: true, maxStringLength: null })}\n${JSON.stringify(value)}\n${String(value)}\n${value instanceof Error ? value.stack : ''}`;
}

/** Servers that throw at us what we sent them, in every way. */
const echoes: Readonly<Record<string, (secrets: string, sent: Buffer) => Behaviour>> = {
  'E1 with all in it': (secrets) =>
    answering(
      400,
      e1(400, secrets, [{ reason: secrets, source: secrets, sourceType: secrets, message: secrets }]),
    ),
  'E1 with it in the message': (secrets) =>
    answering(400, { ...e1(400, 'INVALID_STATE'), message: secrets, srcCorrelationId: secrets }),
  'E3 with it': (secrets) => answering(403, e3(secrets, false, secrets)),
  'the body itself': (_secrets, sent) => answering(500, sent.toString()),
  'HTML with it': (secrets) =>
    answering(502, `<p>${secrets}</p>`, {
      'content-type': `text/html; ${secrets.replaceAll(/[^\x20-\x7e]/g, '?')}`,
    }),
  'a redirect with it': (secrets) =>
    answering(302, '', { location: `https://x.example/${encodeURIComponent(secrets)}` }),
  'not HTTP': (secrets) => (_response, _arrival, socket) => void socket.end(secrets),
  'a receipt with it': (secrets) => answering(202, { [secrets]: secrets, batchId: [secrets] }),
  'a state with it': (secrets) =>
    answering(200, {
      batchId: 'B-1',
      status: secrets,
      errorMessage: secrets,
      items: [{ externalConsumerId: 'c', externalCardId: 'k', status: secrets }],
    }),
  'a failure with it': (secrets) =>
    answering(200, { batchId: 'B-1', status: 'FAILED', errorMessage: secrets, items: [] }),
  'a refused card with it': (secrets) =>
    answering(200, {
      batchId: 'B-1',
      status: 'COMPLETED_WITH_ERRORS',
      items: [
        {
          externalConsumerId: 'c',
          externalCardId: 'k',
          status: 'FAILED',
          error: { reason: secrets, message: secrets },
        },
      ],
    }),
};

describe('nothing that is thrown or returned shows what was sent', () => {
  test.each(Object.keys(echoes))('when the provider echoes it: %s', async (name) => {
    const batch = draft(3);
    const [record] = batch.records as [EnrollmentRecord];
    const { card, consumer } = record;
    const spaced = card.pan.replaceAll(/(.{4})/g, '$1 ').trim();
    const server = await rawServer(async (response, arrival, socket) => {
      const { encryptedEnrollmentData = 'e30.e30.e30.e30.e30' } = JSON.parse(
        arrival.body.toString() || '{}',
      ) as Record<string, string>;
      const secrets = `pan ${card.pan} or ${spaced} or ${card.pan.replaceAll(' ', '-')}, mail ${consumer.email}, token ${encryptedEnrollmentData} end`;
      await echoes[name]?.(secrets, arrival.body)(response, arrival, socket);
    });
    const heard: unknown[] = [];
    const enrollment = provider(server.url, { onUnknownValue: (one) => heard.push(one) });
    const sealed = await enrollment.seal(batch);
    const results = [
      await enrollment.submit(sealed),
      await enrollment.poll('B-1'),
      await client(server.url)
        .getBatchStatus({ path: { batchId: 'B-1' } })
        .then(
          () => undefined,
          (error: unknown) => error,
        ),
      heard,
    ];
    const text = results.map(shown).join('\n');
    const { encryptedEnrollmentData } = JSON.parse(Buffer.from(sealed.bytes).toString()) as {
      encryptedEnrollmentData: string;
    };
    for (const secret of [
      card.pan,
      spaced,
      consumer.email,
      encryptedEnrollmentData,
      encryptedEnrollmentData.slice(0, 40),
    ])
      expect(text).not.toContain(secret);
  });

  test('when a record does not fit the contract', async () => {
    const [record] = draft(1).records as [EnrollmentRecord];
    const pan = `${record.card.pan}9999`;
    const error = await provider('http://127.0.0.1:1')
      .seal({ externalBatchId: 'b', records: [{ ...record, card: { ...record.card, pan } }] })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    for (const secret of [pan, record.consumer.email, record.consumer.lastName])
      expect(shown(error)).not.toContain(secret);
  });
});

test('a detail about a field that the contract marks sensitive is shown without the value that it quotes', async () => {
  const detail = (source: string, message: string) => ({ reason: 'INVALID_VALUE', source, message });
  const server = await rawServer(
    answering(
      400,
      e1(400, 'INVALID_ARGUMENT', [
        detail('consumer.firstName', 'the value "Annegret" is too long'),
        detail('card.billingAddress.line1', 'not accepted: 12 Elm Street'),
        detail('consumers', 'the value "many" is too long'),
      ]),
    ),
  );
  const error: unknown = await client(server.url)
    .getBatchStatus({ path: { batchId: 'B-1' } })
    .catch((thrown: unknown) => thrown);
  const text = shown(error);
  expect(text).not.toMatch(/Annegret|Elm/);
  expect(text).toContain('the value [hidden] is too long');
  expect(text).toContain('the value \\"many\\" is too long');
});
