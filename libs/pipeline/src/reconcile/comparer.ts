import { LedgerConflictError, type BatchRow, type Intake } from '@enrollkit/ledger';
import { DeniedError } from '../errors.ts';
import type { Ending } from '../run/ending.ts';
import type { SendContext } from '../send/context.ts';
import { Pause } from '../send/pause.ts';
import { poll, type PollableBatch } from '../send/poll.ts';
import { differencesIn, pollEnded, type Difference } from './differences.ts';

/** What comparing an intake with the provider came to. */
export interface Comparison {
  readonly ending: Ending;
  /** Batches that were polled. */
  readonly batches: number;
  /** Of these, how many were not settled before and are now. */
  readonly settled: number;
  /** Batches that are not settled and wait on: the provider is not done with them, or did not say. */
  readonly open: number;
  readonly differences: number;
  /** Batches about which the provider gave no answer. */
  readonly unanswered: number;
}

/** Receives each difference as it is found. */
export type OnDifference = (difference: Difference) => Promise<void>;

const PAUSED_SLEEP_MS = 1_000;

/** Polls the batches of an intake once more, a bounded number at once and no faster than the rate allows. */
export class Comparer {
  readonly #context: SendContext;
  readonly #intake: Intake;
  readonly #onDifference: OnDifference;
  readonly #pause: Pause;
  readonly #sums = { batches: 0, settled: 0, open: 0, differences: 0, unanswered: 0 };

  constructor(context: SendContext, intake: Intake, onDifference: OnDifference) {
    this.#context = context;
    this.#intake = intake;
    this.#onDifference = onDifference;
    this.#pause = new Pause(context);
  }

  /**
   * A submitted batch is polled as ever, and settled if it is finished; one that has ended is compared, and
   * not changed.
   */
  async run(stop: AbortSignal): Promise<Comparison> {
    const ended = [
      ...(await this.#batchesIn('settled')),
      ...(await this.#batchesIn('refused')),
      ...(await this.#batchesIn('abandoned')),
    ];
    const submitted = await this.#batchesIn('submitted');
    try {
      const finished =
        (await this.#each(submitted, stop, (batch) => this.#settle(batch, stop))) &&
        (await this.#each(ended, stop, (batch) => this.#compare(batch, stop)));
      return { ending: { kind: finished ? 'idle' : 'interrupted' }, ...this.#sums };
    } catch (error) {
      if (!(error instanceof DeniedError)) throw error;
      return { ending: { kind: 'denied', reason: error.reason }, ...this.#sums };
    }
  }

  /** In portions of `inFlight`; answers false when told to stop. */
  async #each(
    batches: readonly PollableBatch[],
    stop: AbortSignal,
    work: (batch: PollableBatch) => Promise<void>,
  ): Promise<boolean> {
    const { settings, clock } = this.#context;
    for (let at = 0; at < batches.length; at += settings.inFlight) {
      while (this.#pause.isActive && !stop.aborted) await clock.sleep(PAUSED_SLEEP_MS, stop);
      const portion = await Promise.allSettled(batches.slice(at, at + settings.inFlight).map(work));
      for (const result of portion) if (result.status === 'rejected') throw result.reason;
      if (stop.aborted) return false;
    }
    return true;
  }

  async #settle(batch: PollableBatch, stop: AbortSignal): Promise<void> {
    const { ledger, limiter } = this.#context;
    if ((await limiter.acquireSlot(stop)) === undefined) return;
    // Where many share the ledger, another process may have settled it meanwhile.
    await poll(batch, this.#context).catch((error: unknown) => {
      if (!(error instanceof LedgerConflictError)) throw error;
    });
    const after = await ledger.findBatch(this.#intake.id, batch.externalBatchId);
    this.#sums.batches += 1;
    this.#sums[after?.state === 'submitted' ? 'open' : 'settled'] += 1;
  }

  async #compare(batch: PollableBatch, stop: AbortSignal): Promise<void> {
    const answer = await pollEnded(batch, this.#context, stop);
    if (stop.aborted) return;
    this.#sums.batches += 1;
    if (answer === undefined) return void (this.#sums.unanswered += 1);
    const differences = await differencesIn(this.#context.ledger, batch, answer);
    this.#sums.differences += differences.length;
    for (const difference of differences) await this.#onDifference(difference);
  }

  async #batchesIn(state: BatchRow['state']): Promise<readonly PollableBatch[]> {
    const batches = await this.#context.ledger.batchesIn(this.#intake.id, state);
    return batches.flatMap((batch) =>
      batch.providerBatchId === undefined ? [] : [{ ...batch, providerBatchId: batch.providerBatchId }],
    );
  }
}
