import { setImmediate as settled } from 'node:timers/promises';
import type { SeededRandom } from '@enrollkit/base';
import { StuckError } from './errors.ts';

/**
 * Whose an event is: a process's, whose events vanish with it and wait while it is frozen, or the world's.
 */
export type Owner = object;

interface Event {
  readonly at: number;
  /** Decides between events of one moment, so that their order is the seed's and not the program's. */
  readonly order: number;
  readonly owner: Owner;
  readonly wake: () => void;
}

/** After this many turns of the event loop without a pending event nothing can go on. */
const MAX_IDLE_TURNS = 100;

/** No schedule that comes to an end has more events. */
const MAX_EVENTS = 60_000;

/** Time that moves only when everybody waits. One seed, one order of all that happens. */
export class VirtualTime {
  readonly #random: SeededRandom;
  readonly #frozen = new Map<Owner, number>();
  #now: number;
  #events: Event[] = [];
  #happened = 0;

  constructor(start: number, random: SeededRandom) {
    this.#now = start;
    this.#random = random;
  }

  /** Milliseconds since 1970. Bound, so that it can stand in for `Date.now`. */
  readonly now = (): number => this.#now;

  /** Calls `wake` in `ms` milliseconds, rounded up to whole ones; the returned function cancels it. */
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

  /** Cancels everything that this owner waits for. */
  drop(owner: Owner): void {
    this.#events = this.#events.filter((event) => event.owner !== owner);
  }

  /**
   * Puts off everything that this owner waits for, and will wait for meanwhile, until `ms` milliseconds have
   * passed.
   */
  freeze(owner: Owner, ms: number): void {
    this.#frozen.set(owner, this.#now + Math.ceil(ms));
  }

  /** Whether the owner is frozen now. */
  isFrozen(owner: Owner): boolean {
    return (this.#frozen.get(owner) ?? 0) > this.#now;
  }

  /**
   * Lets everything happen, in order, until the work has ended. Throws `StuckError`, and what the work
   * throws.
   */
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
      this.#now = Math.max(this.#now, this.#due(event));
      event.wake();
    }
  }

  /** When an event happens: an owner that is frozen by then sees it as it thaws. */
  #due({ at, owner }: Event): number {
    return Math.max(at, this.#frozen.get(owner) ?? 0);
  }

  #next(): Event | undefined {
    let first: Event | undefined;
    for (const event of this.#events) {
      if (first === undefined || this.#isBefore(event, first)) first = event;
    }
    this.#events = this.#events.filter((event) => event !== first);
    return first;
  }

  #isBefore(one: Event, other: Event): boolean {
    const difference = this.#due(one) - this.#due(other);
    return difference < 0 || (difference === 0 && one.order < other.order);
  }
}
