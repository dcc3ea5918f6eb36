import { LedgerConflictError, type BatchRow, type Intake } from '@enrollkit/ledger';
import type { Ending } from '../run/ending.ts';
import { Pause } from '../send/pause.ts';
import { DeniedError, type SendContext } from '../send/context.ts';
import { pollEnded, differencesIn, type PolledBatch, type Difference } from './differences.ts';
import { poll } from '../send/poll.ts';

/** What comparing an intake with the provider came to. */
export interface Comparison {
  readonly ending: Ending;
  /** Batches the provider was asked about. */
  readonly batches: number;
  /** Of these, how many were not settled before and are now. */
  readonly settled: number;
  /** Batches that are not settled and wait on: the provider is not done with them, or did not say. */
  readonly open: number;
  readonly differences: number;
  /** Batches about which the provider would not answer. */
  readonly unanswered: number;
}

const NAP_MS = 1_000;

/** Hears of each difference. */
export type OnDifference = (difference: Difference) => Promise<void>;

/** Asks the provider about the batches of an intake once more, a bounded number at once and no faster than the rate allows. */
export class Comparer {
  readonly #room: SendContext;
  readonly #intake: Intake;
  readonly #tell: OnDifference;
  readonly #pause: Pause;
  readonly #sums = { batches: 0, settled: 0, open: 0, differences: 0, unanswered: 0 };

  constructor(room: SendContext, intake: Intake, tell: OnDifference) {
    this.#room = room;
    this.#intake = intake;
    this.#tell = tell;
    this.#pause = new Pause(room);
  }

  /** What is submitted is asked about as ever, and settled if it is finished; what has ended is compared, and not changed. */
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
    batches: readonly PolledBatch[],
    stop: AbortSignal,
    work: (batch: PolledBatch) => Promise<void>,
  ): Promise<boolean> {
    const { inFlight } = this.#room.settings;
    for (let at = 0; at < batches.length; at += inFlight) {
      while (this.#pause.isActive && !stop.aborted) await this.#room.clock.sleep(NAP_MS, stop);
      const portion = await Promise.allSettled(batches.slice(at, at + inFlight).map(work));
      for (const result of portion) if (result.status === 'rejected') throw result.reason;
      if (stop.aborted) return false;
    }
    return true;
  }

  async #settle(batch: PolledBatch, stop: AbortSignal): Promise<void> {
    const { ledger, limiter } = this.#room;
    if ((await limiter.acquireSlot(stop)) === undefined) return;
    // Where many share the ledger, another may have settled it meanwhile.
    await poll(batch, this.#room).catch((error: unknown) => {
      if (!(error instanceof LedgerConflictError)) throw error;
    });
    const after = await ledger.findBatch(this.#intake.id, batch.externalBatchId);
    this.#sums.batches += 1;
    this.#sums[after?.state === 'submitted' ? 'open' : 'settled'] += 1;
  }

  async #compare(batch: PolledBatch, stop: AbortSignal): Promise<void> {
    const answer = await pollEnded(batch, this.#room, stop);
    if (stop.aborted) return;
    this.#sums.batches += 1;
    if (answer === undefined) return void (this.#sums.unanswered += 1);
    const differences = await differencesIn(this.#room.ledger, batch, answer);
    this.#sums.differences += differences.length;
    for (const difference of differences) await this.#tell(difference);
  }

  async #batchesIn(state: BatchRow['state']): Promise<readonly PolledBatch[]> {
    const batches = await this.#room.ledger.batchesIn(this.#intake.id, state);
    return batches.flatMap((batch) =>
      batch.providerBatchId === undefined ? [] : [{ ...batch, providerBatchId: batch.providerBatchId }],
    );
  }
}
