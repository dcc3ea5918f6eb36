import {
  defaultChangeRules,
  type Provider,
  type SingleOperations,
  type EnrollmentRecord,
} from '@enrollkit/enrollment';
import { contextAt } from '@enrollkit/enrollment/validation';
import { type ChangePhase, type Intake, type Ledger } from '@enrollkit/ledger';
import type { Clock } from './clock.ts';
import type { Observer } from './events.ts';
import { assertBound, completeRegister } from './load/binding.ts';
import { Digests } from './load/digests.ts';
import type { Input } from './load/input/source.ts';
import { load, type LoadContext } from './load/load.ts';
import { plan, type Plan, type PlanOptions } from './load/plan.ts';
import { validationOf } from './load/input/settings.ts';
import {
  assertSameInput,
  intakeReading,
  isAgain,
  isReadAnew,
  openIntake,
  type OpenOptions,
} from './load/open.ts';
import { openReader, type ReadingSettings } from './load/read.ts';
import type { RereadSource } from './load/reread.ts';
import { loadOptOuts, type OptOutFile } from './changes/opt-out.ts';
import { refresh, type Refreshed, type RefreshOptions } from './changes/refresh.ts';
import { changeStage, isOpen } from './changes/stage.ts';
import { retryRefused, type RetryChoice } from './load/retry.ts';
import { selectRows } from './load/select.ts';
import type { ThreadSettings } from './load/slices/work.ts';
import { Validator } from './load/validate.ts';
import { assertWithholds, isDeleteFirst, selectionOf, variantOf } from './load/variant.ts';
import { Comparer, type Comparison, type OnDifference } from './reconcile/comparer.ts';
import { DatabaseRetry } from './run/database-retry.ts';
import { passedLimit, settles, type Ending } from './run/ending.ts';
import { recoverInterrupted } from './run/recover.ts';
import { SingleRunner } from './run/single.ts';
import { workerContext, workForAll, workForIntake, type WorkerPool } from './run/worker-pool.ts';
import { Breaker } from './send/breaker.ts';
import type { SendContext } from './send/context.ts';
import { RateLimiter } from './send/limiter.ts';
import { Schedule } from './send/schedule.ts';
import { scheduleOf, type PipelineSettings } from './settings.ts';

/** Everything a run works with. */
export interface RunContext {
  readonly ledger: Ledger;
  readonly provider: Provider;
  /** The same provider, one cardholder at a time; what changes nothing can do without. */
  readonly single?: SingleOperations;
  /** Secret of the ledger's keyed hashes, at least 32 bytes; a process that reads no input can do without. */
  readonly fingerprintKey?: Uint8Array | undefined;
  /** Base URL of the provider's API, without a slash at its end. */
  readonly environment: string;
  /** `srcClientId` and `serviceId`, or `directoryId`, as one name. */
  readonly programme: string;
  readonly settings: PipelineSettings;
  readonly reading: ReadingSettings;
  readonly clock: Clock;
  /** A number in [0, 1): jitter. */
  readonly random: () => number;
  readonly notify: Observer;
  /** Of a migration: whether a record that is not enrolled in this ledger stays out of it. */
  readonly withhold?: ((record: EnrollmentRecord) => boolean) | undefined;
  /** Whether an operator has paused the sending; never when absent. */
  readonly paused?: () => boolean;
  /** By how many threads a load reads its rows, when not as usual. */
  readonly threads?: ThreadSettings;
  /** The same ledger as one that many hosts share; absent where one runner has it to itself. */
  readonly pool?: WorkerPool;
}

/**
 * What a run does, stage by stage:
 *
 *   load       read -> validate -> compare -> batch -> seal -> withdraw -> claim -> ready  (before the first
 *              request)
 *   send       reseal -> submit -> poll -> settle  (driven by the ledger, in any order of batches)
 *   reconcile  compare what the ledger holds with what the provider reports
 *
 * Every change of the ledger is one transaction, so a crash anywhere loses the step under way and nothing
 * else.
 */
export class Pipeline {
  readonly #context: RunContext;
  readonly #key: Digests | undefined;
  #bound: Promise<void> | undefined;

  /** Throws `RangeError` when the fingerprint key has less than 32 bytes. */
  constructor(context: RunContext) {
    this.#context = context;
    const { fingerprintKey } = context;
    this.#key = fingerprintKey && new Digests({ ...context, fingerprintKey });
  }

  /**
   * Finds or makes the intake of an input. The same input under the same rules is the same intake as long as
   * the register has not changed since; after that it is compared anew.
   *
   * Throws `LedgerBindingError` when the ledger is another environment's or programme's, or its key another
   * one, and `LedgerConflictError` when the intake is unfinished and was first read with other settings.
   */
  async open(input: Input, options: OpenOptions = {}): Promise<Intake> {
    await this.#bind();
    await this.#completeRegister();
    return openIntake(this.#context, input, options);
  }

  /**
   * What a run of the input would do, without writing or sending anything. Throws as {@link open} does, and
   * `InputError` when the input cannot be read to its end.
   */
  async plan(input: Input, options: PlanOptions = {}): Promise<Plan> {
    const { ledger, settings, reading, clock } = this.#context;
    await this.#bind();
    const reader = await openReader(input, reading);
    const today = new Date(clock.now());
    const validator = new Validator(contextAt(today, validationOf(reading)));
    return plan({ reader, validator }, { ledger, today, digests: this.#digests, settings, ...options });
  }

  /**
   * Brings every row of the input into the ledger, from where an earlier run stopped, and from the first row
   * when it is read by other settings now. Answers whether the intake is ready to be sent: not when told to
   * stop, nor when more rows were rejected than are tolerated. Throws `InputError` when the input cannot be
   * read on, or is not the intake's.
   */
  async load(intake: Intake, input: Input, stop: AbortSignal): Promise<boolean> {
    const { ledger, pool } = this.#context;
    await this.#bind();
    if (pool === undefined) return this.#load(intake, input, stop);
    // After a database that was unavailable, loading continues from where the ledger stands.
    return new DatabaseRetry(this.#context, stop).run(async () =>
      this.#load((await ledger.findIntake(intake.id)) ?? intake, input, stop),
    );
  }

  /**
   * Sends what is sealed and polls what was sent, until nothing is left that could be done without a person.
   * With `input`, what the provider's present key does not open is sealed again.
   */
  async send(intake: Intake, stop: AbortSignal, input?: Input): Promise<Ending> {
    const { ledger, pool } = this.#context;
    await this.#bind();
    // Nothing of it is left that could be held back, whatever failed.
    if ((await ledger.findIntake(intake.id))?.state === 'settled') return { kind: 'idle' };
    const passed = await this.passedLimit(intake);
    if (passed !== undefined) return passed;
    await recoverInterrupted(intake.id, this.#context);
    let source: Promise<RereadSource> | undefined;
    const context = {
      ...this.#sendContext(),
      deletesFirst: isDeleteFirst(intake),
      ...(input && { openInput: () => (source ??= this.#reread(intake, input)) }),
    };
    const deadline = this.#context.clock.now() + this.#context.settings.deadlineMs;
    const change = (phase: ChangePhase) =>
      changeStage({ intakeId: intake.id, phase, deadline }, { ...this.#context, ...context }, stop);
    if (context.deletesFirst) {
      const deleted = await change('before-batches');
      if (deleted.kind !== 'idle') return deleted;
    }
    const sent = await (pool === undefined
      ? new SingleRunner(intake.id, context).run(stop)
      : workForIntake(intake, { ...workerContext(context, pool), ownIntake: intake.id }, stop));
    const ending = sent.kind === 'idle' ? await change('after-batches') : sent;
    if (ending.kind !== 'idle' || (await isOpen(intake.id, ledger))) return ending;
    return (await settles(intake.id, ledger, pool !== undefined)) ? ending : this.send(intake, stop, input);
  }

  /** The ending that is due when more records of a loaded intake failed than are tolerated. */
  passedLimit({ id }: Pick<Intake, 'id'>): Promise<Ending | undefined> {
    return passedLimit(this.#context.ledger, id, this.#context.settings.tolerated);
  }

  /**
   * Makes an intake of those who opt out, ready to be sent: what is enrolled of them is deleted. Throws as
   * {@link open} does.
   */
  async optOut(file: OptOutFile): Promise<Intake> {
    await this.#bind();
    await this.#completeRegister();
    return loadOptOuts(file, { ...this.#context, digests: this.#digests });
  }

  /**
   * Reads profiles and cards back, at a rate of its own, and reports each difference from the register.
   * Throws `DeniedError`.
   */
  async refresh(
    { requestsPerSecond, ...options }: RefreshOptions & { readonly requestsPerSecond: number },
    stop: AbortSignal,
  ): Promise<Refreshed> {
    const { ledger, single, clock } = this.#context;
    if (single === undefined) throw new Error('a refresh needs single operations');
    await this.#bind();
    await this.#completeRegister();
    const limiter = new RateLimiter(new Schedule(requestsPerSecond), clock, ledger);
    return refresh(options, { ...this.#context, single, limiter }, stop);
  }

  /**
   * Takes work of every intake that is ready, beside others; with `untilIdle`, ends when there is none. Needs
   * `pool`.
   */
  async work(stop: AbortSignal, untilIdle: boolean): Promise<Ending> {
    const { pool } = this.#context;
    if (pool === undefined) throw new Error('the ledger is not one that many hosts share');
    await this.#bind();
    return workForAll(workerContext(this.#sendContext(), pool), stop, untilIdle);
  }

  /**
   * Gives refused records another generation; answers how many. Throws `InputError` for another input.
   */
  async retry(intake: Intake, input: Input, choice: RetryChoice): Promise<number> {
    await this.#bind();
    const source = await this.#reread(intake, input);
    return retryRefused(this.#loadContext(intake, false), source, choice);
  }

  /**
   * Polls every batch the provider ever gave an id for and reports each difference to the ledger. Changes
   * nothing, but that a submitted batch whose answer is final is settled.
   */
  async compare(intake: Intake, stop: AbortSignal, onDifference: OnDifference): Promise<Comparison> {
    const { pool } = this.#context;
    await this.#bind();
    const context = pool === undefined ? this.#sendContext() : workerContext(this.#sendContext(), pool);
    return new Comparer(context, intake, onDifference).run(stop);
  }

  async #load(intake: Intake, input: Input, stop: AbortSignal): Promise<boolean> {
    const { ledger, reading, withhold } = this.#context;
    const source = await this.#reread(intake, input);
    if (intake.state !== 'reading') return true;
    assertWithholds(intake, withhold);
    const again = isAgain(intake, source.reader, reading);
    const readNow = intakeReading(this.#context, source.reader, again);
    const anew = isReadAnew(intake, readNow, await ledger.registerEpoch());
    const current = anew ? await ledger.restartReading(intake.id, readNow) : intake;
    return load({ ...source, intake: current, input }, this.#loadContext(current, again), stop);
  }

  get #digests(): Digests {
    if (this.#key === undefined) throw new Error('a run that reads an input needs the fingerprint key');
    return this.#key;
  }

  /** Compares, once, whose ledger it is; without the key, its check value is left out. */
  #bind(): Promise<void> {
    const { ledger } = this.#context;
    return (this.#bound ??=
      this.#key === undefined ? assertBound(this.#context) : ledger.bind(this.#key.binding));
  }

  #completeRegister(): Promise<void> {
    return completeRegister(this.#context.ledger, () => this.#digests);
  }

  #sendContext(): SendContext {
    const { ledger, settings, clock, notify } = this.#context;
    return {
      ...this.#context,
      limiter: new RateLimiter(scheduleOf(settings), clock, ledger),
      breaker: new Breaker({ notify, clock, pauseMs: settings.backOffMs }),
      withdrawn: new Set(),
    };
  }

  #loadContext(intake: Intake, again: boolean): LoadContext {
    const { settings } = this.#context;
    // Those of its first reading: a resume under other settings makes the same of the same rows.
    const { full, confirmed, changes = defaultChangeRules } = variantOf(intake);
    const removal = full && { rule: changes.remove, limits: settings.removals, confirmed };
    return {
      ...this.#context,
      duplicates: settings.duplicates,
      changes,
      ...(removal && { removal }),
      passedLimit: async () => (await this.passedLimit(intake)) !== undefined,
      again,
      digests: this.#digests,
      intakeId: intake.id,
      batchSize: intake.batchSize,
    };
  }

  /** Opens the intake's own input for reading. */
  async #reread(intake: Intake, input: Input): Promise<RereadSource> {
    await assertSameInput(intake, input);
    // Judged by the day the intake began, so that a resume over midnight makes the same batches.
    return {
      reader: selectRows(await openReader(input, this.#context.reading), selectionOf(intake), intake.digest),
      validator: new Validator(contextAt(intake.createdAt, validationOf(this.#context.reading))),
    };
  }
}
