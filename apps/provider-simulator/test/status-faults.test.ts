import { describe, expect, test } from 'vitest';
import type { FaultName, Simulator } from '../src/index.ts';
import { ask, enroll, people, receiptOf, statusOf } from './test-client.ts';
import { start } from './start.ts';

const once = (fault: FaultName, more = {}) => [{ fault, times: 1, ...more }];

async function enrolledBatch(simulator: Simulator, count = 4): Promise<string> {
  return receiptOf(await enroll(simulator, 'batch-1', people(count))).batchId;
}

describe('faults of a batch status', () => {
  async function withFault(fault: FaultName) {
    const simulator = await start({ processingMs: 0 });
    const batchId = await enrolledBatch(simulator);
    const reported = async () => statusOf(await ask(simulator, batchId));
    const keys = async () => ((await reported()).items ?? []).map(({ externalCardId }) => externalCardId);
    const truth = await keys();
    simulator.setFaults([{ fault }]);
    return { reported, keys, truth };
  }

  test('reorder reports the results in another order each time', async () => {
    const { keys, truth } = await withFault('reorder');
    const orders = [await keys(), await keys(), await keys(), await keys()];
    expect(new Set(orders.map(String)).size).toBeGreaterThan(1);
    for (const order of orders) expect(order.toSorted()).toEqual(truth.toSorted());
  });

  test('unmatched-result reports a record that was never sent', async () => {
    const { keys, truth } = await withFault('unmatched-result');
    expect(await keys()).toEqual([...truth, 'card-of-another-client']);
  });

  test('missing-result leaves out one record, always the same', async () => {
    const { keys, truth } = await withFault('missing-result');
    const first = await keys();
    expect(first).toHaveLength(truth.length - 1);
    expect(await keys()).toEqual(first);
  });

  test('false-failure reports one record as failed, always the same', async () => {
    const { reported } = await withFault('false-failure');
    const failed = async () =>
      (await reported()).items
        ?.filter(({ status }) => status === 'FAILED')
        .map(({ externalCardId }) => externalCardId);
    const first = await failed();
    expect(first).toHaveLength(1);
    expect(await failed()).toEqual(first);
  });

  test('duplicate-result reports one record twice', async () => {
    const { keys, truth } = await withFault('duplicate-result');
    const reported = await keys();
    expect(reported).toHaveLength(truth.length + 1);
    expect(new Set(reported)).toEqual(new Set(truth));
  });

  test('contradictory-result reports one record with its result and as failed, in either order', async () => {
    const { reported, truth } = await withFault('contradictory-result');
    const orders = new Set<string>();
    for (let question = 0; question < 20; question++) {
      const items = (await reported()).items ?? [];
      expect(items).toHaveLength(truth.length + 1);
      const cards = items.map(({ externalCardId }) => externalCardId);
      orders.add(
        items
          .filter((_, at) => cards.indexOf(cards[at] ?? '') !== cards.lastIndexOf(cards[at] ?? ''))
          .map(({ status }) => status)
          .join(' '),
      );
    }
    expect(orders).toEqual(new Set(['SUCCESSFUL FAILED', 'FAILED SUCCESSFUL']));
  });

  test('a fault of the batch status is not spent on other answers', async () => {
    const simulator = await start({ processingMs: 0, faults: once('stuck') });
    const batchId = await enrolledBatch(simulator);
    expect(simulator.faults()).toMatchObject([{ applied: 0 }]);
    expect(statusOf(await ask(simulator, batchId))).toMatchObject({ status: 'IN_PROGRESS' });
  });

  test.each(['backwards', 'stuck'] as const)('%s is in progress without results', async (fault) => {
    const { reported } = await withFault(fault);
    expect(await reported()).toMatchObject({ status: 'IN_PROGRESS' });
    expect(await reported()).not.toHaveProperty('items');
  });

  test('unknown-status and unknown-item-status report values that no document names', async () => {
    const { reported } = await withFault('unknown-status');
    expect(await reported()).toMatchObject({ status: 'AWAITING_REVIEW', items: { length: 4 } });
    const { reported: itemReported } = await withFault('unknown-item-status');
    expect(
      (await itemReported()).items?.filter(({ status }) => (status as string) === 'DEFERRED'),
    ).toHaveLength(1);
  });
});
