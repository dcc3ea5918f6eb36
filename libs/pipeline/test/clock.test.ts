import { describe, expect, it } from 'vitest';
import { SteadyClock } from '../src/clock.ts';
import { SingleRunner } from '../src/run/single.ts';
import { stage } from './stage.ts';

/** A machine whose time a test sets. */
function machine() {
  let wall = Date.UTC(2026, 0, 1);
  let monotonic = 1_000;
  const clock = new SteadyClock({ now: () => wall, monotonic: () => monotonic });
  return {
    clock,
    pass: (ms: number) => {
      wall += ms;
      monotonic += ms;
    },
    set: (ms: number) => void (wall += ms),
  };
}

describe('the clock of a process', () => {
  it('goes on from where it was when the time of the machine is set back, and says by how much', () => {
    const { clock, pass, set } = machine();
    const begun = clock.now();
    pass(5_000);
    expect(clock.now() - begun).toBe(5_000);
    set(-3_600_000);
    pass(1_000);
    expect(clock.now() - begun).toBe(6_000);
    expect(clock.setBackMs()).toBe(3_600_000);
    pass(1_000);
    expect(clock.now() - begun).toBe(7_000);
  });

  it('follows the machine when its time is set forward, or corrected slowly', () => {
    const { clock, pass, set } = machine();
    const begun = clock.now();
    set(60_000);
    expect(clock.now() - begun).toBe(60_000);
    for (let step = 0; step < 10; step += 1) {
      pass(1_000);
      set(-10);
      clock.now();
    }
    expect(clock.now() - begun).toBe(69_900);
    expect(clock.setBackMs()).toBe(0);
  });
});

describe('a run whose machine is set back by an hour', () => {
  it('reports it once and sends everything without waiting for that hour', async () => {
    const { context, intake, ledger, events, clock } = await stage({ batches: [1, 1, 1] });
    const { clock: steady, pass, set } = machine();
    pass(clock.now() - steady.now());
    let wasSet = false;
    const begun = steady.monotonic();
    const ending = await new SingleRunner(intake.id, {
      ...context,
      clock: {
        now: steady.now,
        monotonic: steady.monotonic,
        setBackMs: steady.setBackMs,
        sleep: async (ms, signal) => {
          pass(ms);
          await context.clock.sleep(ms, signal);
          if (wasSet) return;
          wasSet = true;
          set(-3_600_000);
        },
      },
    }).run(new AbortController().signal);
    expect(ending).toEqual({ kind: 'idle' });
    expect((await ledger.tally(intake.id)).enrolled).toBe(3);
    expect(events.filter(({ kind }) => kind === 'clock-set-back')).toEqual([
      { kind: 'clock-set-back', ms: 3_600_000 },
    ]);
    expect(steady.monotonic() - begun).toBeLessThan(600_000);
  });
});
