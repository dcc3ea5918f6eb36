import { connect } from 'node:net';
import { waitFor } from '@enrollkit/testkit';
import { describe, expect, test } from 'vitest';
import { faults, type FaultName, FaultRuleError, parseFaults, type Simulator } from '../src/index.ts';
import { ask, batchBody, call, enroll, people, receiptOf, statusOf } from './test-client.ts';
import { start } from './start.ts';

const once = (fault: FaultName, more = {}) => [{ fault, times: 1, ...more }];

async function enrolledBatch(simulator: Simulator, count = 4): Promise<string> {
  return receiptOf(await enroll(simulator, 'batch-1', people(count))).batchId;
}

describe('faults before the request is looked at', () => {
  test.each([
    { fault: '401', status: 401, reported: 'DECLINED' },
    { fault: 'project-not-approved', status: 401, reported: 'openapi.invalid.xclient.id' },
    { fault: 'client-not-provisioned', status: 403, reported: '"code":"-32603"' },
    { fault: 'coded-error', status: 400, reported: '"errorCode"' },
    { fault: 'certificate-wanted', status: 400, reported: 'SSL certificate' },
    { fault: 'service-error', status: 500, reported: 'SERVICE_ERROR' },
    { fault: '403', status: 403, reported: '"Recoverable":false' },
    { fault: '403-recoverable', status: 403, reported: '"Recoverable":true' },
    { fault: '429', status: 429, reported: 'TOO_MANY_REQUESTS' },
    { fault: '429-seconds', status: 429, reported: 'TOO_MANY_REQUESTS' },
    { fault: '429-date', status: 429, reported: 'TOO_MANY_REQUESTS' },
    { fault: '500', status: 500, reported: 'INTERNAL' },
    { fault: '500-empty', status: 500, reported: '' },
    { fault: '502', status: 502, reported: '<html>' },
    { fault: '503', status: 503, reported: 'UNAVAILABLE' },
    { fault: '503-seconds', status: 503, reported: 'UNAVAILABLE' },
    { fault: '504', status: 504, reported: '<html>' },
  ] as const)('$fault is answered before the request takes effect', async ({ fault, status, reported }) => {
    const simulator = await start({ faults: once(fault) });
    const answer = await enroll(simulator, 'batch-1', people(1));
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(reported);
    expect(simulator.world().batches).toBe(0);
    expect((await enroll(simulator, 'batch-1', people(1))).status).toBe(202);
  });

  test('429 and 503 carry Retry-After not at all, in seconds, or as a date', async () => {
    const simulator = await start({
      faults: parseFaults('429*1,429-seconds=7*1,503-seconds=3*1,429-date=90*1'),
    });
    const reported = [];
    for (let turn = 0; turn < 4; turn++)
      reported.push((await enroll(simulator, 'batch-1', people(1))).headers.get('retry-after'));
    expect(reported).toEqual([null, '7', '3', new Date(simulator.clock.now() + 90_000).toUTCString()]);
  });

  test('drop-request resets the connection', async () => {
    const simulator = await start({ faults: once('drop-request') });
    await expect(enroll(simulator, 'batch-1', people(1))).rejects.toThrow('fetch failed');
    expect(simulator.world().batches).toBe(0);
  });

  test('silent-request is never answered', async () => {
    const simulator = await start({ faults: once('silent-request') });
    const pending = enroll(simulator, 'batch-1', people(1)).catch((error: unknown) => error);
    await waitFor('the fault to strike', () => simulator.faults()[0]?.applied === 1);
    expect(simulator.world().batches).toBe(0);
    await simulator.close();
    expect(await pending).toBeInstanceOf(Error);
  });
});

describe('faults after the effect', () => {
  test.each(['drop-answer', 'cut'] as const)(
    '%s takes the batch and breaks the connection',
    async (fault) => {
      const simulator = await start({ faults: once(fault) });
      await expect(enroll(simulator, 'batch-1', people(2))).rejects.toThrow(/fetch failed|terminated/);
      expect(simulator.world()).toMatchObject({ batches: 1, enrolled: 2 });
      expect((await enroll(simulator, 'batch-1', people(2))).status).toBe(202);
      expect(simulator.world()).toMatchObject({ batches: 1, enrollments: 2 });
    },
  );

  test.each([
    { fault: '500-late', status: 500 },
    { fault: '504-late', status: 504 },
    { fault: 'html', status: 202 },
    { fault: 'empty', status: 202 },
    { fault: 'truncated', status: 202 },
    { fault: 'corrupt', status: 202 },
  ] as const)('$fault takes the batch and answers no JSON', async ({ fault, status }) => {
    const simulator = await start({ faults: once(fault) });
    const answer = await enroll(simulator, 'batch-1', people(2));
    expect(answer).toMatchObject({ status, json: undefined });
    expect(simulator.world()).toMatchObject({ batches: 1, enrolled: 2 });
  });

  test('silent-answer takes the batch and never answers', async () => {
    const simulator = await start({ faults: once('silent-answer') });
    const pending = enroll(simulator, 'batch-1', people(2)).catch((error: unknown) => error);
    await waitFor('the batch to be taken', () => simulator.world().batches === 1);
    await simulator.close();
    expect(await pending).toBeInstanceOf(Error);
  });

  test('delay holds the answer back, and a simulator that closes does not wait for it', async () => {
    const simulator = await start({ faults: parseFaults('delay=50*1,delay=3600000*1+1') });
    const began = performance.now();
    expect((await enroll(simulator, 'batch-1', people(1))).status).toBe(202);
    expect(performance.now() - began).toBeGreaterThan(45);
    const pending = enroll(simulator, 'batch-2', people(1)).catch((error: unknown) => error);
    await waitFor('the batch to be taken', () => simulator.world().batches === 2);
    await simulator.close();
    expect(await pending).toBeInstanceOf(Error);
  });

  test('huge answers more than anybody should read', async () => {
    const simulator = await start({ faults: once('huge', { value: 3 }) });
    expect((await enroll(simulator, 'batch-1', people(1))).text.length).toBeGreaterThan(3 << 20);
  });

  test('wrong-batch-id names another batch, in the receipt and in the status', async () => {
    const simulator = await start({ processingMs: 0 });
    const batchId = await enrolledBatch(simulator);
    simulator.setFaults([{ fault: 'wrong-batch-id' }]);
    const receipt = receiptOf(await enroll(simulator, 'batch-1', people(4)));
    expect(receipt).toMatchObject({
      externalBatchId: 'batch-1',
      batchId: '00000000-0000-4000-8000-00000000dead',
    });
    expect(statusOf(await ask(simulator, batchId)).batchId).toBe('00000000-0000-4000-8000-00000000dead');
  });

  test('previous-answer and previous-batch-id give the answer, or the batch id, of the request before', async () => {
    const simulator = await start({ faults: parseFaults('previous-answer*1+1,previous-batch-id*1+2') });
    const receipts = [];
    for (const id of ['batch-1', 'batch-2', 'batch-3'])
      receipts.push(receiptOf(await enroll(simulator, id, people(4))));
    const [one, two, three] = receipts;
    expect(two).toEqual(one);
    expect(three?.externalBatchId).toBe('batch-3');
    expect([...simulator.records()].some(({ batches }) => batches.includes(three?.batchId ?? ''))).toBe(true);
    expect(three?.batchId).not.toBe(one?.batchId);
    expect(simulator.world().batches).toBe(3);
  });

  test('answered-twice sends the answer two times over the connection', async () => {
    const simulator = await start({ faults: once('answered-twice') });
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(Number(new URL(simulator.origin).port), '127.0.0.1', () =>
        socket.write(`GET ${new URL(simulator.url).pathname}/cards/batch/x HTTP/1.1\r\nhost: x\r\n\r\n`),
      );
      socket.on('error', reject).on('data', (part) => {
        received += String(part);
        if (received.split('HTTP/1.1').length === 3) resolve(received);
      });
    });
    const [, first = '', second = ''] = text.split('HTTP/1.1 ');
    expect(second.split('\r\n\r\n')[1]).toBe(first.split('\r\n\r\n')[1]);
  });
});

describe('faults while a request is processed', () => {
  test('clock-off makes the gateway refuse signatures', async () => {
    const simulator = await start({ faults: parseFaults('clock-off=4*1,clock-off=10*1+1') });
    expect((await enroll(simulator, 'batch-1', people(1))).status).toBe(202);
    const answer = await enroll(simulator, 'batch-2', people(1));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('600 s behind');
    expect(Date.parse(answer.headers.get('date') ?? '') - simulator.clock.now()).toBeGreaterThan(598_000);
  });

  test.each([
    { onDuplicate: 'idempotent', status: 202, enrollments: 2 },
    { onDuplicate: 'reject', status: 409, enrollments: 2 },
    { onDuplicate: 'duplicate', status: 202, enrollments: 4 },
  ] as const)(
    'twice-delivered under policy $onDuplicate answers the second delivery with $status',
    async ({ onDuplicate, status, enrollments }) => {
      const simulator = await start({ onDuplicate, faults: once('twice-delivered') });
      expect((await enroll(simulator, 'batch-1', people(2))).status).toBe(status);
      expect(simulator.world()).toMatchObject({ enrolled: 2, enrollments });
    },
  );

  test('rotate-key refuses what was sealed for the old key', async () => {
    const simulator = await start({ faults: once('rotate-key') });
    const { kid } = simulator.keys;
    expect(await enroll(simulator, 'batch-1', people(1))).toMatchObject({
      status: 400,
      json: { errordetail: [{ reason: 'CORRUPT_DATA', message: expect.stringContaining(kid) }] },
    });
    expect((await enroll(simulator, 'batch-1', people(1))).status).toBe(202);
  });

  test('fail-batch takes a batch and fails it as a whole', async () => {
    const simulator = await start({ processingMs: 0, faults: once('fail-batch') });
    const status = statusOf(await ask(simulator, await enrolledBatch(simulator)));
    expect(status).toMatchObject({ status: 'FAILED', errorMessage: expect.any(String) });
    expect(status).not.toHaveProperty('items');
    expect(simulator.world()).toMatchObject({ enrolled: 0, refused: 4 });
    expect([...simulator.records()][0]).toMatchObject({ times: 0, refusal: 'BATCH_FAILED' });
  });
});

describe('faults of the key set', () => {
  test('the key set can be unreachable, down, or an HTML page, while the API goes on', async () => {
    const simulator = await start();
    const body = await batchBody(simulator, 'batch-1', people(1));
    simulator.setFaults(parseFaults('key-set-drop*1,key-set-503*1,key-set-html*1'));
    await expect(fetch(simulator.keys.url)).rejects.toThrow('fetch failed');
    expect((await fetch(simulator.keys.url)).status).toBe(503);
    const page = await fetch(simulator.keys.url);
    expect(page.headers.get('content-type')).toBe('text/html');
    expect((await call(simulator, { method: 'POST', path: '/cards/batch', body })).status).toBe(202);
    expect((await fetch(simulator.keys.url)).status).toBe(200);
  });
});

describe('fault rules', () => {
  test('fault rules with one seed hit the same requests, about as often as asked', async () => {
    const strikes = async (seed: number): Promise<boolean[]> => {
      const simulator = await start({ seed, faults: parseFaults('503:0.3') });
      const statuses = [];
      for (let turn = 0; turn < 60; turn++) statuses.push((await ask(simulator, 'nobody')).status === 503);
      return statuses;
    };
    const [one, again, two] = [await strikes(1), await strikes(1), await strikes(2)];
    expect(again).toEqual(one);
    expect(two).not.toEqual(one);
    expect(one.filter(Boolean).length).toBeGreaterThan(8);
    expect(one.filter(Boolean).length).toBeLessThan(30);
  });

  test('fault rules hit one operation only, after some requests, a number of times, and count', async () => {
    const simulator = await start({ faults: parseFaults('503@getBatchStatus*2+1') });
    const statuses = [];
    for (let turn = 0; turn < 5; turn++) statuses.push((await ask(simulator, 'nobody')).status);
    expect(statuses).toEqual([404, 503, 503, 404, 404]);
    expect((await enroll(simulator, 'batch-1', people(1))).status).toBe(202);
    expect(simulator.faults()).toEqual([
      { fault: '503', operation: 'getBatchStatus', times: 2, after: 1, applied: 2 },
    ]);
  });

  test('fault rules are set and read over HTTP, in short form and as JSON', async () => {
    const simulator = await start();
    const url = `${simulator.origin}/__faults`;
    const set = async (body: string) => (await fetch(url, { method: 'POST', body })).json();
    expect(await set('drop-answer:0.05,429-seconds=3@enrollBatch*2')).toEqual({
      rules: [
        { fault: 'drop-answer', probability: 0.05, applied: 0 },
        { fault: '429-seconds', value: 3, operation: 'enrollBatch', times: 2, applied: 0 },
      ],
    });
    expect(await set('{"rules":[{"fault":"stuck","probability":0.5}]}')).toEqual({
      rules: [{ fault: 'stuck', probability: 0.5, applied: 0 }],
    });
    const { rules, known } = (await (await fetch(url)).json()) as {
      rules: unknown[];
      known: Record<string, string>;
    };
    expect(rules).toHaveLength(1);
    expect(Object.keys(known)).toEqual(Object.keys(faults));
    expect(await set('')).toEqual({ rules: [] });
  });

  test.each([
    'nonsense',
    '503:2',
    '503:x',
    '503=1',
    '503*-1',
    '503@',
    '{"rules":1}',
    '[{"fault":"503","often":1}]',
    '[1]',
    '{',
  ])('%s is refused with a reason', async (body) => {
    const simulator = await start({ faults: parseFaults('503') });
    const answer = await fetch(`${simulator.origin}/__faults`, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ message: expect.stringMatching(/fault/i) });
    expect(simulator.faults()).toHaveLength(1);
  });

  test('fault rules that are wrong keep a simulator from starting', async () => {
    await expect(start({ faults: [{ fault: '503', probability: 7 }] })).rejects.toThrow(FaultRuleError);
  });
});
