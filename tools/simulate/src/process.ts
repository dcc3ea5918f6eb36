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

/**
 * Where in its work a process is: at an SQL statement, before or after a ledger method, around a request, ...
 */
export type MomentKind = (typeof momentKinds)[number];

/**
 * What happens to a process, and when: at the `count`-th moment of the kind (of any kind when none is given).
 */
export type Interruption = {
  readonly kind?: MomentKind;
  readonly count: number;
} & (
  | { readonly act: 'kill' | 'stop' }
  /** As by SIGSTOP or a closed lid, and SIGCONT so many milliseconds later. */
  | { readonly act: 'freeze'; readonly ms: number }
);

/** How a process runs. */
export interface ProcessOptions {
  readonly name: string;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly interruptions: readonly Interruption[];
  /** Milliseconds that a step may take at most. */
  readonly slowestMs: number;
}

const never = new Promise<never>(() => undefined);

/**
 * One process, from its start to its end. Everything it awaits goes through `step`; once it is killed none of
 * its steps ever ends, and while it is frozen none does, so nothing of it goes on.
 */
export class SimulatedProcess {
  /** Aborts when somebody asks the process to stop. */
  readonly stop = new AbortController();
  /** Resolves when it is killed. */
  readonly killed: Promise<'killed'>;
  /** Resolves when it is frozen for the first time. */
  readonly frozen: Promise<'frozen'>;
  readonly #options: ProcessOptions;
  /** For the trace. */
  readonly name: string;
  readonly #counts = new Map<MomentKind, number>();
  readonly #killListeners: (() => void)[] = [];
  readonly #resolveKilled: () => void;
  readonly #resolveFrozen: () => void;
  #moments = 0;
  #alive = true;
  #wasFrozen = false;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.name = options.name;
    const killed = Promise.withResolvers<'killed'>();
    const frozen = Promise.withResolvers<'frozen'>();
    this.killed = killed.promise;
    this.frozen = frozen.promise;
    this.#resolveKilled = () => killed.resolve('killed');
    this.#resolveFrozen = () => frozen.resolve('frozen');
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Whether it was frozen at some time: only then may somebody else have taken its place. */
  get wasFrozen(): boolean {
    return this.#wasFrozen;
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
    this.#options.trace.note(this.#options.name, kind, what);
    for (const interruption of this.#options.interruptions) {
      const reached = interruption.kind === undefined ? this.#moments : count;
      if ((interruption.kind ?? kind) === kind && interruption.count === reached)
        this.#interrupt(interruption);
    }
    return this.#alive;
  }

  /**
   * A moment that may take a little while. Never ends when the process is killed in it, and not while it is
   * frozen.
   */
  async step(kind: MomentKind, what: string): Promise<void> {
    if (!this.moment(kind, what)) return never;
    const { time, random, slowestMs } = this.#options;
    const ms = random.chance(0.5) ? 0 : random.next() * slowestMs;
    if (ms === 0 && !time.isFrozen(this)) return;
    await time.wait(ms, this);
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

  #interrupt(interruption: Interruption): void {
    const { trace, time, name } = this.#options;
    trace.note(name, interruption.act, '');
    if (interruption.act === 'stop') return this.stop.abort();
    if (interruption.act === 'freeze') {
      this.#wasFrozen = true;
      time.freeze(this, interruption.ms);
      return this.#resolveFrozen();
    }
    this.#alive = false;
    time.drop(this);
    for (const act of this.#killListeners) act();
    this.#resolveKilled();
  }
}
