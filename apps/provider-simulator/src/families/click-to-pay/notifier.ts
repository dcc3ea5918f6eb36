import { request } from 'node:http';
import type { EnrollmentRecordNotification } from '@enrollkit/contract/click-to-pay-enrollment';
import type { Batch } from '../../world/world-index.ts';
import type { World } from '../../world/world.ts';
import type { ProviderSettings } from '../shared/request-context.ts';
import { progressOf } from '../shared/results.ts';
import { itemOf } from './batch-status.ts';

/** What the notifier depends on. */
export interface NotifierDependencies {
  readonly url: string;
  readonly world: () => World;
  readonly settings: ProviderSettings;
  /** The provider's clock, milliseconds. */
  readonly now: () => number;
}

/** A notification is tried this often, as long as its receiver does not answer 2xx. */
const MAX_ATTEMPTS = 3;

/**
 * Sends the results of finished batches to a receiver (`notifyEnrollmentRecords` of the contract). Only the
 * merchant side of the platform is known to do so, and it does over mutual TLS; this one speaks plain HTTP.
 */
export class Notifier {
  readonly #dependencies: NotifierDependencies;
  /** Batches without an accepted notification, and how often each was tried. */
  readonly #pending = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(dependencies: NotifierDependencies) {
    this.#dependencies = dependencies;
  }

  /** Remembers a batch, and sends its results when it is due by the machine's clock. */
  expect(batchId: string): void {
    if (this.#pending.has(batchId)) return;
    this.#pending.set(batchId, 0);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.send();
    }, this.#dependencies.settings.processingMs);
    timer.unref();
    this.#timers.add(timer);
  }

  /**
   * Sends what is due by the provider's clock. Resolves to the number of notifications that were accepted.
   */
  async send(): Promise<number> {
    const { world, now } = this.#dependencies;
    let accepted = 0;
    for (const [batchId, attempts] of this.#pending) {
      const batch = world().batchById(batchId);
      if (batch === undefined || attempts >= MAX_ATTEMPTS) this.#pending.delete(batchId);
      else if (batch.due <= now()) {
        this.#pending.set(batchId, attempts + 1);
        if (!(await this.#post(this.#bodyOf(batch)))) continue;
        this.#pending.delete(batchId);
        accepted += 1;
      }
    }
    return accepted;
  }

  /** Sends nothing more. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#pending.clear();
  }

  #bodyOf(batch: Batch): EnrollmentRecordNotification {
    const { world, settings, now } = this.#dependencies;
    const { done } = progressOf({ world: world(), settings, asOf: now() }, batch);
    return {
      batchId: batch.batchId,
      externalBatchId: batch.externalBatchId,
      enrollmentRecordNotifications: done.map((card) => itemOf(card, settings.delayedTokenization)),
      eventTimeStamp: new Date(now()).toISOString(),
    };
  }

  #post(body: EnrollmentRecordNotification): Promise<boolean> {
    const text = JSON.stringify(body);
    return new Promise((resolve) => {
      const sent = request(
        this.#dependencies.url,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
          timeout: 5_000,
        },
        (answer) => {
          answer.resume();
          const { statusCode = 0 } = answer;
          resolve(statusCode >= 200 && statusCode < 300);
        },
      );
      sent.on('timeout', () => sent.destroy());
      sent.on('error', () => resolve(false));
      sent.end(text);
    });
  }
}
