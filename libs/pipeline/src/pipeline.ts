import { hash } from 'node:crypto';
import { contextAt, type Provider } from '@enrollkit/enrollment';
import type { Intake, Ledger } from '@enrollkit/ledger';
import { mapConcurrent } from '@enrollkit/base';
import { Breaker } from './send/breaker.ts';
import type { Clock } from './clock.ts';
import { Comparer, type Comparison, type OnDifference } from './reconcile/comparer.ts';
import { workerContext, workForIntake, workForAll, type WorkerPool } from './run/worker-pool.ts';
import { SingleRunner } from './run/single.ts';
import type { Ending } from './run/ending.ts';
import type { Observer } from './events.ts';
import type { Fingerprint } from './load/fingerprint.ts';
import { intakeIdOf } from './load/identity.ts';
import { InputError } from './load/input/errors.ts';
import type { Input } from './load/input/source.ts';
import { RateLimiter } from './send/limiter.ts';
import { DatabaseRetry } from './run/database-retry.ts';
import type { RereadSource } from './load/reread.ts';
import type { SendContext } from './send/context.ts';
import type { PipelineSettings } from './settings.ts';
import { batchRecords } from './load/batch.ts';
import { removeDuplicates, type DeduplicationContext } from './load/deduplicate.ts';
import { openReader, type ReadingSettings, type RowReader } from './load/read.ts';
import { retryRefused, type RetryChoice } from './load/retry.ts';
import { sealDrafts } from './load/seal.ts';
import { Validator } from './load/validate.ts';

/** Steps on their way into the ledger at once: it takes them in order, and those that wait may share a commit. */
const COMMITS_AHEAD = 8;

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
  readonly random: () => number;
  readonly notify: Observer;
  /** Whether a person has told the run to send nothing for now; never when absent. */
  readonly paused?: () => boolean;
  /** The same ledger as one that many hosts share; absent where one runner has it for itself. */
  readonly pool?: WorkerPool;
}

/**
 * The order of the stages, here and nowhere else:
 *
 *   read -> validate -> batch -> seal -> ledger        (load: the whole input, before the first request)
 *   deduplicate -> ready                               (still before the first request)
 *   freshen -> submit -> poll -> reconcile -> settled  (send: driven by the ledger, in any order of batches)
 *
 * Every arrow into the ledger is one transaction, so a crash anywhere loses the step under way and nothing else.
 */
export class Pipeline {
  readonly #shop: RunContext;

  constructor(shop: RunContext) {
    this.#shop = shop;
  }

  /** Finds or makes the intake of an input. Throws `LedgerConflictError` when it was first read with other settings. */
  async open(input: Input): Promise<Intake> {
    const { ledger, programme, settings, reading } = this.#shop;
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

  /** Brings every row of the input into the ledger, goes on where an earlier run stopped. Answers false when told to stop. */
  async load(intake: Intake, input: Input, stop: AbortSignal): Promise<boolean> {
    if (this.#shop.pool === undefined) return this.#load(intake, input, stop);
    // A database that was away is gone on with from where the ledger stands, as a resume would.
    return new DatabaseRetry(this.#shop, stop).run(async () =>
      this.#load((await this.#shop.ledger.findIntake(intake.id)) ?? intake, input, stop),
    );
  }

  async #load(intake: Intake, input: Input, stop: AbortSignal): Promise<boolean> {
    await assertSame(intake, input);
    if (intake.state !== 'reading') return true;
    const { ledger, notify } = this.#shop;
    const from = await this.#rereading(intake, input);
    const desk = this.#desk(intake);
    const rows = from.validator.all(from.reader.rows(intake.position));
    const drafts = batchRecords(rows, {
      batchSize: intake.batchSize,
      from: intake.position,
      bytes: input.bytes,
    });
    const committed = mapConcurrent(sealDrafts(drafts, desk), COMMITS_AHEAD, async (step) => {
      await ledger.commitRead(step);
      return step;
    });
    for await (const { position } of committed) {
      notify({
        kind: 'reading',
        bytes: position.offset,
        totalBytes: input.bytes,
        rows: position.rows,
        rejected: from.validator.count.rejected,
      });
      if (stop.aborted) return false;
    }
    await ledger.finishLoading(intake.id);
    notify({ kind: 'duplicates', count: await removeDuplicates(desk, from) });
    await ledger.markReady(intake.id);
    notify({ kind: 'ready' });
    return true;
  }

  /**
   * Sends what is sealed and asks about what was sent, until nothing is left that could be done without a person.
   * With `input`, what the provider's key of today does not open is sealed again.
   */
  async send(intake: Intake, stop: AbortSignal, input?: Input): Promise<Ending> {
    const { ledger, pool } = this.#shop;
    await this.#recover(intake);
    let rereading: Promise<RereadSource> | undefined;
    const room: SendContext = {
      ...this.#room(),
      ...(input && { openInput: () => (rereading ??= this.#rereading(intake, input)) }),
    };
    const ending = await (pool === undefined
      ? new SingleRunner(intake.id, room).run(stop)
      : workForIntake(intake, { ...workerContext(room, pool), ownIntake: intake.id }, stop));
    if (ending.kind === 'idle' && (await ledger.batchesIn(intake.id, 'unknown')).length === 0)
      await ledger.settleIntake(intake.id);
    return ending;
  }

  /** Takes work of every intake that is ready, beside others; with `untilIdle`, ends when there is none. Takes a ledger that many hosts share. */
  async work(stop: AbortSignal, untilIdle: boolean): Promise<Ending> {
    const { pool } = this.#shop;
    if (pool === undefined) throw new Error('the ledger is not one that many hosts share');
    return workForAll(workerContext(this.#room(), pool), stop, untilIdle);
  }

  /** Gives refused records another generation. Answers how many. */
  async retry(intake: Intake, input: Input, choice: RetryChoice): Promise<number> {
    return retryRefused(this.#desk(intake), await this.#rereading(intake, input), choice);
  }

  /**
   * Asks the provider about every batch it ever gave an id for, and tells each difference to the ledger. Changes
   * nothing, but that a submitted batch whose answer is final is settled as when it is polled.
   */
  async compare(intake: Intake, stop: AbortSignal, tell: OnDifference): Promise<Comparison> {
    const { pool } = this.#shop;
    const room = pool === undefined ? this.#room() : workerContext(this.#room(), pool);
    return new Comparer(room, intake, tell).run(stop);
  }

  #room(): SendContext {
    const { ledger, settings, clock, notify } = this.#shop;
    return {
      ...this.#shop,
      limiter: new RateLimiter(settings.requestsPerSecond, clock, ledger),
      breaker: new Breaker({ notify, clock, pauseMs: settings.backOffMs }),
      withdrawn: new Set(),
    };
  }

  /** Opens the intake's own input for reading. */
  async #rereading(intake: Intake, input: Input): Promise<RereadSource & { readonly reader: RowReader }> {
    await assertSame(intake, input);
    // Judged by the day the intake began, so that a resume over midnight makes the same batches.
    return {
      reader: await openReader(input, this.#shop.reading),
      validator: new Validator(contextAt(intake.createdAt)),
    };
  }

  #desk(intake: Intake): DeduplicationContext {
    const { ledger, provider, fingerprint } = this.#shop;
    return { ledger, provider, fingerprint, intakeId: intake.id, batchSize: intake.batchSize };
  }

  /** What a dead process left in `submitting` is unknown; policy `resend` lets what is unknown be sent again. */
  async #recover(intake: Intake): Promise<void> {
    const { ledger, pool, settings, clock, notify } = this.#shop;
    const batches = await (pool === undefined
      ? ledger.recoverInterrupted(intake.id)
      : pool.ledger.requeue(intake.id));
    if (batches > 0) notify({ kind: 'recovered', batches });
    if (settings.onUnknown !== 'resend') return;
    for (const batch of await ledger.batchesIn(intake.id, 'unknown')) {
      // One that is known to have arrived would only be told so again.
      if (batch.reason?.code !== 'ALREADY_EXISTS')
        await ledger.releaseUnknown(batch.id, new Date(clock.now()));
    }
  }
}

/** A changed file is another intake. */
async function assertSame(intake: Intake, input: Input): Promise<void> {
  const digest = await input.digest();
  if (digest === intake.digest) return;
  throw new InputError('INPUT_CHANGED', {
    message: `The digest of ${input.source} begins with ${digest.slice(0, 12)}; the intake's begins with ${intake.digest.slice(0, 12)}`,
    hint: 'Give the very file that was read first; a changed file is another intake: enrollkit run FILE',
  });
}
