import { LedgerStorageError } from '@enrollkit/ledger';
import type { Clock } from '../clock.ts';
import type { Observer } from '../events.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/**
 * Methods that are not retried: those that stream, which would begin again in the middle, and those that
 * begin or end something.
 */
const notRetried: ReadonlySet<string | symbol> = new Set([
  'records',
  'rejections',
  'events',
  'unsent',
  'history',
  'twins',
  'enrolledKeys',
  'changes',
  'forAttempt',
  'close',
  'lock',
  'consume',
]);

/**
 * Retries calls to a database that is unavailable, later and later (100 ms to 2 s), and notifies once. A
 * write whose answer was lost may have been done all the same: the guarded moves make the second one a
 * conflict.
 */
export class DatabaseRetry {
  readonly #notify: Observer;
  readonly #clock: Clock;
  readonly #giveUp: AbortSignal;
  #unavailable = false;

  /** Stops retrying once `giveUp` aborts. */
  constructor({ notify, clock }: { readonly notify: Observer; readonly clock: Clock }, giveUp: AbortSignal) {
    this.#notify = notify;
    this.#clock = clock;
    this.#giveUp = giveUp;
  }

  /** The same ledger, whose methods are retried. */
  wrap<L extends object>(ledger: L): L {
    return new Proxy(ledger, {
      get: (target, name): unknown => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function' || notRetried.has(name)) return method;
        return (...given: readonly unknown[]) =>
          this.run(() => Reflect.apply(method, target, given) as Promise<unknown>);
      },
    });
  }

  /** Calls until it succeeds or fails for another reason than an unavailable database. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      try {
        const answer = await call();
        if (this.#unavailable) this.#notify({ kind: 'ledger-available' });
        this.#unavailable = false;
        return answer;
      } catch (error) {
        if (!isUnavailable(error) || this.#giveUp.aborted) throw error;
        // One broken connection is not worth a message: the next one may be well. After a restart all but
        // intents go through.
        if (wait > FIRST_WAIT_MS && !this.#unavailable && error.code !== 'ledger-restarted') {
          this.#notify({ kind: 'ledger-unavailable', message: error.message });
          this.#unavailable = true;
        }
        await this.#clock.sleep(wait, this.#giveUp);
      }
    }
  }
}

/**
 * What passes by itself. A database that was writable and is not any more is one that fails over to another.
 */
const passing: ReadonlySet<string> = new Set([
  'ledger-unavailable',
  'ledger-restarted',
  'ledger-busy',
  'ledger-read-only',
]);

/** Whether the database may be back in a while, as it was. */
export function isUnavailable(error: unknown): error is LedgerStorageError {
  return error instanceof LedgerStorageError && passing.has(error.code);
}
