import { LedgerStorageError } from '@enrollkit/ledger';
import type { Clock } from '../clock.ts';
import type { Observer } from '../events.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** Verbs that answer with a stream, which is not asked again in the middle, and those that end or name something. */
const asTheyAre: ReadonlySet<string | symbol> = new Set([
  'records',
  'rejections',
  'events',
  'forAttempt',
  'close',
  'lock',
  'consume',
]);

/**
 * Waits for a database that is away, asking later and later, and says so once. What was asked when it went may have been
 * done all the same: the guarded moves make that a conflict, never a second doing.
 */
export class DatabaseRetry {
  readonly #notify: Observer;
  readonly #clock: Clock;
  readonly #hopeless: AbortSignal;
  #away = false;

  /** Waits no longer once `hopeless` aborts. */
  constructor(
    { notify, clock }: { readonly notify: Observer; readonly clock: Clock },
    hopeless: AbortSignal,
  ) {
    this.#notify = notify;
    this.#clock = clock;
    this.#hopeless = hopeless;
  }

  /** The same ledger, whose verbs wait. */
  wrap<L extends object>(ledger: L): L {
    return new Proxy(ledger, {
      get: (target, name): unknown => {
        const verb: unknown = Reflect.get(target, name);
        if (typeof verb !== 'function' || asTheyAre.has(name)) return verb;
        return (...given: readonly unknown[]) =>
          this.run(() => Reflect.apply(verb, target, given) as Promise<unknown>);
      },
    });
  }

  /** Does one thing as often as it takes. */
  async run<T>(ask: () => Promise<T>): Promise<T> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      try {
        const answer = await ask();
        if (this.#away) this.#notify({ kind: 'ledger-back' });
        this.#away = false;
        return answer;
      } catch (error) {
        if (!isUnavailable(error) || this.#hopeless.aborted) throw error;
        // A single connection that broke is not worth a word: the next one may be well.
        if (wait > FIRST_WAIT_MS && !this.#away) {
          this.#notify({ kind: 'ledger-away', message: error.message });
          this.#away = true;
        }
        await this.#clock.sleep(wait, this.#hopeless);
      }
    }
  }
}

/** What passes by itself; a database that could be written when work began and cannot now is one that takes over from another. */
const passing: ReadonlySet<string> = new Set(['ledger-unavailable', 'ledger-busy', 'ledger-read-only']);

/** Whether the database may be back in a while, as it was. */
export function isUnavailable(error: unknown): error is LedgerStorageError {
  return error instanceof LedgerStorageError && passing.has(error.code);
}
