import type { PollAnswer, Submission } from '@enrollkit/enrollment';
import { validateErrorBodyAnswer } from '@enrollkit/contract/click-to-pay-enrollment';
import { describe, expect, test } from 'vitest';
import { ProviderError, retryTable, transportReasons, type RetryRow } from '../src/index.ts';
import { receipt } from './answers/case.ts';
import { definiteAnswers } from './answers/definite.ts';
import { indefiniteAnswers } from './answers/indefinite.ts';
import { client, draft, provider } from './enrollment.ts';
import { e1 } from './errors.ts';
import { answering, rawServer } from './raw-server.ts';

const answers = [...definiteAnswers, ...indefiniteAnswers];

const quick = { transport: { deadlineMs: 1_000 } };
const codeOf = (outcome: Submission | PollAnswer) => ('reason' in outcome ? outcome.reason.code : undefined);

describe('a batch that is submitted', () => {
  test.each(answers.filter((one) => one.submit !== undefined))(
    'and answered with $name is $submit',
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

describe('a poll', () => {
  test.each(answers.filter((one) => one.poll !== undefined))(
    'that is answered with $name is $poll',
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

describe('a request of which nothing was sent', () => {
  const noServer = 'http://127.0.0.1:1';
  test('for want of a connection is busy: it may be sent again', async () => {
    const enrollment = provider(noServer);
    expect(await enrollment.submit(await enrollment.seal(draft()))).toMatchObject({
      kind: 'busy',
      reason: { httpStatus: 0, origin: 'transport' },
    });
    expect(await enrollment.poll('B-1')).toMatchObject({ kind: 'busy' });
  });

  test('because the server is not trusted is denied', async () => {
    const server = await rawServer(answering(202, receipt));
    const enrollment = provider(server.url.replace('http:', 'https:'));
    expect(await enrollment.submit(await enrollment.seal(draft()))).toMatchObject({
      kind: 'denied',
      reason: { code: 'TLS_FAILED' },
    });
    expect(await enrollment.poll('B-1')).toMatchObject({ kind: 'denied' });
  });

  test('because it could not be signed is denied', async () => {
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

describe('the time to wait', () => {
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
  ])('is read from Retry-After: %s', async (header, wait) => {
    const server = await rawServer(answering(429, '', { 'retry-after': header }));
    const answer = await provider(server.url).poll('B-1');
    expect(answer).toMatchObject({ kind: 'busy' });
    expect('retryAfterMs' in answer ? answer.retryAfterMs : undefined).toBe(wait);
  });

  test('is counted from now where Retry-After is a date', async () => {
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

describe('the retry table', () => {
  test('is given notice of a reason that the contract does not list', () => {
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
