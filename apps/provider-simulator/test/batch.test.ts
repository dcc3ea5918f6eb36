import { operations } from '@enrollkit/contract/click-to-pay-enrollment';
import { describe, expect, test } from 'vitest';
import { reservedPans } from '../src/index.ts';
import { ask, batchBody, call, enroll, get, people, receiptOf, statusOf } from './test-client.ts';
import { start } from './start.ts';

describe('batches', () => {
  test('a batch is answered with 202, processed on the clock, and reported card by card', async () => {
    const simulator = await start({ processingMs: 1000 });
    const answer = await enroll(simulator, 'batch-1', people(4));
    expect(answer.status).toBe(202);
    const { batchId, externalBatchId } = receiptOf(answer);
    expect(externalBatchId).toBe('batch-1');

    const before = statusOf(await ask(simulator, batchId));
    expect(before).toMatchObject({ batchId, externalBatchId: 'batch-1', status: 'IN_PROGRESS', items: [] });
    simulator.clock.advance(500);
    expect(statusOf(await ask(simulator, batchId))).toMatchObject({
      status: 'IN_PROGRESS',
      items: { length: 2 },
    });
    simulator.clock.advance(500);
    const after = statusOf(await ask(simulator, batchId));
    expect(after.status).toBe('COMPLETED_SUCCESSFULLY');
    expect(after.items?.map(({ externalCardId }) => externalCardId).toSorted()).toEqual([
      'c0-card',
      'c1-card',
      'c2-card',
      'c3-card',
    ]);
    for (const item of after.items ?? [])
      expect(item).toMatchObject({
        status: 'SUCCESSFUL',
        srcConsumerId: expect.any(String),
        srcDigitalCardId: expect.any(String),
      });
  });

  test('a batch answers with bodies the contract describes', async () => {
    const simulator = await start({ processingMs: 0 });
    const answer = await enroll(simulator, 'batch-1', [
      ...people(2),
      { consumer: 'r', card: 'r', pan: '5204739990000040' },
    ]);
    const status = await ask(simulator, receiptOf(answer).batchId);
    const unknown = await get(simulator, '/cards/batch/nobody');
    expect(operations.enrollBatch.responses['202'].validate(answer.json)).toMatchObject({
      valid: true,
      notices: [],
    });
    expect(operations.getBatchStatus.responses['200'].validate(status.json)).toMatchObject({
      valid: true,
      notices: [],
    });
    expect(operations.getBatchStatus.responses['404'].validate(unknown.json)).toMatchObject({
      valid: true,
      notices: [],
    });
  });

  test('a batch reports results in another order than they were sent, the same for the same seed', async () => {
    const orders = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const simulator = await start({ seed, processingMs: 0 });
        const answer = await enroll(simulator, 'batch-1', people(20));
        return statusOf(await ask(simulator, receiptOf(answer).batchId)).items?.map(
          ({ externalCardId }) => externalCardId,
        );
      }),
    );
    const [first, again, other] = orders;
    expect(first).not.toEqual(people(20).map(({ card }) => card));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test.each(reservedPans)(
    'a batch with the reserved number $pan reports $reason ($fails)',
    async ({ pan, reason, fails }) => {
      const simulator = await start({ processingMs: 0 });
      const records = [
        { consumer: 'c0', card: 'k0', pan },
        { consumer: 'c1', card: 'k1' },
      ];
      const status = statusOf(
        await ask(simulator, receiptOf(await enroll(simulator, 'batch-1', records)).batchId),
      );
      expect(status.status).toBe('COMPLETED_WITH_ERRORS');
      expect(status.items?.find(({ externalCardId }) => externalCardId === 'k0')).toMatchObject({
        status: 'FAILED',
        error: { errordetail: [{ reason }] },
      });
      expect(status.items?.find(({ externalCardId }) => externalCardId === 'k1')?.status).toBe('SUCCESSFUL');

      const second = statusOf(
        await ask(simulator, receiptOf(await enroll(simulator, 'batch-2', records.slice(0, 1))).batchId),
      );
      expect(second.items?.[0]?.status).toBe(fails === 'once' ? 'SUCCESSFUL' : 'FAILED');
    },
  );

  test('a batch refuses a card that has expired, and one that fails Luhn, without refusing the others', async () => {
    const simulator = await start({ processingMs: 0 });
    const records = [
      { consumer: 'a', card: 'a', year: '2020' },
      { consumer: 'b', card: 'b', pan: '5186001700009727' },
      { consumer: 'c', card: 'c' },
    ];
    const { items = [] } = statusOf(
      await ask(simulator, receiptOf(await enroll(simulator, 'batch-1', records)).batchId),
    );
    const reported = Object.fromEntries(
      items.map(({ externalCardId, error }) => [externalCardId, error?.errordetail?.[0]?.reason]),
    );
    expect(reported).toEqual({ a: 'INVALID_VALUE', b: 'INVALID_PAN', c: undefined });
    expect(simulator.world()).toMatchObject({ enrolled: 1, refused: 2 });
  });

  test('a batch gives no card ids when tokenization waits for the first checkout', async () => {
    const simulator = await start({ processingMs: 0, delayedTokenization: true });
    const { items = [] } = statusOf(
      await ask(simulator, receiptOf(await enroll(simulator, 'batch-1', people(1))).batchId),
    );
    expect(items[0]).toMatchObject({ status: 'SUCCESSFUL', srcConsumerId: expect.any(String) });
    expect(items[0]).not.toHaveProperty('srcDigitalCardId');
  });

  test('a batch is unknown to another client', async () => {
    const simulator = await start();
    const { batchId } = receiptOf(await enroll(simulator, 'batch-1', people(1)));
    const answer = await call(simulator, {
      method: 'GET',
      path: `/cards/batch/${batchId}?srcClientId=99999999-2222-3333-4444-555555555555&serviceId=SRC`,
    });
    expect(answer).toMatchObject({ status: 404, json: { reason: 'NOT_FOUND' } });
  });
});

describe('repeated batches', () => {
  test('a repeated externalBatchId under policy idempotent gives the same batch and enrolls nobody again, even sealed anew', async () => {
    const simulator = await start({ onDuplicate: 'idempotent', processingMs: 0 });
    const body = await batchBody(simulator, 'batch-1', people(3));
    const answers = [
      await call(simulator, { method: 'POST', path: '/cards/batch', body }),
      await call(simulator, { method: 'POST', path: '/cards/batch', body }),
      await enroll(simulator, 'batch-1', people(3)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map((answer) => receiptOf(answer).batchId)).size).toBe(1);
    expect(simulator.world()).toMatchObject({
      batches: 1,
      enrolled: 3,
      enrollments: 3,
      enrolledMoreThanOnce: 0,
    });
  });

  test('a repeated externalBatchId under policy idempotent is refused for another content', async () => {
    const simulator = await start({ onDuplicate: 'idempotent' });
    await enroll(simulator, 'batch-1', people(3));
    const answer = await enroll(simulator, 'batch-1', people(2));
    expect(answer).toMatchObject({
      status: 409,
      json: {
        reason: 'ALREADY_EXISTS',
        errordetail: [{ reason: 'ALREADY_EXISTS', source: 'externalBatchId' }],
      },
    });
    expect(simulator.world()).toMatchObject({ batches: 1, enrolled: 3 });
  });

  test('a repeated externalBatchId under policy reject is refused, the first batch stays', async () => {
    const simulator = await start({ onDuplicate: 'reject' });
    await enroll(simulator, 'batch-1', people(3));
    const answer = await enroll(simulator, 'batch-1', people(3));
    expect(answer).toMatchObject({ status: 409, json: { reason: 'ALREADY_EXISTS' } });
    expect(operations.enrollBatch.responses['409'].validate(answer.json)).toMatchObject({
      valid: true,
      notices: [],
    });
    expect(simulator.world()).toMatchObject({ batches: 1, enrollments: 3 });
  });

  test('a repeated externalBatchId under policy duplicate enrolls everybody again under a new batch id, and the world says so', async () => {
    const simulator = await start({ onDuplicate: 'duplicate' });
    const first = receiptOf(await enroll(simulator, 'batch-1', people(3)));
    const second = receiptOf(await enroll(simulator, 'batch-1', people(2)));
    expect(second.batchId).not.toBe(first.batchId);
    expect(simulator.world()).toMatchObject({
      batches: 2,
      repeatedBatches: 1,
      enrolled: 3,
      enrolledMoreThanOnce: 2,
      enrollments: 5,
    });
    const records = [...simulator.records()];
    expect(records.map(({ externalCardId, times, batches }) => ({ externalCardId, times, batches }))).toEqual(
      [
        { externalCardId: 'c0-card', times: 2, batches: [first.batchId, second.batchId] },
        { externalCardId: 'c1-card', times: 2, batches: [first.batchId, second.batchId] },
        { externalCardId: 'c2-card', times: 1, batches: [first.batchId] },
      ],
    );
  });
});
