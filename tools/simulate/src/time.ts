import { setImmediate as settled } from 'node:timers/promises';
import type { SeededRandom } from '@enrollkit/base';
import { StuckError } from './errors.ts';

/** Whose doing an event is: a process, whose events vanish with it, or the world, whose events do not. */
export type Owner = object;

interface Event {
  readonly at: number;
  /** Decides between events of one moment, so that their order is the seed's and not the program's. */
  readonly order: number;
  readonly owner: Owner;
  readonly wake: () => void;
}

/** Turns of the event loop without anything to come, after which nobody can go on. */
const MAX_IDLE_TURNS = 100;

/** More happens in no schedule that comes to an end. */
const MAX_EVENTS = 20_000;

/** Time that moves only when everybody waits. One seed, one order of all that happens. */
export class VirtualTime {
  readonly #random: SeededRandom;
  #now: number;
  #events: Event[] = [];
  #happened = 0;

  constructor(start: number, random: SeededRandom) {
    this.#now = start;
    this.#random = random;
  }

  /** Milliseconds since 1970. Bound, so that it can stand in for `Date.now`. */
  readonly now = (): number => this.#now;

  /** Calls `wake` in `ms` milliseconds, whole ones as clocks count them; the answer takes it back. */
  after(ms: number, owner: Owner, wake: () => void): () => void {
    const event = { at: this.#now + Math.max(0, Math.ceil(ms)), order: this.#random.next(), owner, wake };
    this.#events.push(event);
    return () => {
      this.#events = this.#events.filter((other) => other !== event);
    };
  }

  wait(ms: number, owner: Owner): Promise<void> {
    return new Promise((resolve) => void this.after(ms, owner, resolve));
  }

  /** Nothing that this owner waits for will happen. */
  drop(owner: Owner): void {
    this.#events = this.#events.filter((event) => event.owner !== owner);
  }

  /** Lets everything happen, in order, until the work has ended. Throws `StuckError`, and what the work throws. */
  async run<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = (): void => void (ended = true);
    work.then(end, end);
    for (let idle = 0; ; ) {
      // Everything that can go on without time passing goes on first; some of it lets others go first too.
      await settled();
      await settled();
      if (ended) return work;
      const event = this.#next();
      idle = event === undefined ? idle + 1 : 0;
      if (idle > MAX_IDLE_TURNS) throw new StuckError('no process can go on, and no event is due');
      if (event === undefined) continue;
      this.#happened += 1;
      if (this.#happened > MAX_EVENTS) throw new StuckError(`no end after ${MAX_EVENTS} events`);
      this.#now = Math.max(this.#now, event.at);
      event.wake();
    }
  }

  #next(): Event | undefined {
    let first: Event | undefined;
    for (const event of this.#events) {
      if (first === undefined || event.at < first.at || (event.at === first.at && event.order < first.order))
        first = event;
    }
    this.#events = this.#events.filter((event) => event !== first);
    return first;
  }
}

/** No process has such a number. */
const DEAD_PID = 2 ** 30;

/**
 * Lets the machine's clock tell virtual time for as long as the work lasts: a breaker and dates in headers read it. No
 * interval beats meanwhile, and the process has a number that nobody finds alive: there is one simulated process at a
 * time, and the next one must see that the one before it is gone.
 */
export async function onMachineOf<T>(time: VirtualTime, work: () => Promise<T>): Promise<T> {
  const machine = { now: Date.now, setInterval: globalThis.setInterval, pid: process.pid };
  Date.now = time.now;
  Object.defineProperty(process, 'pid', { value: DEAD_PID, configurable: true, writable: true });
  const silent = { unref: () => silent };
  globalThis.setInterval = (() => silent) as unknown as typeof setInterval;
  try {
    return await work();
  } finally {
    Date.now = machine.now;
    Object.defineProperty(process, 'pid', { value: machine.pid, configurable: true, writable: true });
    globalThis.setInterval = machine.setInterval;
  }
}
