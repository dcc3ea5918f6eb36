import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pendingPan, type Simulator, type WorldRecord } from '../src/index.ts';
import {
  ask,
  batchBody,
  call,
  consumerOf,
  enroll,
  get,
  people,
  programme,
  receiptOf,
  statusOf,
} from './test-client.ts';
import { start } from './start.ts';

/** The ids of the one card that was enrolled. */
function onlyRecord(simulator: Simulator): WorldRecord {
  const [record] = simulator.records();
  if (record === undefined) throw new Error('the world is empty');
  return record;
}

/** A receiver of notifications; answers with the statuses in turn, the last one again and again. */
async function receiver(...statuses: readonly number[]) {
  const bodies: { readonly externalBatchId: string; readonly enrollmentRecordNotifications: unknown[] }[] =
    [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const status = statuses[bodies.length] ?? statuses.at(-1) ?? 204;
    bodies.push(JSON.parse(body) as (typeof bodies)[number]);
    response.writeHead(status).end();
  }
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notifications`, bodies };
}

describe('updates', () => {
  test('an update is acknowledged with srcCorrelationId alone, unless full answers are asked for', async () => {
    const bare = await start({ processingMs: 0 });
    await enroll(bare, 'batch-1', people(1));
    const { srcDigitalCardId, srcConsumerId } = onlyRecord(bare);
    const card = { ...programme, billingAddress: { line1: '99 New Road', countryCode: 'NO' } };
    const profile = { ...programme, consumer: { ...consumerOf('c0@example.com'), lastName: 'Smith' } };
    const answers = [
      await call(bare, { method: 'PUT', path: `/cards/${srcDigitalCardId}`, body: card }),
      await call(bare, { method: 'PUT', path: `/profiles/${srcConsumerId}`, body: profile }),
    ];
    for (const { status, json } of answers) {
      expect(status).toBe(200);
      expect(Object.keys(json as object)).toEqual(['srcCorrelationId']);
    }
    expect((await get(bare, `/profiles/${srcConsumerId}`)).json).toMatchObject({
      maskedConsumer: { maskedLastName: 'S****' },
      maskedCards: [{ maskedBillingAddress: { countryCode: 'NO' } }],
    });
  });
});

describe('pre-provisioning', () => {
  test('a batch for pre-provisioning is reported and enrolls nobody', async () => {
    const simulator = await start({ processingMs: 0 });
    const body = await batchBody(simulator, 'batch-1', people(2));
    const answer = await call(simulator, { method: 'POST', path: '/cards/batch/pre-provisioning', body });
    expect(answer.status).toBe(202);
    const { status, items } = statusOf(await ask(simulator, receiptOf(answer).batchId));
    expect(status).toBe('COMPLETED_SUCCESSFULLY');
    for (const item of items ?? []) expect(item).not.toHaveProperty('srcDigitalCardId');
    expect(simulator.world()).toMatchObject({ enrolled: 0, refused: 0, preProvisioned: 2 });
    await enroll(simulator, 'batch-2', people(2));
    expect(simulator.world()).toMatchObject({ enrolled: 2, enrolledMoreThanOnce: 0, preProvisioned: 2 });
  });
});

describe('pending events', () => {
  test('the reserved number with a pending event is enrolled, and the card shows the event', async () => {
    const simulator = await start({ processingMs: 0 });
    await enroll(simulator, 'batch-1', [{ consumer: 'a', card: 'a', pan: pendingPan.pan }]);
    expect(simulator.world()).toMatchObject({ enrolled: 1, refused: 0 });
    expect((await get(simulator, `/cards/${onlyRecord(simulator).srcDigitalCardId}`)).json).toMatchObject({
      maskedCard: { digitalCardData: { status: 'ACTIVE', pendingEvents: ['PENDING_SCA'] } },
    });
  });
});

describe('replication lag', () => {
  test('a read without a flow id misses what was just written, and one with a flow id sees it', async () => {
    const simulator = await start({ processingMs: 0, replicationLagMs: 5000 });
    const receipt = await enroll(simulator, 'batch-1', people(1));
    const { batchId } = receiptOf(receipt);
    const flowId = receipt.headers.get('x-src-cx-flow-id') ?? '';
    expect((await ask(simulator, batchId)).status).toBe(404);
    const path = `/cards/batch/${batchId}?srcClientId=${programme.srcClientId}&serviceId=SRC`;
    const tied = await call(simulator, { method: 'GET', path, headers: { 'x-src-cx-flow-id': flowId } });
    expect(statusOf(tied)).toMatchObject({ status: 'COMPLETED_SUCCESSFULLY' });
    simulator.clock.advance(5000);
    expect(statusOf(await ask(simulator, batchId))).toMatchObject({ status: 'COMPLETED_SUCCESSFULLY' });
  });

  test('changes and deletions appear once the lag has passed', async () => {
    const simulator = await start({ processingMs: 0, replicationLagMs: 5000 });
    await enroll(simulator, 'batch-1', people(1));
    simulator.clock.advance(10_000);
    const { srcConsumerId } = onlyRecord(simulator);
    const path = `/profiles/${srcConsumerId}`;
    const consumer = { ...consumerOf('c0@example.com'), lastName: 'Smith' };
    await call(simulator, { method: 'PUT', path, body: { ...programme, consumer } });
    expect((await get(simulator, path)).json).toMatchObject({ maskedConsumer: { maskedLastName: 'D**' } });
    simulator.clock.advance(5000);
    expect((await get(simulator, path)).json).toMatchObject({ maskedConsumer: { maskedLastName: 'S****' } });
    simulator.optOut(srcConsumerId);
    expect((await get(simulator, path)).status).toBe(200);
    simulator.clock.advance(5000);
    expect((await get(simulator, path)).status).toBe(404);
  });
});

describe('at the checkout', () => {
  test('a cardholder opts out and changes data in the world, over HTTP or in a test', async () => {
    const simulator = await start({ processingMs: 0 });
    await enroll(simulator, 'batch-1', people(2));
    const [first, second] = [...simulator.records()].map(({ srcConsumerId }) => srcConsumerId);
    if (first === undefined || second === undefined) throw new Error('two consumers were enrolled');
    const answer = await fetch(`${simulator.origin}/__opt-out?srcConsumerId=${first}&srcConsumerId=nobody`, {
      method: 'POST',
    });
    expect(await answer.json()).toEqual({ optedOut: 1, unknown: 1 });
    expect(simulator.changeAtCheckout(second, { ...consumerOf('c1@example.com'), lastName: 'Smith' })).toBe(
      true,
    );
    expect(simulator.changeAtCheckout(first, consumerOf('c0@example.com'))).toBe(false);
    expect((await get(simulator, `/profiles/${first}`)).status).toBe(404);
    expect((await get(simulator, `/profiles/${second}`)).json).toMatchObject({
      maskedConsumer: { maskedLastName: 'S****' },
    });
    expect([...simulator.records()].map(({ present }) => present)).toEqual([false, true]);
  });
});

describe('notifications', () => {
  test('the results of a finished batch are sent once the receiver accepts them', async () => {
    const { url, bodies } = await receiver(503, 204);
    const simulator = await start({ notificationUrl: url, processingMs: 60_000 });
    await enroll(simulator, 'batch-1', people(2));
    expect(await simulator.sendNotifications()).toBe(0);
    simulator.clock.advance(60_000);
    expect(await simulator.sendNotifications()).toBe(0);
    expect(await simulator.sendNotifications()).toBe(1);
    expect(await simulator.sendNotifications()).toBe(0);
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toMatchObject({
      externalBatchId: 'batch-1',
      enrollmentRecordNotifications: [{ status: 'SUCCESSFUL' }, { status: 'SUCCESSFUL' }],
    });
  });
});
