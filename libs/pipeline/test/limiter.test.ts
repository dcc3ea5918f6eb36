import { FakeClock } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { RateLimiter } from '../src/send/limiter.ts';
import { Schedule } from '../src/send/schedule.ts';
import { SharedLimiter } from '../src/send/shared-limiter.ts';

const never = new AbortController().signal;

/** A clock that moves when somebody sleeps on it. */
function moving() {
  const clock = new FakeClock();
  return {
    now: clock.now,
    monotonic: clock.now,
    advance: (ms: number) => clock.advance(ms),
    sleep: async (ms: number, signal?: AbortSignal) => {
      if (ms > 0 && !signal?.aborted) clock.advance(ms);
    },
  };
}

const unpaused = { pausedForMs: () => Promise.resolve(0), pauseFor: () => Promise.resolve() };

describe('the request rate of a single runner', () => {
  it('spaces slots evenly, and does not make up for slots that were not taken', async () => {
    const clock = moving();
    const limiter = new RateLimiter(new Schedule(4), clock, unpaused);
    const begun = clock.now();
    const slots: number[] = [];
    for (let n = 0; n < 4; n += 1) slots.push(((await limiter.acquireSlot(never)) ?? 0) - begun);
    clock.advance(10_000);
    for (let n = 0; n < 2; n += 1) slots.push(((await limiter.acquireSlot(never)) ?? 0) - begun);
    expect(slots).toEqual([0, 250, 500, 750, 10_750, 11_000]);
  });

  it('gives no slot before the end of a pause, and looks up every second meanwhile', async () => {
    const clock = moving();
    let asked = 0;
    const limiter = new RateLimiter(new Schedule(10), clock, {
      ...unpaused,
      pauseFor: async (ms) => void (asked = ms),
    });
    await limiter.acquireSlot(never);
    const until = clock.now() + 2_500;
    await limiter.pauseFor(2_500);
    await limiter.pauseFor(1_500);
    expect(asked).toBe(1_500);
    const slots = [];
    for (let n = 0; n < 3; n += 1) slots.push(await limiter.acquireSlot(never));
    expect(slots).toEqual([undefined, undefined, until]);
  });

  it('keeps a pause that the provider asked of an earlier run', async () => {
    const clock = moving();
    const until = clock.now() + 700;
    const limiter = new RateLimiter(new Schedule(10), clock, {
      ...unpaused,
      pausedForMs: () => Promise.resolve(700),
    });
    expect(await limiter.acquireSlot(never)).toBe(until);
  });

  it('gives no slot to a run that was told to stop', async () => {
    const limiter = new RateLimiter(new Schedule(10), moving(), unpaused);
    expect(await limiter.acquireSlot(AbortSignal.abort())).toBeUndefined();
  });
});

describe('the request rate that hosts share', () => {
  const shared = (clock: ReturnType<typeof moving>, waits: (number | undefined)[], paused: number[]) =>
    new SharedLimiter(
      {
        acquireSlot: () => Promise.resolve(waits.shift()),
        pausedForMs: () => Promise.resolve(paused.shift() ?? 0),
        pauseFor: () => Promise.resolve(),
      },
      new Schedule(10),
      clock,
    );

  it("waits for the ledger's slot, which lies a little ahead of the request", async () => {
    const clock = moving();
    const begun = clock.now();
    expect(await shared(clock, [400], []).acquireSlot(never)).toBe(begun + 430);
    expect(clock.now()).toBe(begun + 400);
  });

  it('gives its slot up when another host was told to pause meanwhile, and takes one after the pause', async () => {
    const clock = moving();
    const begun = clock.now();
    expect(await shared(clock, [100, 0], [3_000, 0]).acquireSlot(never)).toBe(begun + 3_130);
  });

  it('answers none when the pause is longer than a request should be kept waiting', async () => {
    expect(await shared(moving(), [undefined], [60_000]).acquireSlot(never)).toBeUndefined();
  });

  it('asks for one slot of a process at a time', async () => {
    const clock = moving();
    const asked: number[] = [];
    const limiter = new SharedLimiter(
      { ...unpaused, acquireSlot: async () => (asked.push(clock.now()), 100) },
      new Schedule(10),
      clock,
    );
    const begun = clock.now();
    await Promise.all([limiter.acquireSlot(never), limiter.acquireSlot(never)]);
    expect(asked).toEqual([begun, begun + 100]);
  });
});
