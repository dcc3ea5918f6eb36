import { AsyncLocalStorage } from 'node:async_hooks';
import type { SimulatedProcess } from './process.ts';
import type { VirtualTime } from './time.ts';

/** The simulated process whose code is running: timers and identities are its own. */
export const currentProcess = new AsyncLocalStorage<SimulatedProcess>();

/** What the simulated processes see in place of the machine. */
export interface Machine {
  readonly time: VirtualTime;
  /**
   * Whether a simulated process other than the one that asks lives; they all have the pid of this program.
   */
  readonly othersLive: (asking: SimulatedProcess | undefined) => boolean;
}

/**
 * Replaces the machine's clocks, intervals and process table by virtual ones for as long as the work lasts:
 * locks, breakers and dates in headers read them. An interval of a simulated process beats in virtual time,
 * stands still while the process is frozen, and ends with it.
 */
export async function onMachine<T>({ time, othersLive }: Machine, work: () => Promise<T>): Promise<T> {
  const real = {
    now: Date.now,
    performanceNow: performance.now,
    hrtime: process.hrtime.bigint,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    kill: process.kill,
  };
  Date.now = time.now;
  performance.now = time.now;
  process.hrtime.bigint = () => BigInt(time.now()) * 1_000_000n;
  globalThis.setInterval = ((act: () => void, ms: number) =>
    new VirtualInterval(time, act, ms)) as unknown as typeof setInterval;
  globalThis.clearInterval = ((interval: unknown) => {
    if (interval instanceof VirtualInterval) interval.cancel();
  }) as typeof clearInterval;
  process.kill = (pid, signal) => {
    if (signal !== 0) return real.kill.call(process, pid, signal);
    if (pid === process.pid && othersLive(currentProcess.getStore())) return true;
    throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
  };
  try {
    return await work();
  } finally {
    Date.now = real.now;
    performance.now = real.performanceNow;
    process.hrtime.bigint = real.hrtime;
    globalThis.setInterval = real.setInterval;
    globalThis.clearInterval = real.clearInterval;
    process.kill = real.kill;
  }
}

/** An interval of the simulated process that made it; outside of one it never beats. */
class VirtualInterval {
  readonly #owner = currentProcess.getStore();
  #cancel: () => void = () => undefined;

  constructor(time: VirtualTime, act: () => void, ms: number) {
    const owner = this.#owner;
    if (owner === undefined) return;
    const beat = (): void => {
      this.#cancel = time.after(ms, owner, () => {
        act();
        beat();
      });
    };
    beat();
  }

  unref(): this {
    return this;
  }

  cancel(): void {
    this.#cancel();
    this.#cancel = () => undefined;
  }
}
