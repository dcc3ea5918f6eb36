import { describe, expect, test } from 'vitest';
import type { UnknownValue } from '../src/index.ts';
import { provider, srcClientId } from './enrollment.ts';
import { answering, rawServer } from './raw-server.ts';

describe('a poll of a batch', () => {
  const item = (more: object) => ({
    externalConsumerId: 'c',
    externalCardId: 'k',
    status: 'SUCCESSFUL',
    ...more,
  });
  const failed = (error: object) => item({ status: 'FAILED', error });
  const asked = async (status: object, more: object = {}) => {
    const server = await rawServer(answering(200, { batchId: 'B-1', ...status }));
    return { answer: await provider(server.url, more).poll('B-1'), server };
  };

  test('names the batch and the ids of the programme', async () => {
    const { server } = await asked({ status: 'IN_PROGRESS' });
    expect(server.arrivals[0]?.url).toBe(
      `/cards/batch/B-1?srcClientId=${srcClientId}&serviceId=SECURE%23NAME%2301`,
    );
  });

  test.each([
    ['IN_PROGRESS', [], { kind: 'pending', outcomes: [] }],
    [
      'COMPLETED_SUCCESSFULLY',
      [item({ srcConsumerId: 'P', srcDigitalCardId: 'D' })],
      {
        kind: 'finished',
        outcomes: [
          {
            result: 'enrolled',
            externalConsumerId: 'c',
            externalCardId: 'k',
            providerConsumerId: 'P',
            providerCardId: 'D',
          },
        ],
      },
    ],
    [
      'COMPLETED_SUCCESSFULLY',
      [item({})],
      { kind: 'finished', outcomes: [{ result: 'enrolled', externalConsumerId: 'c', externalCardId: 'k' }] },
    ],
    ['IN_PROGRESS', [item({})], { kind: 'pending', outcomes: [{ result: 'enrolled' }] }],
    [
      'COMPLETED_WITH_ERRORS',
      [failed({ reason: 'INVALID_STATE', errordetail: [{ reason: 'INVALID_PAN', message: 'no' }] })],
      {
        kind: 'finished',
        outcomes: [{ result: 'refused', code: 'INVALID_PAN', message: 'no', recoverable: false }],
      },
    ],
    [
      'COMPLETED_WITH_ERRORS',
      [failed({ reason: 'UNAVAILABLE', errordetail: [{ reason: 'NO_RESPONSE_FROM_ISSUER' }] })],
      { kind: 'finished', outcomes: [{ code: 'NO_RESPONSE_FROM_ISSUER', recoverable: true }] },
    ],
    [
      'COMPLETED_WITH_ERRORS',
      [failed({ reason: 'ISSUER_DECLINED', errordetail: null })],
      { kind: 'finished', outcomes: [{ code: 'ISSUER_DECLINED', recoverable: false }] },
    ],
    [
      'COMPLETED_WITH_ERRORS',
      [failed({ reason: 'SOMETHING_NEW', errordetail: [{ reason: null }] })],
      { kind: 'finished', outcomes: [{ code: 'SOMETHING_NEW', recoverable: false }] },
    ],
    [
      'COMPLETED_WITH_ERRORS',
      [item({ status: 'FAILED' })],
      { kind: 'finished', outcomes: [{ result: 'refused', code: 'UNSPECIFIED' }] },
    ],
    [
      'FAILED',
      [item({})],
      {
        kind: 'finished',
        outcomes: [{ result: 'enrolled' }],
        warning: 'the batch failed, and results of cards were reported nevertheless',
      },
    ],
  ])('that finds the state %s gives it in domain words', async (status, items, expected) => {
    const { answer } = await asked({ status, items });
    expect(answer).toMatchObject(expected);
  });

  test('does not accept an answer about another batch', async () => {
    const server = await rawServer(
      answering(200, {
        batchId: 'B-1',
        externalBatchId: 'batch-2',
        status: 'COMPLETED_SUCCESSFULLY',
        items: [],
      }),
    );
    expect(await provider(server.url).poll('B-1', { externalBatchId: 'batch-1' })).toMatchObject({
      kind: 'busy',
      reason: {
        code: 'CONTRACT_BROKEN',
        message: 'the provider has another batch of ours under this batchId',
      },
    });
    expect(await provider(server.url).poll('B-1', { externalBatchId: 'batch-2' })).toMatchObject({
      kind: 'finished',
    });
  });

  test('that finds FAILED without cards is a refusal of the batch', async () => {
    const { answer } = await asked({ status: 'FAILED', errorMessage: 'file for 5186001700009726 broken' });
    expect(answer).toMatchObject({
      kind: 'refused',
      reason: { code: 'FAILED', message: 'file for [number] broken', origin: 'service' },
    });
  });

  test('that finds a state that is not known is pending, with a warning', async () => {
    const heard: UnknownValue[] = [];
    const { answer } = await asked(
      { status: 'PAUSED', items: [item({}), item({ status: 'SLEEPING' })] },
      { onUnknownValue: (one: UnknownValue) => heard.push(one) },
    );
    expect(answer).toEqual({
      kind: 'pending',
      outcomes: [{ result: 'enrolled', externalConsumerId: 'c', externalCardId: 'k' }],
      warning: 'the batch is in the unknown state PAUSED; a card is in the unknown state SLEEPING',
    });
    expect(heard.map(({ pointer, operationId }) => [operationId, pointer])).toEqual([
      ['getBatchStatus', '/status'],
      ['getBatchStatus', '/items/1/status'],
    ]);
  });

  test('takes no name of a prototype for a state', async () => {
    const { answer } = await asked({ status: 'constructor', items: [item({ status: 'toString' })] });
    expect(answer).toMatchObject({ kind: 'pending', outcomes: [] });
  });

  test('reads 100,000 cards in one answer', async () => {
    const items = Array.from({ length: 100_000 }, (_, index) => item({ externalCardId: `k${index}` }));
    const { answer } = await asked({ status: 'COMPLETED_SUCCESSFULLY', items });
    expect('outcomes' in answer && answer.outcomes.length).toBe(100_000);
  });

  test.each(['..', '.', ''])('does not send an id that would lead to another path: %j', async (id) => {
    const server = await rawServer(answering(200, {}));
    await expect(provider(server.url).poll(id)).rejects.toMatchObject({ code: 'request-invalid' });
    expect(server.arrivals).toHaveLength(0);
  });

  test('sends an id with a slash as one segment', async () => {
    const server = await rawServer(answering(200, { batchId: 'a/../b?c', status: 'IN_PROGRESS' }));
    await provider(server.url).poll('a/../b?c');
    expect(server.arrivals[0]?.url).toMatch(/^\/cards\/batch\/a%2F\.\.%2Fb%3Fc\?/);
  });
});
