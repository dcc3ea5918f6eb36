import type { SeededRandom } from '@enrollkit/base';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './time.ts';

/** The kinds of moment at which a process may be killed. */
export const momentKinds = [
  'statement',
  'ledger',
  'ledger-done',
  'send',
  'arrived',
  'answer',
  'sleep',
  'input',
  'key',
  'sign',
] as const;

/** Where in its work a process is: at an SQL statement, before or after a ledger method, around a request, ... */
export type MomentKind = (typeof momentKinds)[number];

/** What happens to a process, and when: at the `count`-th moment of the kind (of any kind when none is given). */
export interface Interruption {
  readonly act: 'kill' | 'stop';
  readonly kind?: MomentKind;
  readonly count: number;
}

/** How a process runs. */
export interface ProcessOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly interruptions: readonly Interruption[];
  /** Milliseconds that a step may take at most. */
  readonly slowestMs: number;
}

const never = new Promise<never>(() => undefined);

/**
 * One process, from its start to its end. Everything it awaits goes through `step`; once it is killed none of its steps
 * ever ends, so nothing of it goes on.
 */
export class SimulatedProcess {
  /** Aborts when somebody asks the process to stop. */
  readonly stop = new AbortController();
  /** Resolves when it is killed. */
  readonly killed: Promise<'killed'>;
  readonly #parts: ProcessOptions;
  readonly #counts = new Map<MomentKind, number>();
  readonly #killListeners: (() => void)[] = [];
  readonly #resolveKilled: () => void;
  #moments = 0;
  #alive = true;

  constructor(parts: ProcessOptions) {
    this.#parts = parts;
    const { promise, resolve } = Promise.withResolvers<'killed'>();
    this.killed = promise;
    this.#resolveKilled = () => resolve('killed');
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Calls `act` at the moment of the kill, before anything else can happen. */
  onKill(act: () => void): void {
    this.#killListeners.push(act);
  }

  /** One moment of its work; returns whether it is still alive. */
  moment(kind: MomentKind, what: string): boolean {
    if (!this.#alive) return false;
    this.#moments += 1;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#parts.trace.note(kind, what);
    for (const interruption of this.#parts.interruptions) {
      if (
        (interruption.kind ?? kind) === kind &&
        interruption.count === (interruption.kind === undefined ? this.#moments : count)
      )
        this.#interrupt(interruption);
    }
    return this.#alive;
  }

  /** A moment that may take a little while. Never ends when the process is killed in it. */
  async step(kind: MomentKind, what: string): Promise<void> {
    if (!this.moment(kind, what)) return never;
    const { time, random, slowestMs } = this.#parts;
    if (random.chance(0.5)) return;
    await time.wait(random.next() * slowestMs, this);
    if (!this.#alive) return never;
  }

  /** The result of some work, unless the process is killed meanwhile. */
  async unlessKilled<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      return this.#alive ? result : await never;
    } catch (error) {
      if (!this.#alive) return never;
      throw error;
    }
  }

  #interrupt({ act }: Interruption): void {
    this.#parts.trace.note(act, '');
    if (act === 'stop') return this.stop.abort();
    this.#alive = false;
    this.#parts.time.drop(this);
    for (const act of this.#killListeners) act();
    this.#resolveKilled();
  }
}
