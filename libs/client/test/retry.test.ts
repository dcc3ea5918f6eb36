import type { PollAnswer, Submission } from '@enrollkit/enrollment';
import { validateErrorBodyAnswer } from '@enrollkit/contract/click-to-pay-enrollment';
import { describe, expect, test } from 'vitest';
import { ProviderError, retryTable, transportReasons, type RetryRow } from '../src/index.ts';
import { client, draft, provider } from './enrollment.ts';
import { batchDetail, clientDetail, e1, e2, e3, e3List } from './errors.ts';
import { answering, rawServer, type Behaviour } from './raw-server.ts';

const html = '<html><body><h1>Bad Gateway</h1></body></html>';
const receipt = { batchId: 'B-1', externalBatchId: 'batch-1' };
const cut: Behaviour = (_response, _arrival, socket) => void socket.destroy();
const short =
  (status: number, text: string): Behaviour =>
  (response, _arrival, socket) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '500' });
    response.write(text, () => socket.destroy());
  };

interface Case {
  readonly name: string;
  readonly server: Behaviour;
  readonly submit?: Submission['kind'];
  readonly poll?: PollAnswer['kind'];
  /** What it means for an update, as the outcome of the error. */
  readonly change?: ProviderError['outcome'];
  readonly code?: string;
}

const answers: readonly Case[] = [
  // Updates and deletes.
  { name: '404 for an update', server: answering(404, e1(404, 'NOT_FOUND', null)), change: 'refused' },
  { name: '400 for an update', server: answering(400, e1(400, 'INVALID_ARGUMENT')), change: 'refused' },
  { name: '500 for an update', server: answering(500, e1(500, 'INTERNAL')), change: 'unknown' },

  // Shapes of the platform in front of the service.
  {
    name: '401 in the shape E4',
    server: answering(401, { error: { code: 'openapi.invalid.xclient.id', message: 'm' }, reference: 'r' }),
    submit: 'denied',
    code: 'openapi.invalid.xclient.id',
  },
  {
    name: '400 INVALID_ARGUMENT wrapped as in E4',
    server: answering(400, { error: e1(400, 'INVALID_ARGUMENT') }),
    submit: 'refused',
    code: 'INVALID_ARGUMENT',
  },
  {
    name: '400 in the shape E5',
    server: answering(400, {
      code: '-32603',
      message: 'm',
      errors: [
        { source: 'Gateway', reasonCode: 'CLIENT_NOT_PROVISIONED', description: 'd', recoverable: false },
      ],
    }),
    submit: 'denied',
    code: 'CLIENT_NOT_PROVISIONED',
  },
  {
    name: '400 in the shape E6',
    server: answering(400, { errorCode: 'INVALID_REQUEST', errorDescription: 'd', responseId: 'r' }),
    submit: 'denied',
    code: 'INVALID_REQUEST',
  },
  {
    name: '400 INVALID_BODY_HASH of the gateway',
    server: answering(400, e3('INVALID_BODY_HASH')),
    submit: 'denied',
    code: 'INVALID_BODY_HASH',
  },
  {
    name: '400 with a page that asks for a client certificate',
    server: answering(
      400,
      '<html><head><title>400 No required SSL certificate was sent</title></head></html>',
    ),
    submit: 'denied',
    poll: 'denied',
    code: 'CLIENT_CERTIFICATE_REQUIRED',
  },
  {
    name: '202 nested too deep to be read',
    server: answering(202, '['.repeat(100_000)),
    submit: 'unknown',
    code: 'UNREADABLE_ANSWER',
  },

  // A success must be the contract's.
  { name: '202 with its receipt', server: answering(202, receipt), submit: 'accepted' },
  {
    name: '202 without batchId',
    server: answering(202, { externalBatchId: 'batch-1' }),
    submit: 'unknown',
    code: 'CONTRACT_BROKEN',
  },
  {
    name: '202 with an empty batchId',
    server: answering(202, { ...receipt, batchId: '' }),
    submit: 'unknown',
    code: 'CONTRACT_BROKEN',
  },
  {
    name: '202 for another externalBatchId',
    server: answering(202, { ...receipt, externalBatchId: 'batch-2' }),
    submit: 'unknown',
    code: 'CONTRACT_BROKEN',
  },
  { name: '202 with nothing', server: answering(202, ''), submit: 'unknown', code: 'EMPTY_ANSWER' },
  {
    name: '202 with half its JSON',
    server: answering(202, '{"batchId":"B'),
    submit: 'unknown',
    code: 'UNREADABLE_ANSWER',
  },
  { name: '202 with HTML', server: answering(202, html), submit: 'unknown', code: 'UNREADABLE_ANSWER' },
  { name: '202 that is cut', server: short(202, '{"batchId":'), submit: 'unknown', code: 'CONNECTION_LOST' },
  {
    name: '200 where 202 is the contract',
    server: answering(200, receipt),
    submit: 'unknown',
    code: 'UNDOCUMENTED_STATUS',
  },
  { name: '204', server: answering(204, ''), submit: 'unknown', poll: 'busy', code: 'UNDOCUMENTED_STATUS' },
  {
    name: '200 about another batch',
    server: answering(200, { batchId: 'B-2', status: 'IN_PROGRESS' }),
    poll: 'busy',
    code: 'CONTRACT_BROKEN',
  },
  {
    name: '200 without a status',
    server: answering(200, { batchId: 'B-1' }),
    poll: 'busy',
    code: 'CONTRACT_BROKEN',
  },
  {
    name: '200 with half its JSON',
    server: answering(200, '{"batchId"'),
    poll: 'busy',
    code: 'UNREADABLE_ANSWER',
  },

  // The id is there already.
  { name: '409 ALREADY_EXISTS', server: answering(409, e1(409, 'ALREADY_EXISTS')), submit: 'exists' },
  {
    name: '409 ALREADY_EXISTS about the batch',
    server: answering(409, e1(409, 'ALREADY_EXISTS', [batchDetail('ALREADY_EXISTS')])),
    submit: 'exists',
  },
  {
    name: '400 INVALID_STATE with the detail ALREADY_EXISTS',
    server: answering(400, e2(400, 'INVALID_STATE', [batchDetail('ALREADY_EXISTS')])),
    submit: 'exists',
  },
  {
    name: '400 with CANNOT_BE_DUPLICATE_OR_NULL',
    server: answering(400, e1(400, 'INVALID_ARGUMENT', [batchDetail('CANNOT_BE_DUPLICATE_OR_NULL')])),
    submit: 'exists',
  },
  {
    name: '409 about a card',
    server: answering(
      409,
      e1(409, 'ALREADY_EXISTS', [{ reason: 'ALREADY_EXISTS', source: 'externalCardId' }]),
    ),
    submit: 'refused',
  },
  { name: '409 of the gateway', server: answering(409, e3('RESOURCE_CONFLICT')), submit: 'unknown' },
  { name: '409 ABORTED', server: answering(409, e1(409, 'ABORTED')), submit: 'unknown' },

  // A definite no.
  {
    name: '400 INVALID_ARGUMENT (E1)',
    server: answering(400, e1(400, 'INVALID_ARGUMENT', null)),
    submit: 'refused',
    poll: 'denied',
    code: 'INVALID_ARGUMENT',
  },
  {
    name: '400 INVALID_STATE (E2)',
    server: answering(400, e2(400, 'INVALID_STATE', null)),
    submit: 'refused',
    code: 'INVALID_STATE',
  },
  {
    name: '400 INVALID_STATE, mixed spelling',
    server: answering(400, { status: 400, reason: 'INVALID_STATE', message: 'm', details: [] }),
    submit: 'refused',
  },
  {
    name: '400 with a detail of null',
    server: answering(
      400,
      e1(400, 'INVALID_ARGUMENT', [{ reason: null, source: 'card.cardholderFullName' }]),
    ),
    submit: 'refused',
  },
  {
    name: '400 about srcClientId',
    server: answering(400, e1(400, 'INVALID_STATE', [clientDetail])),
    submit: 'denied',
    poll: 'denied',
  },
  {
    name: '400 about srcClientId and a card',
    server: answering(
      400,
      e1(400, 'INVALID_STATE', [clientDetail, { reason: 'INVALID_PAN', source: 'Card' }]),
    ),
    submit: 'refused',
  },
  {
    name: '400 CORRUPT_DATA',
    server: answering(400, e1(400, 'INVALID_ARGUMENT', [{ reason: 'CORRUPT_DATA' }])),
    submit: 'withdrawn',
  },
  {
    name: '400 about batchId',
    server: answering(
      400,
      e1(400, 'INVALID_ARGUMENT', [{ reason: 'INVALID_VALUE', source: 'batchId', sourceType: 'PATH' }]),
    ),
    poll: 'missing',
  },
  {
    name: '400 of the gateway',
    server: answering(400, e3('INVALID_REQUEST')),
    submit: 'denied',
    poll: 'denied',
  },
  {
    name: '400 with another reason',
    server: answering(400, e1(400, 'DATA_LOSS')),
    submit: 'unknown',
    poll: 'denied',
  },
  {
    name: '400 with HTML',
    server: answering(400, html),
    submit: 'unknown',
    poll: 'busy',
    code: 'UNREADABLE_ANSWER',
  },
  { name: '413', server: answering(413, html), submit: 'refused' },
  {
    name: '404 NOT_FOUND',
    server: answering(404, e1(404, 'NOT_FOUND', null)),
    submit: 'denied',
    poll: 'missing',
  },
  {
    name: '404 about srcClientId',
    server: answering(404, e1(404, 'NOT_FOUND', [clientDetail])),
    submit: 'denied',
    poll: 'denied',
  },
  {
    name: '404 of the gateway',
    server: answering(404, e3('RESOURCE_NOT_FOUND')),
    submit: 'denied',
    poll: 'denied',
  },
  { name: '404 with HTML', server: answering(404, html), submit: 'denied', poll: 'denied' },

  // Credentials, configuration.
  {
    name: '401 of the gateway',
    server: answering(401, e3('INVALID_SIGNATURE')),
    submit: 'denied',
    poll: 'denied',
    code: 'INVALID_SIGNATURE',
  },
  {
    name: '401 with nothing',
    server: answering(401, ''),
    submit: 'denied',
    poll: 'denied',
    code: 'EMPTY_ANSWER',
  },
  { name: '407', server: answering(407, html), submit: 'denied', poll: 'denied' },
  {
    name: '403 PERMISSION_DENIED',
    server: answering(403, e1(403, 'PERMISSION_DENIED', null)),
    submit: 'denied',
    poll: 'denied',
  },
  {
    name: '403 of the gateway',
    server: answering(403, e3List('FORBIDDEN')),
    submit: 'denied',
    poll: 'denied',
  },
  {
    name: '403 of the gateway, recoverable',
    server: answering(403, e3List('QUOTA', true)),
    submit: 'busy',
    poll: 'busy',
  },
  {
    name: '403 of the gateway, recoverable as text',
    server: answering(403, {
      Errors: {
        Error: [
          {
            Source: 'Gateway',
            ReasonCode: 'QUOTA',
            Description: 'later',
            Recoverable: 'true',
            Details: null,
          },
        ],
      },
    }),
    submit: 'busy',
    poll: 'busy',
  },
  { name: '403 of somebody else', server: answering(403, html), submit: 'unknown', poll: 'busy' },
  { name: '405', server: answering(405, e3('METHOD_NOT_ALLOWED')), submit: 'denied', poll: 'denied' },
  {
    name: '301',
    server: answering(301, '', { location: 'https://elsewhere.example/x' }),
    submit: 'denied',
    poll: 'denied',
    code: 'REDIRECTED',
  },
  {
    name: '302',
    server: answering(302, '', { location: '/login' }),
    submit: 'unknown',
    poll: 'busy',
    code: 'REDIRECTED',
  },

  // Not now.
  {
    name: '429 of the gateway',
    server: answering(429, e3('TOO_MANY_REQUESTS')),
    submit: 'busy',
    poll: 'busy',
  },
  { name: '429 with nothing', server: answering(429, ''), submit: 'busy', poll: 'busy' },
  { name: '429 that is cut', server: short(429, '{'), submit: 'busy', poll: 'busy' },
  {
    name: '503 UNAVAILABLE',
    server: answering(503, e1(503, 'UNAVAILABLE', null)),
    submit: 'busy',
    poll: 'busy',
  },
  {
    name: '503 NO_RESPONSE_FROM_ISSUER',
    server: answering(503, e2(503, 'UNAVAILABLE', [{ reason: 'NO_RESPONSE_FROM_ISSUER' }])),
    submit: 'busy',
  },
  {
    name: '503 INTERNAL',
    server: answering(503, e1(503, 'INTERNAL', null)),
    submit: 'unknown',
    poll: 'busy',
  },
  {
    name: '503 of the gateway, recoverable',
    server: answering(503, e3('UNAVAILABLE', true)),
    submit: 'busy',
  },
  {
    name: '503 of the gateway, not recoverable',
    server: answering(503, e3('UNAVAILABLE')),
    submit: 'unknown',
    poll: 'busy',
  },
  {
    name: '503 of a proxy that names a time',
    server: answering(503, html, { 'retry-after': '5' }),
    submit: 'busy',
    poll: 'busy',
  },
  { name: '503 of a proxy', server: answering(503, html), submit: 'unknown', poll: 'busy' },

  // No trustworthy answer.
  {
    name: '500 INTERNAL',
    server: answering(500, e1(500, 'INTERNAL', null)),
    submit: 'unknown',
    poll: 'busy',
    code: 'INTERNAL',
  },
  {
    name: '500 of the gateway, recoverable',
    server: answering(500, e3('SYSTEM', true)),
    submit: 'unknown',
    poll: 'busy',
  },
  {
    name: '500 with nothing',
    server: answering(500, ''),
    submit: 'unknown',
    poll: 'busy',
    code: 'EMPTY_ANSWER',
  },
  {
    name: '500 with half its JSON',
    server: answering(500, '{"status":500,"rea'),
    submit: 'unknown',
    poll: 'busy',
    code: 'UNREADABLE_ANSWER',
  },
  {
    name: '500 with JSON that says nothing',
    server: answering(500, '[]'),
    submit: 'unknown',
    poll: 'busy',
    code: 'UNREADABLE_ANSWER',
  },
  {
    name: '403 AUTHENTICATION_FAILED while our clock is ten minutes off',
    server: answering(403, e3('AUTHENTICATION_FAILED', true), {
      date: new Date(Date.now() + 600_000).toUTCString(),
    }),
    submit: 'denied',
    poll: 'denied',
    code: 'AUTHENTICATION_FAILED',
  },
  {
    name: '403 AUTHENTICATION_FAILED that may pass, while the clocks agree',
    server: answering(403, e3('AUTHENTICATION_FAILED', true)),
    submit: 'busy',
    poll: 'busy',
    code: 'AUTHENTICATION_FAILED',
  },
  {
    name: '502 with HTML',
    server: answering(502, html, { 'content-type': 'text/html' }),
    submit: 'unknown',
    poll: 'busy',
    code: 'UNREADABLE_ANSWER',
  },
  { name: '504', server: answering(504, e3('GATEWAY_TIMEOUT')), submit: 'unknown', poll: 'busy' },
  {
    name: '499, a status nobody wrote down',
    server: answering(499, e1(499, 'CANCELLED')),
    submit: 'unknown',
    poll: 'busy',
  },
  { name: 'a connection that is cut', server: cut, submit: 'unknown', poll: 'busy', code: 'CONNECTION_LOST' },
  { name: 'no answer in time', server: () => {}, submit: 'unknown', poll: 'busy', code: 'TIMEOUT' },
];

const quick = { transport: { deadlineMs: 100 } };
const codeOf = (outcome: Submission | PollAnswer) => ('reason' in outcome ? outcome.reason.code : undefined);

describe('submit', () => {
  test.each(answers.filter((one) => one.submit !== undefined))(
    '$name: $submit',
    async ({ server: behaviour, submit, code, name }) => {
      const server = await rawServer(behaviour);
      const enrollment = provider(server.url, name === 'no answer in time' ? quick : {});
      const submission = await enrollment.submit(await enrollment.seal(draft()));
      expect({ kind: submission.kind, code: codeOf(submission) }).toEqual({
        kind: submit,
        code: code ?? codeOf(submission),
      });
      expect(server.arrivals).toHaveLength(1);
    },
  );
});

describe('poll', () => {
  test.each(answers.filter((one) => one.poll !== undefined))(
    '$name: $poll',
    async ({ server: behaviour, poll, name }) => {
      const server = await rawServer(behaviour);
      const answer = await provider(server.url, name === 'no answer in time' ? quick : {}).poll('B-1');
      expect(answer.kind).toBe(poll);
      expect(server.arrivals).toHaveLength(1);
    },
  );
});

describe('an update', () => {
  test.each(answers.filter((one) => one.change !== undefined))(
    'that is answered with $name is $change',
    async ({ server: behaviour, change }) => {
      const server = await rawServer(behaviour);
      const error: unknown = await client(server.url)
        .updateCard({ path: { cardId: 'D-1' }, body: { billingAddress: {} } })
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ outcome: change, safeToRetry: change === 'unknown' });
    },
  );
});

describe('nothing was sent', () => {
  const noServer = 'http://127.0.0.1:1';
  test('no connection: busy', async () => {
    const enrollment = provider(noServer);
    expect(await enrollment.submit(await enrollment.seal(draft()))).toMatchObject({
      kind: 'busy',
      reason: { httpStatus: 0, origin: 'transport' },
    });
    expect(await enrollment.poll('B-1')).toMatchObject({ kind: 'busy' });
  });

  test('no trust: denied', async () => {
    const server = await rawServer(answering(202, receipt));
    const enrollment = provider(server.url.replace('http:', 'https:'));
    expect(await enrollment.submit(await enrollment.seal(draft()))).toMatchObject({
      kind: 'denied',
      reason: { code: 'TLS_FAILED' },
    });
    expect(await enrollment.poll('B-1')).toMatchObject({ kind: 'denied' });
  });

  test('no proof of who asks: denied', async () => {
    const server = await rawServer(answering(202, receipt));
    const enrollment = provider(server.url, {
      authenticator: { authenticate: () => Promise.reject(new Error('the HSM is gone')) },
    });
    expect(await enrollment.submit(await enrollment.seal(draft()))).toMatchObject({
      kind: 'denied',
      reason: { code: 'NOT_AUTHENTICATED' },
    });
    expect(server.arrivals).toHaveLength(0);
  });
});

describe('how long to wait', () => {
  test.each([
    ['7', 7000],
    ['0', 0],
    ['999999999', 3_600_000],
    ['-1', undefined],
    ['soon', undefined],
    ['', undefined],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sun Nov  6 08:49:37 1994', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Fri, 31 Dec 2999 23:59:59 GMT', 3_600_000],
  ])('Retry-After: %s', async (header, wait) => {
    const server = await rawServer(answering(429, '', { 'retry-after': header }));
    const answer = await provider(server.url).poll('B-1');
    expect(answer).toMatchObject({ kind: 'busy' });
    expect('retryAfterMs' in answer ? answer.retryAfterMs : undefined).toBe(wait);
  });

  test('a date is counted from now', async () => {
    const server = await rawServer((response, arrival, socket) =>
      answering(503, e1(503, 'UNAVAILABLE'), { 'retry-after': new Date(Date.now() + 60_000).toUTCString() })(
        response,
        arrival,
        socket,
      ),
    );
    const answer = await provider(server.url).poll('B-1');
    const wait = 'retryAfterMs' in answer ? answer.retryAfterMs : undefined;
    expect(wait).toBeGreaterThan(57_000);
    expect(wait).toBeLessThanOrEqual(60_000);
  });
});

describe('the table', () => {
  test('notices a reason the contract does not list', () => {
    expect(validateErrorBodyAnswer(e1(400, 'NO_SUCH_REASON'))).toMatchObject({
      valid: true,
      notices: [{ pointer: '/reason' }],
    });
  });

  test('has no row that no case reaches', async () => {
    const reached = new Set<RetryRow>();
    for (const { server: behaviour, submit, poll, change, name } of answers) {
      if (name === 'no answer in time') continue;
      const server = await rawServer(behaviour);
      const made = client(server.url);
      const records = draft();
      const calls = {
        submit: () => made.enrollBatch({ body: plain(records.externalBatchId) }),
        poll: () => made.getBatchStatus({ path: { batchId: 'B-1' } }),
        change: () => made.updateCard({ path: { cardId: 'D-1' }, body: { billingAddress: {} } }),
      };
      for (const action of ['submit', 'poll', 'change'] as const) {
        if ({ submit, poll, change }[action] === undefined) continue;
        const error = await calls[action]().catch((reason: unknown) => reason);
        if (error instanceof ProviderError) reached.add(error.judgement);
      }
    }
    const unreached = retryTable.filter((row) => !reached.has(row) && row.sent !== false);
    expect(unreached).toEqual([]);
  });

  test('knows no reason that the contract does not list', () => {
    const own: readonly string[] = transportReasons;
    for (const { reason = [], detail = [] } of retryTable) {
      for (const one of reason.filter((name) => !own.includes(name)))
        expect(validateErrorBodyAnswer(e1(400, one))).toMatchObject({ valid: true, notices: [] });
      for (const one of detail)
        expect(validateErrorBodyAnswer(e1(400, 'INVALID_STATE', [{ reason: one }]))).toMatchObject({
          valid: true,
          notices: [],
        });
    }
  });
});

function plain(externalBatchId: string) {
  const card = {
    externalCardId: 'k',
    primaryAccountNumber: '5555550000000000',
    panExpirationMonth: '12',
    panExpirationYear: '2031',
    billingAddress: {},
  };
  const consumer = {
    consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: 'a@example.com' },
    mobileNumber: { countryCode: '1', phoneNumber: '5555550100' },
    firstName: 'A',
    lastName: 'B',
    countryCode: 'US',
    languageCode: 'EN',
  } as const;
  return {
    externalBatchId,
    encryptedEnrollmentData: { consumers: [{ externalConsumerId: 'c', consumer, cards: [card] }] },
  };
}
