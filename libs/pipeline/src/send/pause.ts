import { scheduleOf } from '../settings.ts';
import type { SendContext } from './context.ts';
import type { Schedule } from './schedule.ts';

/** What decides whether requests may be sent now. */
export type PauseContext = Pick<SendContext, 'paused' | 'notify' | 'clock' | 'settings'>;

/**
 * Whether nothing is sent at present: an operator has paused the sending, or its window is closed. Notifies
 * when that changes. The deadline runs on meanwhile.
 */
export class Pause {
  readonly #context: PauseContext;
  readonly #schedule: Schedule;
  #paused = false;
  #closedUntil: number | undefined;

  constructor(context: PauseContext) {
    this.#context = context;
    this.#schedule = scheduleOf(context.settings);
  }

  /** Read before each request. */
  get isActive(): boolean {
    const paused = this.#context.paused?.() ?? false;
    if (paused !== this.#paused) this.#context.notify({ kind: paused ? 'paused' : 'unpaused' });
    this.#paused = paused;
    return this.#isClosed() || paused;
  }

  /** When the sending window opens, if that is not before `deadline`: nothing more can be sent until then. */
  closedPast(deadline: number): Date | undefined {
    const now = this.#context.clock.now();
    if (this.#schedule.isOpen(now)) return undefined;
    const opensAt = this.#schedule.opensAt(now);
    return opensAt < deadline ? undefined : new Date(opensAt);
  }

  #isClosed(): boolean {
    const { clock, notify, settings } = this.#context;
    const now = clock.now();
    const until = this.#schedule.isOpen(now) ? undefined : this.#schedule.opensAt(now);
    if (until !== this.#closedUntil)
      notify(
        until === undefined
          ? { kind: 'window-open' }
          : { kind: 'window-closed', until: new Date(until), zone: settings.times?.zone ?? 'UTC' },
      );
    this.#closedUntil = until;
    return until !== undefined;
  }
}
