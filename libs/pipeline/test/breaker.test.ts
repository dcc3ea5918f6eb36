import { FakeClock } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Breaker } from '../src/send/breaker.ts';
import type { PipelineEvent } from '../src/events.ts';

const down = {
  kind: 'unknown',
  reason: { httpStatus: 500, code: 'EMPTY_ANSWER', message: 'no body', origin: 'transport' },
} as const;
const up = { kind: 'accepted' } as const;

/** A breaker on a clock that the machine's own follows, for its library reads that one. */
function breakerOn(clock: FakeClock): { readonly breaker: Breaker; readonly heard: PipelineEvent['kind'][] } {
  vi.spyOn(Date, 'now').mockImplementation(clock.now);
  onTestFinished(() => void vi.restoreAllMocks());
  const heard: PipelineEvent['kind'][] = [];
  return { breaker: new Breaker({ notify: ({ kind }) => heard.push(kind), clock, pauseMs: 10_000 }), heard };
}

describe('a provider that is down for an hour', () => {
  it('is tried ever more rarely, and after it a few minutes later at most', async () => {
    const clock = new FakeClock();
    const { breaker, heard } = breakerOn(clock);
    const began = clock.now();
    let tried = 0;
    while (clock.now() - began < 3_600_000) {
      if (breaker.pauseMs('submit') === 0)
        await breaker.run('submit', () => Promise.resolve(((tried += 1), down)));
      clock.advance(100);
    }
    expect(tried).toBeGreaterThan(10);
    expect(tried).toBeLessThan(25);
    expect(breaker.pauseMs('submit')).toBeLessThanOrEqual(300_000);
    clock.advance(breaker.pauseMs('submit'));
    expect(await breaker.run('submit', () => Promise.resolve(up))).toBe(up);
    expect(heard.at(-1)).toBe('provider-up');
    // The next time begins with a short pause again.
    for (let failure = 0; failure < 5; failure++) await breaker.run('submit', () => Promise.resolve(down));
    expect(breaker.pauseMs('submit')).toBe(10_000);
  });

  it('for batches alone still tells about those it has', async () => {
    const clock = new FakeClock();
    const { breaker } = breakerOn(clock);
    for (let turn = 0; turn < 20; turn++) {
      await breaker.run('submit', () => Promise.resolve(down));
      expect(await breaker.run('poll', () => Promise.resolve(up))).toBe(up);
    }
    expect(breaker.pauseMs('submit')).toBe(10_000);
    expect(await breaker.run('submit', () => Promise.resolve(up))).toBeUndefined();
    expect([breaker.pauseMs('poll'), breaker.pauseMs()]).toEqual([0, 0]);
  });
});
