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

/** Where in its work a process is: at an SQL statement, before or after a ledger verb, around a request, ... */
export type MomentKind = (typeof momentKinds)[number];

/** What becomes of a process, and when: at the `count`-th moment of the kind (of any kind when none is given). */
export interface Doom {
  readonly act: 'kill' | 'stop';
  readonly kind?: MomentKind;
  readonly count: number;
}

/** What a life is lived with. */
export interface LifeParts {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly dooms: readonly Doom[];
  /** Milliseconds that a step may take at most. */
  readonly slowestMs: number;
}

/** Thrown into a statement of a process that is no more; nobody lives to catch it. */
export class KilledError extends Error {
  override readonly name = 'KilledError';
  readonly code = 'KILLED';
}

const never = new Promise<never>(() => undefined);

/**
 * One process, from its start to its end. Everything it awaits goes through `step`; once it is dead none of its steps
 * ever ends, so nothing of it proceeds.
 */
export class Life {
  /** Aborts when somebody asks the process to stop. */
  readonly stop = new AbortController();
  /** Resolves when it is killed. */
  readonly killed: Promise<'killed'>;
  readonly #parts: LifeParts;
  readonly #counts = new Map<MomentKind, number>();
  readonly #lastWill: (() => void)[] = [];
  readonly #tellDeath: () => void;
  #moments = 0;
  #alive = true;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    const { promise, resolve } = Promise.withResolvers<'killed'>();
    this.killed = promise;
    this.#tellDeath = () => resolve('killed');
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Done at the very moment of death, before anything else can happen. */
  onDeath(act: () => void): void {
    this.#lastWill.push(act);
  }

  /** One moment of its work; answers whether it lives on. */
  moment(kind: MomentKind, what: string): boolean {
    if (!this.#alive) return false;
    this.#moments += 1;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#parts.trace.note(kind, what);
    for (const doom of this.#parts.dooms) {
      if ((doom.kind ?? kind) === kind && doom.count === (doom.kind === undefined ? this.#moments : count))
        this.#meet(doom);
    }
    return this.#alive;
  }

  /** A moment that may take a little while. Never ends when the process dies in it. */
  async step(kind: MomentKind, what: string): Promise<void> {
    if (!this.moment(kind, what)) return never;
    const { time, random, slowestMs } = this.#parts;
    if (random.chance(0.5)) return;
    await time.wait(random.next() * slowestMs, this);
    if (!this.#alive) return never;
  }

  /** The result of some work, unless the process dies meanwhile. */
  async outlive<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      return this.#alive ? result : await never;
    } catch (error) {
      if (!this.#alive) return never;
      throw error;
    }
  }

  #meet({ act }: Doom): void {
    this.#parts.trace.note(act, '');
    if (act === 'stop') return this.stop.abort();
    this.#alive = false;
    this.#parts.time.drop(this);
    for (const act of this.#lastWill) act();
    this.#tellDeath();
  }
}
