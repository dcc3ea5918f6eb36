import type { PollAnswer, Submission } from '@enrollkit/enrollment';
import { bounded } from '@enrollkit/testkit';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draft, provider } from './enrollment.ts';
import { rawServer, type Behaviour } from './raw-server.ts';

const { parameters, timeout } = bounded(150);
const pan = '5204731600014784';

/** One answer: head and body, or bytes that are no HTTP at all. */
type Reported =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer }
  | { readonly raw: Buffer };

const nasty = fc.constantFrom(
  '\u001b[2J\u0007',
  '\u202e',
  '\0',
  pan,
  `${pan.slice(0, 4)} ${pan.slice(4)}`,
  'x'.repeat(5000),
  '__proto__',
  'constructor',
  'B-1',
  'batch-1',
  'batch-2',
  'SUCCESSFUL',
  'FAILED',
  '\ud800',
  '',
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  { depthSize: 'small' },
  fc.jsonValue(),
  nasty,
  fc.constantFrom(null, -1, 1e308, [], {}),
);
const reasons = fc.constantFrom(
  'INVALID_ARGUMENT',
  'INVALID_STATE',
  'ALREADY_EXISTS',
  'UNAVAILABLE',
  'RESOURCE_EXHAUSTED',
  'PERMISSION_DENIED',
  'CORRUPT_DATA',
);

/** Bodies near what the provider says: its shapes, each member perhaps something else. */
const mostly = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: right as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: value });
const item = fc.record(
  {
    externalConsumerId: mostly(fc.constant('c')),
    externalCardId: mostly(fc.constant('k')),
    status: mostly(fc.constantFrom('SUCCESSFUL', 'FAILED')),
    error: mostly(fc.record({ reason: mostly(reasons), errordetail: value })),
  },
  { requiredKeys: [] },
);
const shapes: fc.Arbitrary<unknown> = fc.oneof(
  fc.record(
    { batchId: mostly(fc.constant('B-1')), externalBatchId: mostly(fc.constantFrom('batch-1', 'batch-2')) },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      batchId: mostly(fc.constant('B-1')),
      status: mostly(
        fc.constantFrom('IN_PROGRESS', 'COMPLETED_SUCCESSFULLY', 'COMPLETED_WITH_ERRORS', 'FAILED'),
      ),
      items: mostly(fc.array(item, { maxLength: 4 })),
      errorMessage: value,
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      status: mostly(fc.integer({ min: 100, max: 600 })),
      reason: mostly(reasons),
      message: value,
      errordetail: mostly(
        fc.array(fc.record({ reason: value, source: value, message: value }, { requiredKeys: [] }), {
          maxLength: 60,
        }),
      ),
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      Errors: mostly(
        fc.record({
          Error: mostly(
            fc.array(
              fc.record(
                { Source: value, ReasonCode: mostly(reasons), Description: value, Recoverable: value },
                { requiredKeys: [] },
              ),
              { maxLength: 3 },
            ),
          ),
        }),
      ),
    },
    { requiredKeys: [] },
  ),
  value,
);
const body = fc.oneof(
  { weight: 6, arbitrary: shapes.map((shape) => Buffer.from(JSON.stringify(shape) ?? '')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: shapes.map((shape) => Buffer.from((JSON.stringify(shape) ?? '').slice(0, -3))) },
);
const headers = fc.dictionary(
  fc.constantFrom('retry-after', 'content-type', 'location', 'date', 'x-src-cx-flow-id', 'content-encoding'),
  fc.stringMatching(/^[ -~]{0,40}$/),
  { maxKeys: 3 },
);
const status = fc.oneof(
  fc.constantFrom(200, 202, 200, 202, 400, 401, 403, 404, 409, 413, 429, 500, 503),
  fc.integer({ min: 200, max: 999 }),
);
const raw = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .constantFrom(
      'HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{}',
      'HTTP/1.1 202\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/0.9',
      `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
    )
    .map((text) => new TextEncoder().encode(text)),
);
const reported: fc.Arbitrary<Reported> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ status, headers, body }) },
  { weight: 1, arbitrary: raw.map((bytes) => ({ raw: Buffer.from(bytes) })) },
);

function telling(current: () => Reported): Behaviour {
  return (response, _arrival, socket) => {
    const answer = current();
    if ('raw' in answer) return void socket.end(answer.raw);
    response
      .writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      .end(answer.body);
  };
}

const kinds = {
  submit: ['accepted', 'exists', 'refused', 'withdrawn', 'busy', 'denied', 'unknown'],
  ask: ['pending', 'finished', 'refused', 'busy', 'denied', 'missing'],
};

/** Fit to be kept, logged and shown: bounded, on one line, without a card number. */
function isClean(outcome: Submission | PollAnswer): boolean {
  const { reason, warning = '' } = outcome as {
    readonly reason?: { readonly message: string; readonly code: string };
    readonly warning?: string;
  };
  const texts = [reason?.message ?? '', reason?.code ?? '', warning];
  return texts.every(
    (text) =>
      text.length < 3000 &&
      // The match is the point of the expression.
      // oxlint-disable-next-line no-control-regex
      !/[\u0000-\u001f\u007f-\u009f\u202e]/.test(text) &&
      !text.replaceAll(/\D/g, '').includes(pan),
  );
}

/** What an answer says, when it says anything. */
function saidIn(answer: Reported): unknown {
  return 'body' in answer
    ? { httpStatus: answer.status, ...(JSON.parse(answer.body.toString()) as object) }
    : {};
}

/** What must have been said for a batch to count as accepted. */
function expected(submission: Submission): object {
  return {
    httpStatus: 202,
    externalBatchId: 'batch-1',
    batchId: submission.kind === 'accepted' ? submission.providerBatchId : '',
  };
}

describe('whatever the provider answers', { timeout }, () => {
  test('to a batch becomes one of the outcomes, and accepted only by a receipt for that batch', async () => {
    let current: Reported = { raw: Buffer.alloc(0) };
    const server = await rawServer(telling(() => current));
    const enrollment = provider(server.url, { transport: { deadlineMs: 5_000 } });
    const sealed = await enrollment.seal(draft());
    await fc.assert(
      fc.asyncProperty(reported, async (answer) => {
        current = answer;
        const submission = await enrollment.submit(sealed);
        expect(kinds.submit).toContain(submission.kind);
        expect(isClean(submission)).toBe(true);
        expect(submission.kind === 'accepted' ? saidIn(answer) : expected(submission)).toMatchObject(
          expected(submission),
        );
      }),
      parameters,
    );
  });

  test('to a poll becomes one of the answers, and final only when it is about that batch', async () => {
    let current: Reported = { raw: Buffer.alloc(0) };
    const server = await rawServer(telling(() => current));
    const enrollment = provider(server.url, { transport: { deadlineMs: 5_000 } });
    await fc.assert(
      fc.asyncProperty(reported, async (answer) => {
        current = answer;
        const found = await enrollment.poll('B-1', { externalBatchId: 'batch-1' });
        expect(kinds.ask).toContain(found.kind);
        expect(isClean(found)).toBe(true);
        expect(found.kind === 'finished' ? saidIn(answer) : { batchId: 'B-1' }).toMatchObject({
          batchId: 'B-1',
        });
      }),
      parameters,
    );
  });
});
