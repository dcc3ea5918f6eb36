import { join } from 'node:path';
import type { SeededRandom } from '@enrollkit/base';
import { LedgerLockedError, LedgerLockLostError, openSqliteLedger, type Ledger } from '@enrollkit/ledger';
import { defaultSettings, Pipeline, type Ending } from '@enrollkit/pipeline';
import { sleeping } from '../commands.ts';
import { crashingLedger } from '../crashing-ledger.ts';
import { engineOf } from '../engine.ts';
import { NeverSettledError } from '../errors.ts';
import { currentProcess } from '../machine.ts';
import type { ProcessEnd } from '../operator.ts';
import { SimulatedProcess, type Interruption } from '../process.ts';
import type { VirtualTime } from '../time.ts';
import type { Trace } from '../trace.ts';
import type { ChangingWorld } from './provider.ts';

/** A night that needs more processes than this does not come to an end. */
const MAX_PROCESSES = 40;
/** The next process is started so much later: by then a silent one has lost the ledger. */
const BREAK_MS = 60_000;

/** What a process of a night does. */
export type Work = (pipeline: Pipeline, proc: SimulatedProcess) => Promise<Ending>;

/** What nights are made with. */
export interface NightDependencies {
  readonly folder: string;
  readonly random: SeededRandom;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly world: ChangingWorld;
  readonly replaceOrder: 'enroll-first' | 'delete-first';
}

/** A process that runs. */
interface Running {
  readonly ended: Promise<ProcessEnd>;
  /** Resolves when it has the ledger. */
  readonly begun: Promise<void>;
}

/** Starts the processes of nights. One that is frozen is taken for dead, and wakes up beside a later one. */
export class NightRunner {
  /** How each process ended, in the order of their ends. */
  readonly ends: ProcessEnd[] = [];
  readonly #dependencies: NightDependencies;
  readonly #running = new Map<SimulatedProcess, Running>();
  #started = 0;

  constructor(dependencies: NightDependencies) {
    this.#dependencies = dependencies;
  }

  /** Whether a process other than the one that asks has not ended. */
  othersLive(asking: SimulatedProcess | undefined): boolean {
    return [...this.#running.keys()].some((proc) => proc !== asking && proc.alive);
  }

  /**
   * Starts processes until one comes to its end; the first ones are killed or frozen somewhere. Those that
   * find the ledger in the hands of a living one are not counted: it may wait long for a provider in trouble.
   */
  async night(interrupted: number, work: Work): Promise<void> {
    let locked = 0;
    for (let count = 0; count - locked < MAX_PROCESSES; count += 1) {
      const end = await this.process(count < interrupted ? this.#interruptions() : [], work);
      if (end === 'idle') return;
      if (end === 'locked') locked += 1;
    }
    throw new NeverSettledError(
      `not settled after ${MAX_PROCESSES} processes: ${this.ends.slice(-10).join(', ')}`,
    );
  }

  /** Starts one process that is killed or frozen somewhere. */
  interruptedProcess(work: Work): Promise<ProcessEnd> {
    return this.process(this.#interruptions(), work);
  }

  /**
   * Starts one process and stays with it until it has ended, or is frozen; answers its end, or that it was
   * killed.
   */
  async process(interruptions: readonly Interruption[], work: Work): Promise<ProcessEnd> {
    const { random, time, trace } = this.#dependencies;
    this.#started += 1;
    const name = `process ${this.#started}`;
    const proc = new SimulatedProcess({ name, time, random, trace, interruptions, slowestMs: 5 });
    const ended = this.#run(proc, work);
    const end = await Promise.race([ended, proc.frozen]);
    await time.wait(BREAK_MS, this);
    return end === 'frozen' ? 'killed' : end;
  }

  /** Until whatever was frozen has woken up and ended. */
  async allEnded(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Until whatever was frozen before it had the ledger has got it, or has ended. */
  async allBegun(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended, begun }) => Promise.race([ended, begun])));
  }

  #interruptions(): readonly Interruption[] {
    const { random } = this.#dependencies;
    const count = Math.ceil(random.next() ** 2 * 500);
    if (random.chance(0.6)) return [{ count, act: 'kill' }];
    const freeze = { act: 'freeze', ms: random.pick([20_000, 70_000, 400_000, 900_000]) } as const;
    return [
      random.chance(0.3)
        ? { ...freeze, count }
        : {
            ...freeze,
            kind: random.pick(['sign', 'sign', 'send', 'ledger-done']),
            count: Math.ceil(random.next() ** 2 * 12),
          },
    ];
  }

  #run(proc: SimulatedProcess, work: Work): Promise<ProcessEnd> {
    const { trace } = this.#dependencies;
    const begun = Promise.withResolvers<void>();
    const working = currentProcess
      .run(proc, () => this.#work(proc, work, begun.resolve))
      .then(
        ({ kind }): ProcessEnd => kind,
        (error: unknown): ProcessEnd => endOf(error, proc),
      );
    const ended = Promise.race([working, proc.killed])
      .finally(() => this.#running.delete(proc))
      .then((end) => {
        trace.note('nights', `${proc.name} ended`, end);
        this.ends.push(end);
        return end;
      });
    this.#running.set(proc, { ended, begun: begun.promise });
    return ended;
  }

  async #work(proc: SimulatedProcess, work: Work, onBegun: () => void): Promise<Ending> {
    const { folder, time } = this.#dependencies;
    const opened = await proc.unlessKilled(
      openSqliteLedger(
        join(folder, 'ledger.db'),
        { now: time.now },
        engineOf(proc, () => undefined),
      ),
    );
    const ledger = crashingLedger(opened, proc);
    try {
      const lock = await ledger.lock('simulate');
      onBegun();
      lock.lost.addEventListener('abort', () => proc.stop.abort(), { once: true });
      const ending = await work(this.#pipeline(proc, ledger), proc);
      lock.lost.throwIfAborted();
      await proc.unlessKilled(lock.release());
      return ending;
    } finally {
      if (proc.alive) await ledger.close();
    }
  }

  #pipeline(proc: SimulatedProcess, ledger: Ledger): Pipeline {
    const { random, time, trace, world, replaceOrder } = this.#dependencies;
    const provider = world.for(proc);
    const changes = {
      ...defaultSettings.changes,
      contact: 'apply',
      billingAddress: 'apply',
      cardNumber: 'apply',
      expiry: 'apply',
      remove: 'apply',
      replaceOrder,
    } as const;
    return new Pipeline({
      ledger,
      provider,
      single: provider,
      fingerprintKey: new Uint8Array(32),
      environment: 'https://provider.example',
      programme: 'programme',
      settings: {
        ...defaultSettings,
        batchSize: 3,
        inFlight: 3,
        requestsPerSecond: 100,
        onUnknown: 'resend',
        poll: { firstMs: 50, maxMs: 1_000, factor: 2, jitter: 0 },
        changes,
        // One of at least six, and never half of them.
        removals: { percent: 20 },
        tolerated: {},
      },
      reading: { columns: {} },
      clock: {
        now: time.now,
        monotonic: time.now,
        sleep: (ms, signal) => sleeping({ ms, signal, proc, time }),
      },
      random: () => random.next(),
      notify: (event) => trace.note(proc.name, 'event', event.kind),
    });
  }
}

/** The end that an error means; throws those that no process may end with. */
function endOf(error: unknown, proc: SimulatedProcess): ProcessEnd {
  if (error instanceof LedgerLockedError) return 'locked';
  if (error instanceof LedgerLockLostError && proc.wasFrozen) return 'lock-lost';
  throw error;
}
