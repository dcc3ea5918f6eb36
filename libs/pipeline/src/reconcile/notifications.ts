import { recordKeyOf, type PollAnswer, type Provider, type RecordOutcome } from '@enrollkit/enrollment';
import { LedgerConflictError, type BatchRow, type Ledger } from '@enrollkit/ledger';

/** Results that the provider sent by itself, and that are proven to be its own. */
export interface NotifiedResults {
  readonly batchId: string;
  readonly externalBatchId: string;
  readonly outcomes: readonly RecordOutcome[];
}

/**
 * What became of a notification.
 *
 *   complete    every record of the batch has its result now
 *   incomplete  remembered; other records of the batch have no result yet
 *   early       the batch is just being sent: to be repeated
 *   ignored     no open batch of this ledger, another one than the ids say, or told before
 */
export type Notified =
  | { readonly kind: 'complete'; readonly batch: BatchRow; readonly outcomes: readonly RecordOutcome[] }
  | { readonly kind: 'incomplete' | 'early' | 'ignored' };

/** What an inbox needs of the ledger. */
export type InboxLedger = Pick<
  Ledger,
  'listIntakes' | 'findBatch' | 'recordsOf' | 'recordReceipt' | 'postpone'
>;

/** Batches whose results are remembered at most; the oldest gives way, and is polled as ever. */
const MOST_BATCHES = 1_000;

/**
 * Results of batches that came as notifications, kept in memory until every record of a batch has its own. A
 * lost one costs nothing: the batch is polled when its time comes, and a poll stays the truth.
 */
export class NotificationInbox {
  readonly #ledger: InboxLedger;
  /** By our id of the batch, then by record. */
  readonly #results = new Map<string, Map<string, RecordOutcome>>();
  /** By the provider's id of the batch. */
  readonly #complete = new Map<string, readonly RecordOutcome[]>();

  constructor(ledger: InboxLedger) {
    this.#ledger = ledger;
  }

  /**
   * Takes results in. A batch of which it was unknown whether it arrived has arrived. Throws what the ledger
   * throws.
   */
  async receive({ batchId, externalBatchId, outcomes }: NotifiedResults, now: Date): Promise<Notified> {
    const batch = await this.#openBatch(externalBatchId);
    if (batch === undefined) return { kind: 'ignored' };
    if (this.#complete.has(batchId)) return { kind: 'ignored' };
    if (batch.state === 'submitting') return { kind: 'early' };
    if (batch.state === 'unknown') await this.#ledger.recordReceipt(batch.id, batchId, now);
    else if (batch.providerBatchId !== batchId) return { kind: 'ignored' };
    const results = this.#remember(externalBatchId, outcomes);
    const records = await this.#ledger.recordsOf(batch.id);
    const found = records.flatMap((record) => results.get(recordKeyOf(record)) ?? []);
    if (found.length < records.length) return { kind: 'incomplete' };
    this.#results.delete(externalBatchId);
    return { kind: 'complete', batch: { ...batch, providerBatchId: batchId }, outcomes: found };
  }

  /** Makes a complete batch due to be polled; its poll is answered from here, without a request. */
  async deliver({ batch, outcomes }: Extract<Notified, { kind: 'complete' }>, now: Date): Promise<void> {
    if (batch.providerBatchId === undefined) return;
    this.#complete.set(batch.providerBatchId, outcomes);
    forgetOldest(this.#complete);
    // A batch that a poll has settled meanwhile needs nothing any more.
    await this.#ledger.postpone(batch.id, now).catch((error: unknown) => {
      if (!(error instanceof LedgerConflictError)) throw error;
    });
  }

  /** The provider, with polls of complete batches answered from here. */
  wrap<P extends Provider>(provider: P): P {
    return {
      ...provider,
      poll: async (batchId, expected): Promise<PollAnswer> => {
        const outcomes = this.#complete.get(batchId);
        if (outcomes === undefined) return provider.poll(batchId, expected);
        this.#complete.delete(batchId);
        return { kind: 'finished', outcomes };
      },
    };
  }

  async #openBatch(externalBatchId: string): Promise<BatchRow | undefined> {
    for (const { id, state } of await this.#ledger.listIntakes()) {
      const batch = state === 'ready' ? await this.#ledger.findBatch(id, externalBatchId) : undefined;
      if (batch?.externalBatchId !== externalBatchId) continue;
      const isOpen = ['submitting', 'submitted', 'unknown'].includes(batch.state);
      return isOpen ? batch : undefined;
    }
    return undefined;
  }

  #remember(externalBatchId: string, outcomes: readonly RecordOutcome[]): Map<string, RecordOutcome> {
    const results = this.#results.get(externalBatchId) ?? new Map<string, RecordOutcome>();
    for (const outcome of outcomes) {
      const key = recordKeyOf(outcome);
      // What may be enrolled must not look as if it could be sent again.
      if (results.get(key)?.result !== 'enrolled') results.set(key, outcome);
    }
    this.#results.set(externalBatchId, results);
    forgetOldest(this.#results);
    return results;
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MOST_BATCHES && oldest !== undefined) map.delete(oldest);
}
