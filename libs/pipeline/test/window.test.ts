import { describe, expect, it } from 'vitest';
import { RateLimiter } from '../src/send/limiter.ts';
import { Pause } from '../src/send/pause.ts';
import type { TimeSpan } from '../src/send/schedule.ts';
import { SingleRunner } from '../src/run/single.ts';
import { Schedule, type SendingTimes } from '../src/index.ts';
import { stage } from './stage.ts';

const never = new AbortController().signal;

/** Minutes after midnight, of every day; the clock of a stage begins at midnight UTC, a Thursday. */
const span = (from: number, to: number): TimeSpan => ({ days: [0, 1, 2, 3, 4, 5, 6], from, to });

/** A stage on which requests are sent at these times only, with the minute of each. */
async function stageWithTimes(
  times: Omit<SendingTimes, 'zone'>,
  settings: {
    readonly deadlineMs?: number;
    readonly requestsPerSecond?: number;
    readonly batches?: number;
  } = {},
) {
  const minutes: number[] = [];
  const { batches = 1, ...more } = settings;
  const at = await stage({
    batches: Array.from({ length: batches }, () => 1),
    settings: { times: { zone: 'UTC', ...times }, ...more },
    submit: (id) => {
      minutes.push(minuteOf(at.clock.now()));
      return { kind: 'accepted', providerBatchId: id.replace('batch', 'provider') };
    },
    poll: (_batch) => {
      minutes.push(minuteOf(at.clock.now()));
      return { kind: 'pending', outcomes: [] };
    },
  });
  return { ...at, minutes };
}

const minuteOf = (ms: number): number => Math.floor(ms / 60_000) % 1_440;

describe('a run outside of the sending window', () => {
  it('waits until it opens, pauses while it is closed, and says each time until when', async () => {
    const at = await stageWithTimes(
      { window: [span(10, 12), span(20, 60)] },
      { batches: 20, requestsPerSecond: 0.1, deadlineMs: 30 * 60_000 },
    );
    expect(await new SingleRunner(at.intake.id, at.context).run(never)).toEqual({ kind: 'deadline' });
    expect(at.minutes.length).toBeGreaterThan(30);
    expect(at.minutes.filter((minute) => minute < 10 || (minute >= 12 && minute < 20))).toEqual([]);
    expect(at.minutes).toContain(10);
    expect(at.minutes).toContain(20);
    const reported = at.events.filter(({ kind }) => kind === 'window-closed' || kind === 'window-open');
    expect(reported).toEqual([
      { kind: 'window-closed', until: new Date('2026-01-01T00:10Z'), zone: 'UTC' },
      { kind: 'window-open' },
      { kind: 'window-closed', until: new Date('2026-01-01T00:20Z'), zone: 'UTC' },
      { kind: 'window-open' },
    ]);
  });

  it('ends when told to stop, and the next run sends what is left when it opens', async () => {
    const at = await stageWithTimes({ window: [span(10, 60)] }, { deadlineMs: 40 * 60_000 });
    const stop = new AbortController();
    const waiting = new SingleRunner(at.intake.id, {
      ...at.context,
      notify: (event) => event.kind === 'window-closed' && stop.abort(),
    });
    expect(await waiting.run(stop.signal)).toEqual({ kind: 'interrupted' });
    expect((await at.batch()).state).toBe('sealed');
    await new SingleRunner(at.intake.id, at.context).run(never);
    expect(at.requests[0]).toBe('submit batch-0');
    expect(at.minutes[0]).toBe(10);
  });

  it('ends at once when the window opens only after its deadline', async () => {
    const at = await stageWithTimes({ window: [span(600, 660)] }, { deadlineMs: 3_600_000 });
    const begun = at.clock.now();
    expect(await new SingleRunner(at.intake.id, at.context).run(never)).toEqual({
      kind: 'window-closed',
      until: new Date('2026-01-01T10:00Z'),
      zone: 'UTC',
    });
    expect(at.clock.now()).toBe(begun);
    expect(at.requests).toEqual([]);
  });

  it('is closed for workers, too, who release what they have taken', async () => {
    const at = await stageWithTimes({ window: [span(10, 60)] });
    const pause = new Pause(at.context);
    expect(pause.isActive).toBe(true);
    at.clock.advance(10 * 60_000);
    expect(pause.isActive).toBe(false);
    at.clock.advance(50 * 60_000);
    expect(pause.isActive).toBe(true);
    expect(at.heard()).toEqual(['window-closed', 'window-open', 'window-closed']);
  });
});

describe('the timetable of rates', () => {
  it('spaces requests by the rate of the hour', async () => {
    const { context, clock, ledger } = await stage();
    const schedule = new Schedule(1, {
      zone: 'UTC',
      rates: [{ ...span(1, 2), requestsPerSecond: 0.1 }],
    });
    const limiter = new RateLimiter(schedule, context.clock, ledger);
    const begun = clock.now();
    const seconds: number[] = [];
    while (clock.now() < begun + 150_000) {
      const slot = await limiter.acquireSlot(never);
      if (slot !== undefined) seconds.push((slot - begun) / 1_000);
    }
    const inMinute = (minute: number): number =>
      seconds.filter((at) => at >= minute * 60 && at < (minute + 1) * 60).length;
    expect([inMinute(0), inMinute(1)]).toEqual([60, 6]);
    expect(inMinute(2)).toBeGreaterThanOrEqual(30);
  });
});
