import { describe, expect, test } from 'vitest';
import { client } from './enrollment.ts';
import { e1 } from './errors.ts';
import { answering, inTurn, rawServer } from './raw-server.ts';

describe('waiting for a batch', () => {
  const state = (status: string) => answering(200, { batchId: 'B-1', status });

  test('polls until the state is final, past errors that are safe to retry', async () => {
    const server = await rawServer(
      inTurn(
        state('IN_PROGRESS'),
        answering(503, e1(503, 'UNAVAILABLE'), { 'retry-after': '0' }),
        state('SOMETHING_NEW'),
        state('COMPLETED_SUCCESSFULLY'),
      ),
    );
    const seen: string[] = [];
    const last = await client(server.url).waitForBatch('B-1', {
      everyMs: 1,
      onProgress: ({ status }) => void seen.push(status),
    });
    expect(last.status).toBe('COMPLETED_SUCCESSFULLY');
    expect(seen).toEqual(['IN_PROGRESS', 'SOMETHING_NEW', 'COMPLETED_SUCCESSFULLY']);
  });

  test('gives the states one by one, and ends with an error that will not pass', async () => {
    const server = await rawServer(inTurn(state('IN_PROGRESS'), answering(404, e1(404, 'NOT_FOUND'))));
    const seen: string[] = [];
    const all = async () => {
      for await (const { status } of client(server.url).batchStates('B-1', { everyMs: 1 })) seen.push(status);
    };
    await expect(all()).rejects.toMatchObject({ reason: 'NOT_FOUND', outcome: 'refused' });
    expect(seen).toEqual(['IN_PROGRESS']);
  });

  test('ends when its signal aborts', async () => {
    const server = await rawServer(state('IN_PROGRESS'));
    const stop = new AbortController();
    const waiting = client(server.url).waitForBatch('B-1', {
      signal: stop.signal,
      everyMs: 60_000,
      onProgress: () => stop.abort(),
    });
    await expect(waiting).rejects.toMatchObject({
      code: 'request-aborted',
      sent: false,
      operationId: 'getBatchStatus',
      url: expect.stringMatching(/\/cards\/batch\/B-1$/) as string,
      hint: expect.any(String) as string,
    });
  });
});
