import { describe, expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { SingleRunner } from '../src/run/single.ts';
import { reason, stage } from './stage.ts';

const never = new AbortController().signal;

describe('the single runner', () => {
  it('sends every batch and polls it until all are settled, then is idle', async () => {
    const { context, intake, ledger, requests } = await stage({ batches: [2, 2, 1] });
    expect(await new SingleRunner(intake.id, context).run(never)).toEqual({ kind: 'idle' });
    expect(await ledger.tally(intake.id)).toMatchObject({ enrolled: 5, batches: { settled: 3 } });
    expect(requests.toSorted()).toEqual(
      [0, 1, 2].flatMap((n) => [`poll provider-${n}`, `submit batch-${n}`]).toSorted(),
    );
  });

  it('leaves what is unknown to a person under policy hold, and is idle', async () => {
    const { context, intake, ledger, requests } = await stage({
      submit: () => ({ kind: 'unknown', reason: reason('TIMEOUT', 0) }),
    });
    expect(await new SingleRunner(intake.id, context).run(never)).toEqual({ kind: 'idle' });
    expect(requests).toEqual(['submit batch-0']);
    expect((await ledger.tally(intake.id)).unknown).toBe(1);
  });

  it('sends what is unknown again under policy resend, until it has an answer', async () => {
    const { context, intake, ledger, requests } = await stage({
      settings: { onUnknown: 'resend' },
      submit: (id, count) =>
        count < 3
          ? { kind: 'unknown', reason: reason('TIMEOUT', 0) }
          : { kind: 'accepted', providerBatchId: id.replace('batch', 'provider') },
    });
    expect(await new SingleRunner(intake.id, context).run(never)).toEqual({ kind: 'idle' });
    expect(requests.filter((request) => request.startsWith('submit'))).toHaveLength(3);
    expect((await ledger.tally(intake.id)).enrolled).toBe(1);
  });

  it('never has more requests in flight than are allowed', async () => {
    let inFlight = 0;
    let most = 0;
    const { context, intake } = await stage({
      batches: [1, 1, 1, 1, 1, 1],
      settings: { inFlight: 2 },
      submit: async (id) => {
        most = Math.max(most, (inFlight += 1));
        for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
        inFlight -= 1;
        return { kind: 'accepted', providerBatchId: id.replace('batch', 'provider') };
      },
    });
    await new SingleRunner(intake.id, context).run(never);
    expect(most).toBe(2);
  });

  it('sends on while answers are written, until twice as many wait as may be in flight', async () => {
    const { context, intake, ledger, requests } = await stage({
      batches: [1, 1, 1, 1, 1, 1],
      settings: { inFlight: 2 },
    });
    const submitted = () => requests.filter((request) => request.startsWith('submit')).length;
    const disk = Promise.withResolvers<void>();
    const running = new SingleRunner(intake.id, {
      ...context,
      ledger: {
        ...ledger,
        recordReceipt: async (...given) => {
          await disk.promise;
          await ledger.recordReceipt(...given);
        },
      },
    }).run(never);
    await expect.poll(submitted).toBe(4);
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect(submitted()).toBe(4);
    disk.resolve();
    expect(await running).toEqual({ kind: 'idle' });
    expect((await ledger.tally(intake.id)).enrolled).toBe(6);
  });

  it('sends nothing more after an answer that asks for a pause, however long that takes to write', async () => {
    const { context, intake, ledger, requests } = await stage({
      batches: [1, 1],
      settings: { inFlight: 1 },
      submit: (id, count) =>
        count === 1 && id === 'batch-0'
          ? { kind: 'busy', reason: reason('TOO_MANY', 429), retryAfterMs: 60_000 }
          : { kind: 'accepted', providerBatchId: id.replace('batch', 'provider') },
    });
    let sentMeanwhile = 0;
    await new SingleRunner(intake.id, {
      ...context,
      ledger: {
        ...ledger,
        returnToSealed: async (...given) => {
          for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
          sentMeanwhile = requests.length - 1;
          await ledger.returnToSealed(...given);
        },
      },
    }).run(never);
    expect(sentMeanwhile).toBe(0);
    expect((await ledger.tally(intake.id)).enrolled).toBe(2);
  });

  it('waits for nothing any more when it has ended', async () => {
    let waiting = 0;
    const { context, intake } = await stage({
      batches: [1, 1, 1],
      settings: { poll: { firstMs: 1, maxMs: 1, factor: 1, jitter: 0 } },
    });
    const clock = {
      ...systemClock,
      sleep: async (ms: number, signal?: AbortSignal) => {
        waiting += 1;
        await systemClock.sleep(ms, signal);
        waiting -= 1;
      },
    };
    expect(await new SingleRunner(intake.id, { ...context, clock }).run(never)).toEqual({ kind: 'idle' });
    expect(waiting).toBe(0);
  });

  it('sends nothing while an operator has paused it, and goes on afterwards', async () => {
    let paused = true;
    let sentWhilePaused = 0;
    const { context, intake, heard, clock, requests } = await stage({
      context: { paused: () => paused },
    });
    const begun = clock.now();
    const running = new SingleRunner(intake.id, {
      ...context,
      clock: {
        ...context.clock,
        sleep: async (ms, signal) => {
          if (clock.now() - begun > 10_000) paused = false;
          sentWhilePaused += paused ? requests.length : 0;
          await context.clock.sleep(ms, signal);
        },
      },
    }).run(never);
    expect(await running).toEqual({ kind: 'idle' });
    expect(heard().slice(0, 2)).toEqual(['paused', 'unpaused']);
    expect(sentWhilePaused).toBe(0);
  });

  it('ends at its deadline, at the limit of failures, and when told to stop', async () => {
    const pending = { poll: () => ({ kind: 'pending', outcomes: [] }) as const };
    const late = await stage({ ...pending, settings: { deadlineMs: 100_000 } });
    expect(await new SingleRunner(late.intake.id, late.context).run(never)).toEqual({ kind: 'deadline' });

    const failing = await stage({
      batches: [1, 1, 1],
      settings: { tolerated: { count: 0 }, inFlight: 1, requestsPerSecond: 0.5 },
      submit: () => ({ kind: 'refused', reason: reason('INVALID', 400) }),
    });
    expect(await new SingleRunner(failing.intake.id, failing.context).run(never)).toMatchObject({
      kind: 'limit',
      failed: 1,
    });

    const stop = new AbortController();
    const stopped = await stage({
      ...pending,
      submit: (id) => {
        stop.abort();
        return { kind: 'accepted', providerBatchId: id };
      },
    });
    expect(await new SingleRunner(stopped.intake.id, stopped.context).run(stop.signal)).toEqual({
      kind: 'interrupted',
    });
    expect((await stopped.batch()).state).toBe('submitted');
  });

  it('waits for the requests in flight before it reports that access is denied', async () => {
    const { context, intake, batch } = await stage({
      batches: [1, 1],
      submit: async (id) => {
        if (id === 'batch-0') return { kind: 'denied', reason: reason('UNAUTHORIZED', 401) };
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
        return { kind: 'accepted', providerBatchId: 'provider-1' };
      },
    });
    expect(await new SingleRunner(intake.id, context).run(never)).toMatchObject({ kind: 'denied' });
    expect(['sealed', 'submitted']).toContain((await batch(1)).state);
  });

  it('fails with the defect of a stage, after what is in flight has ended', async () => {
    const { context, intake } = await stage({
      submit: () => {
        throw new TypeError('a defect');
      },
    });
    await expect(new SingleRunner(intake.id, context).run(never)).rejects.toThrow(TypeError);
  });
});
