import type { Tally } from '@enrollkit/ledger';
import { settles } from './ending.ts';
import { recoverInterrupted } from './recover.ts';
import type { WorkerContext } from './worker.ts';

/**
 * Milliseconds without any change after which work is looked for that may have been lost; then twice as many.
 */
const STALLED_MS = 60_000;

/**
 * Finds work that is not in the queue any more. A fail-over can lose what became of a batch and nothing else:
 * then no process sees the ledger go back in time, and the worker that lives on ends the job of a batch that
 * is under way again in the ledger. It can lose the end of the last batch, too, so that nobody settles the
 * intake.
 */
export class LostWork {
  readonly #context: WorkerContext;
  readonly #stalled = new Map<string, { readonly batches: string; lookAt: number; waitMs: number }>();

  constructor(context: WorkerContext) {
    this.#context = context;
  }

  /** Looks at every intake that is being sent, for a worker that has none of its own. */
  async lookEverywhere(): Promise<void> {
    const { ledger } = this.#context;
    for (const { id, state } of await ledger.listIntakes())
      if (state === 'ready') await this.look(id, await ledger.tally(id));
  }

  /**
   * Told the batches of an intake again and again while it has some to send or to ask about: when nothing
   * changes, queues what is not queued, and what nobody sends any more becomes unknown.
   */
  async look(intakeId: string, { batches }: Pick<Tally, 'batches'>): Promise<void> {
    const { clock, ledger } = this.#context;
    const now = clock.monotonic();
    const seen = JSON.stringify(batches);
    const stalled = this.#stalled.get(intakeId);
    if (stalled?.batches !== seen) {
      this.#stalled.set(intakeId, { batches: seen, lookAt: now + STALLED_MS, waitMs: STALLED_MS });
      return;
    }
    if (now < stalled.lookAt) return;
    stalled.waitMs *= 2;
    stalled.lookAt = now + stalled.waitMs;
    await recoverInterrupted(intakeId, { ...this.#context, pool: { ledger } });
    if (await ledger.hasEnded(intakeId)) await settles(intakeId, ledger, true);
  }
}
