import { hash } from 'node:crypto';
import { contextAt, type Provider } from '@enrollkit/enrollment';
import type { Intake, Ledger } from '@enrollkit/ledger';
import type { Clock } from './clock.ts';
import type { Observer } from './events.ts';
import type { Fingerprint } from './load/fingerprint.ts';
import { intakeIdOf } from './load/identity.ts';
import { InputError } from './load/input/errors.ts';
import type { Input } from './load/input/source.ts';
import { load, type LoadContext } from './load/load.ts';
import { openReader, type ReadingSettings } from './load/read.ts';
import type { RereadSource } from './load/reread.ts';
import { retryRefused, type RetryChoice } from './load/retry.ts';
import { Validator } from './load/validate.ts';
import { Comparer, type Comparison, type OnDifference } from './reconcile/comparer.ts';
import { DatabaseRetry } from './run/database-retry.ts';
import type { Ending } from './run/ending.ts';
import { SingleRunner } from './run/single.ts';
import { workerContext, workForAll, workForIntake, type WorkerPool } from './run/worker-pool.ts';
import { Breaker } from './send/breaker.ts';
import type { SendContext } from './send/context.ts';
import { RateLimiter } from './send/limiter.ts';
import { resendUnknown } from './send/unknown.ts';
import type { PipelineSettings } from './settings.ts';

/** Everything a run works with. */
export interface RunContext {
  readonly ledger: Ledger;
  readonly provider: Provider;
  readonly fingerprint: Fingerprint;
  /** `srcClientId` and `serviceId`, or `directoryId`, as one name. */
  readonly programme: string;
  readonly settings: PipelineSettings;
  readonly reading: ReadingSettings;
  readonly clock: Clock;
  /** A number in [0, 1): jitter. */
  readonly random: () => number;
  readonly notify: Observer;
  /** Whether an operator has paused the sending; never when absent. */
  readonly paused?: () => boolean;
  /** The same ledger as one that many hosts share; absent where one runner has it to itself. */
  readonly pool?: WorkerPool;
}

/**
 * What a run does, stage by stage:
 *
 *   load       read -> validate -> batch -> seal -> deduplicate -> ready  (the whole input, before the first request)
 *   send       reseal -> submit -> poll -> settle  (driven by the ledger, in any order of batches)
 *   reconcile  compare what the ledger holds with what the provider reports
 *
 * Every change of the ledger is one transaction, so a crash anywhere loses the step under way and nothing else.
 */
export class Pipeline {
  readonly #context: RunContext;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** Finds or makes the intake of an input. Throws `LedgerConflictError` when it was first read with other settings. */
  async open(input: Input): Promise<Intake> {
    const { ledger, programme, settings, reading } = this.#context;
    const reader = await openReader(input, reading);
    const digest = await input.digest();
    return ledger.openIntake({
      id: intakeIdOf(digest, programme),
      digest,
      programme,
      source: input.source,
      bytes: input.bytes,
      format: reader.format,
      batchSize: settings.batchSize,
      readingDigest: hash(
        'sha256',
        JSON.stringify([reader.format, reader.delimiter, Object.entries(reading.columns ?? {}).sort()]),
      ),
    });
  }

  /**
   * Brings every row of the input into the ledger, from where an earlier run stopped. Answers false when told to stop.
   * Throws `InputError` when the input cannot be read on, or is not the intake's.
   */
  async load(intake: Intake, input: Input, stop: AbortSignal): Promise<boolean> {
    const { ledger, pool } = this.#context;
    if (pool === undefined) return this.#load(intake, input, stop);
    // After a database that was unavailable, loading continues from where the ledger stands, as a resume would.
    return new DatabaseRetry(this.#context, stop).run(async () =>
      this.#load((await ledger.findIntake(intake.id)) ?? intake, input, stop),
    );
  }

  /**
   * Sends what is sealed and polls what was sent, until nothing is left that could be done without a person. With
   * `input`, what the provider's present key does not open is sealed again.
   */
  async send(intake: Intake, stop: AbortSignal, input?: Input): Promise<Ending> {
    const { ledger, pool } = this.#context;
    await this.#recover(intake);
    let source: Promise<RereadSource> | undefined;
    const context: SendContext = {
      ...this.#sendContext(),
      ...(input && { openInput: () => (source ??= this.#reread(intake, input)) }),
    };
    const ending = await (pool === undefined
      ? new SingleRunner(intake.id, context).run(stop)
      : workForIntake(intake, { ...workerContext(context, pool), ownIntake: intake.id }, stop));
    if (ending.kind === 'idle' && (await ledger.batchesIn(intake.id, 'unknown')).length === 0)
      await ledger.settleIntake(intake.id);
    return ending;
  }

  /** Takes work of every intake that is ready, beside others; with `untilIdle`, ends when there is none. Needs `pool`. */
  async work(stop: AbortSignal, untilIdle: boolean): Promise<Ending> {
    const { pool } = this.#context;
    if (pool === undefined) throw new Error('the ledger is not one that many hosts share');
    return workForAll(workerContext(this.#sendContext(), pool), stop, untilIdle);
  }

  /** Gives refused records another generation. Answers how many. Throws `InputError` when the input is not the intake's. */
  async retry(intake: Intake, input: Input, choice: RetryChoice): Promise<number> {
    return retryRefused(this.#loadContext(intake), await this.#reread(intake, input), choice);
  }

  /**
   * Polls every batch the provider ever gave an id for and reports each difference to the ledger. Changes nothing, but
   * that a submitted batch whose answer is final is settled.
   */
  async compare(intake: Intake, stop: AbortSignal, onDifference: OnDifference): Promise<Comparison> {
    const { pool } = this.#context;
    const context = pool === undefined ? this.#sendContext() : workerContext(this.#sendContext(), pool);
    return new Comparer(context, intake, onDifference).run(stop);
  }

  async #load(intake: Intake, input: Input, stop: AbortSignal): Promise<boolean> {
    const source = await this.#reread(intake, input);
    if (intake.state !== 'reading') return true;
    return load({ ...source, intake, input }, this.#loadContext(intake), stop);
  }

  #sendContext(): SendContext {
    const { ledger, settings, clock, notify } = this.#context;
    return {
      ...this.#context,
      limiter: new RateLimiter(settings.requestsPerSecond, clock, ledger),
      breaker: new Breaker({ notify, clock, pauseMs: settings.backOffMs }),
      withdrawn: new Set(),
    };
  }

  #loadContext(intake: Intake): LoadContext {
    const { ledger, provider, fingerprint, notify } = this.#context;
    return { ledger, provider, fingerprint, notify, intakeId: intake.id, batchSize: intake.batchSize };
  }

  /** Opens the intake's own input for reading. */
  async #reread(intake: Intake, input: Input): Promise<RereadSource> {
    await assertSame(intake, input);
    // Judged by the day the intake began, so that a resume over midnight makes the same batches.
    return {
      reader: await openReader(input, this.#context.reading),
      validator: new Validator(contextAt(intake.createdAt)),
    };
  }

  /** What a dead process left in `submitting` becomes unknown; under policy `resend` it is sent again. */
  async #recover(intake: Intake): Promise<void> {
    const { ledger, pool, notify } = this.#context;
    const batches = await (pool === undefined
      ? ledger.recoverInterrupted(intake.id)
      : pool.ledger.requeue(intake.id));
    if (batches > 0) notify({ kind: 'recovered', batches });
    for (const batch of await ledger.batchesIn(intake.id, 'unknown'))
      await resendUnknown(batch, this.#context);
  }
}

/** A changed file is another intake. */
async function assertSame(intake: Intake, input: Input): Promise<void> {
  const digest = await input.digest();
  if (digest === intake.digest) return;
  throw new InputError('input-changed', {
    message: `The digest of ${input.source} begins with ${digest.slice(0, 12)}; the intake's begins with ${intake.digest.slice(0, 12)}`,
    hint: 'Give the very file that was read first; a changed file is another intake: enrollkit run FILE',
  });
}
