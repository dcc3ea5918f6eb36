import { DatabaseSync } from 'node:sqlite';
import type { SeededRandom } from '@enrollkit/base';
import { LedgerLockedError, LedgerLockLostError } from '@enrollkit/ledger';
import type { Ending } from '@enrollkit/pipeline';
import {
  resolve,
  resume,
  retryFile,
  runFile,
  runProcess,
  type Command,
  type Simulation,
} from './commands.ts';
import { NeverSettledError } from './errors.ts';
import type { CardholderFile } from './files.ts';
import { currentProcess } from './machine.ts';
import { SimulatedProcess } from './process.ts';
import type { Trace } from './trace.ts';

/** A schedule that needs more processes than this does not come to an end. */
const MAX_PROCESSES = 300;
/** The next process is started after this at most; mostly much sooner. */
const LONGEST_BREAK_MS = 60_000;
/** A person decides about an unknown batch when no request can be in transit any more. */
const DECISION_DELAY_MS = 120_000;

/** How one process ended. `locked`: another one held the ledger. `lock-lost`: another one took it over. */
export type ProcessEnd = Ending['kind'] | 'killed' | 'locked' | 'lock-lost';

/** What the operator depends on. */
export interface OperatorDependencies {
  readonly simulation: Simulation;
  readonly files: readonly CardholderFile[];
  readonly random: SeededRandom;
  readonly trace: Trace;
  /** Checks the files on disk while no process has them open. */
  readonly atRest: () => void;
}

/** A file that was begun. */
interface Begun {
  readonly file: CardholderFile;
  intakeId?: string;
  end?: ProcessEnd;
}

interface IntakeStatus {
  readonly state: string;
  readonly unknown: number;
}

/**
 * Starts processes one after the other, whatever happens to them, until every file is settled. A process that
 * is frozen may be taken for dead: then the next one starts while it is still there.
 */
export class Operator {
  /** How each process ended, in the order of their ends. */
  readonly ends: ProcessEnd[] = [];
  readonly #dependencies: OperatorDependencies;
  readonly #begun: Begun[] = [];
  /** Processes that have not ended; all but the newest are frozen, or were. */
  readonly #running = new Map<SimulatedProcess, Promise<ProcessEnd>>();
  readonly #waiting: CardholderFile[];
  #simulation: Simulation;
  #started = 0;
  #retries: number;

  constructor(dependencies: OperatorDependencies) {
    this.#dependencies = dependencies;
    this.#simulation = dependencies.simulation;
    this.#retries = dependencies.simulation.plan.retries;
    this.#waiting = [...dependencies.files];
  }

  /** Whether a process other than the one that asks has not ended. */
  othersLive(asking: SimulatedProcess | undefined): boolean {
    return [...this.#running.keys()].some((proc) => proc !== asking && proc.alive);
  }

  /**
   * Works until everything is settled. Throws `NeverSettledError`, and what a process throws that it must not
   * throw.
   */
  async work(): Promise<void> {
    while (this.#started < MAX_PROCESSES) {
      const next = await this.#decide();
      if (next !== undefined) await this.#attend(next);
      else if (this.#running.size === 0) return;
      // What was taken for dead wakes up and ends, and may leave work behind.
      else await Promise.race(this.#running.values());
    }
    throw new NeverSettledError(
      `not settled after ${this.#started} processes: ${this.ends.slice(-10).join(', ')}`,
    );
  }

  /** Starts a process and stays with it until it has ended, or is taken for dead. */
  async #attend({ begun, command }: { readonly begun: Begun; readonly command: Command }): Promise<void> {
    const { random, trace } = this.#dependencies;
    const { plan, time } = this.#simulation;
    const proc = this.#newProcess();
    const ended = this.#run(proc, command);
    const first = await Promise.race([ended, proc.frozen]);
    if (first === 'frozen' && plan.takesFrozenForDead && random.chance(0.7)) {
      trace.note('operator', 'takes for dead', proc.name);
      begun.end = 'killed';
    } else {
      begun.end = await ended;
      if (begun.end === 'limit') this.#liftLimits();
    }
    await time.wait(random.next() ** 3 * LONGEST_BREAK_MS, this);
    if (this.#running.size === 0) this.#dependencies.atRest();
  }

  #newProcess(): SimulatedProcess {
    const { random, trace } = this.#dependencies;
    const { plan, time } = this.#simulation;
    const interruptions = plan.interruptions[this.#started] ?? [];
    this.#started += 1;
    const name = `process ${this.#started}`;
    return new SimulatedProcess({ name, time, random, trace, interruptions, slowestMs: plan.slowestMs });
  }

  #run(proc: SimulatedProcess, command: Command): Promise<ProcessEnd> {
    const { trace } = this.#dependencies;
    const { requestLog, time } = this.#simulation;
    const work = currentProcess
      .run(proc, () => runProcess(this.#simulation, proc, command))
      .then(
        ({ kind }): ProcessEnd => kind,
        (error: unknown): ProcessEnd => endOf(error, proc),
      );
    const ended = Promise.race([work, proc.killed]).finally(() => this.#running.delete(proc));
    this.#running.set(proc, ended);
    void proc.frozen.then(() => requestLog.senderStopped(time.now()));
    return ended.then((end) => {
      trace.note('operator', `${proc.name} ended`, end);
      this.ends.push(end);
      if (end === 'killed' || end === 'lock-lost') requestLog.senderStopped(time.now());
      return end;
    });
  }

  /** A person has looked at what failed, and lets it go on. */
  #liftLimits(): void {
    const { plan } = this.#simulation;
    this.#simulation = {
      ...this.#simulation,
      plan: { ...plan, settings: { ...plan.settings, tolerated: {} } },
    };
  }

  /** What to do next; undefined when nothing is left. */
  async #decide(): Promise<{ readonly begun: Begun; readonly command: Command } | undefined> {
    const { random } = this.#dependencies;
    const { plan } = this.#simulation;
    const statuses = statusesIn(this.#simulation.ledgerPath);
    const open = this.#begun.filter(({ intakeId }) => statuses.get(intakeId ?? '')?.state !== 'settled');
    if (this.#waiting.length > 0 && (open.length === 0 || random.chance(plan.overlap))) return this.#begin();
    if (open.length > 0) return this.#goOn(random.pick(open), statuses);
    if (this.#retries === 0 || this.#begun.length === 0) return undefined;
    this.#retries -= 1;
    const begun = random.pick(this.#begun);
    return { begun, command: retryFile(begun.file, begun.intakeId ?? '') };
  }

  #begin() {
    const file = this.#waiting.shift();
    if (file === undefined) throw new RangeError('no file is waiting');
    const begun: Begun = { file };
    this.#begun.push(begun);
    return { begun, command: this.#runFile(begun) };
  }

  async #goOn(begun: Begun, statuses: ReadonlyMap<string, IntakeStatus>) {
    const { random } = this.#dependencies;
    const { intakeId, end } = begun;
    const status = statuses.get(intakeId ?? '');
    if (intakeId !== undefined && end === 'idle' && (status?.unknown ?? 0) > 0) {
      await this.#waitBeforeDeciding();
      return { begun, command: resolve(intakeId) };
    }
    const withFile = status === undefined || status.state === 'reading' || end === 'key-withdrawn';
    const command =
      withFile || intakeId === undefined || random.chance(0.7) ? this.#runFile(begun) : resume(intakeId);
    return { begun, command };
  }

  /** Until no request is in transit; a careful person also sees to it that nobody who could send is left. */
  async #waitBeforeDeciding(): Promise<void> {
    const { plan, time } = this.#simulation;
    while (!plan.takesFrozenForDead && this.#running.size > 0) await Promise.race(this.#running.values());
    await time.wait(DECISION_DELAY_MS, this);
  }

  #runFile(begun: Begun): Command {
    return runFile(begun.file, (intakeId) => {
      begun.intakeId = intakeId;
    });
  }
}

/** The end that an error means; throws those that no process may end with. */
function endOf(error: unknown, proc: SimulatedProcess): ProcessEnd {
  if (error instanceof LedgerLockedError) return 'locked';
  if (error instanceof LedgerLockLostError && proc.wasFrozen) return 'lock-lost';
  throw error;
}

/** The state of every intake, and how many of its batches are unknown, by the intake's id. */
function statusesIn(ledgerPath: string): ReadonlyMap<string, IntakeStatus> {
  let file: DatabaseSync | undefined;
  try {
    // Read-only, so that it leaves the write-ahead log as it is.
    file = new DatabaseSync(ledgerPath, { readOnly: true });
    const rows = file
      .prepare(
        `select id, state, (select count(*) from batch where batch.intake = intake.number and batch.state = 'unknown') as unknown from intake`,
      )
      .all();
    return new Map(
      rows.map((row) => [
        String(row['id']),
        { state: String(row['state']), unknown: Number(row['unknown']) },
      ]),
    );
  } catch {
    // Killed before the first migration: there is no file or no table yet.
    return new Map();
  } finally {
    file?.close();
  }
}
