import { describe, expect, it } from 'vitest';
import { DeniedError } from '../src/errors.ts';
import { poll } from '../src/send/poll.ts';
import { enrolled, reason, stage } from './stage.ts';

const settings = { poll: { firstMs: 1_000, maxMs: 10_000, factor: 2, jitter: 0 } };

describe('a poll of a submitted batch', () => {
  it('settles the batch when every record has its result', async () => {
    const { context, submitted, batch, ledger, intake } = await stage({ batches: [2] });
    await poll(await submitted(), context);
    expect((await batch()).state).toBe('settled');
    expect(await ledger.tally(intake.id)).toMatchObject({ enrolled: 2, refused: 0 });
  });

  it('is repeated later and later while the batch is pending, up to the longest wait', async () => {
    const { context, submitted, batch, clock } = await stage({
      settings,
      poll: () => ({ kind: 'pending', outcomes: [], warning: 'a status nobody knows' }),
    });
    const waits: number[] = [];
    let next = await submitted();
    for (let polls = 0; polls < 5; polls += 1) {
      await poll(next, context);
      const after = await batch();
      waits.push(after.notBefore.getTime() - clock.now());
      clock.advance(waits.at(-1) ?? 0);
      next = { ...next, ...after, providerBatchId: 'provider-0' };
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  it('is repeated when the provider does not know the batch it accepted', async () => {
    const { context, submitted, batch, heard } = await stage({
      settings,
      poll: () => ({ kind: 'missing', reason: reason('NOT_FOUND', 404) }),
    });
    await poll(await submitted(), context);
    expect((await batch()).state).toBe('submitted');
    expect(heard()).toEqual(['missing']);
  });

  it('records the refusal of the whole batch', async () => {
    const { context, submitted, ledger, intake } = await stage({
      batches: [3],
      poll: () => ({ kind: 'refused', reason: reason('FAILED', 200) }),
    });
    await poll(await submitted(), context);
    expect(await ledger.tally(intake.id)).toMatchObject({ refused: 3 });
  });

  it('pauses every request when the provider names a time, and is repeated after it', async () => {
    const { context, submitted, batch, ledger, clock } = await stage({
      settings,
      poll: () => ({ kind: 'busy', reason: reason('SLOW_DOWN', 429), retryAfterMs: 60_000 }),
    });
    await poll(await submitted(), context);
    expect((await batch()).notBefore.getTime() - clock.now()).toBe(60_000);
    expect(await ledger.pausedForMs()).toBe(60_000);
  });

  it('ends the run when access is denied, and leaves the batch as it was', async () => {
    const { context, submitted, batch } = await stage({
      poll: () => ({ kind: 'denied', reason: reason('UNAUTHORIZED', 401) }),
    });
    await expect(poll(await submitted(), context)).rejects.toThrow(DeniedError);
    expect(await batch()).toMatchObject({ state: 'submitted', polls: 0 });
  });
});

describe('a finished batch whose results do not match its records', () => {
  it('is polled five times more, though a result for a foreign record makes the numbers equal', async () => {
    const foreign = { ...enrolled(9), externalConsumerId: 'somebody-else' };
    const { context, submitted, batch, requests, events } = await stage({
      batches: [2],
      settings,
      poll: () => ({ kind: 'finished', outcomes: [enrolled(1), foreign] }),
    });
    let next = await submitted();
    for (let polls = 1; polls <= 5; polls += 1) {
      await poll(next, context);
      next = { ...next, ...(await batch()), providerBatchId: 'provider-0' };
      expect(next).toMatchObject({ state: 'submitted', incomplete: polls });
    }
    await poll(next, context);
    expect((await batch()).state).toBe('settled');
    expect(requests).toHaveLength(6);
    expect(events.at(-1)).toMatchObject({ kind: 'settled', missing: 1, unmatched: 1 });
  });

  it('is settled at once when every record has a result, whatever else is told', async () => {
    const { context, submitted, events } = await stage({
      poll: () => ({ kind: 'finished', outcomes: [enrolled(7), enrolled(1), enrolled(1)] }),
    });
    await poll(await submitted(), context);
    expect(events.at(-1)).toMatchObject({ kind: 'settled', missing: 0, unmatched: 1 });
  });

  it('counts only finished answers towards the last poll, not those before', async () => {
    const { context, submitted, batch, clock } = await stage({
      batches: [2],
      settings,
      poll: (_id, count) =>
        count <= 8 ? { kind: 'pending', outcomes: [] } : { kind: 'finished', outcomes: [enrolled(1)] },
    });
    let next = await submitted();
    for (let polls = 0; polls < 9; polls += 1) {
      await poll(next, context);
      next = { ...next, ...(await batch()), providerBatchId: 'provider-0' };
      clock.advance(10_000);
    }
    expect(next).toMatchObject({ state: 'submitted', polls: 9, incomplete: 1 });
  });
});
