import type { SendContext } from '../send/context.ts';

/** Reports that the machine's time was set back; the run goes on by a clock of its own. */
export class ClockWatch {
  readonly #context: Pick<SendContext, 'clock' | 'notify'>;
  #reported = 0;

  constructor(context: Pick<SendContext, 'clock' | 'notify'>) {
    this.#context = context;
  }

  /** Looks whether the time was set back since the last look. */
  look(): void {
    const { clock, notify } = this.#context;
    const setBack = clock.setBackMs?.() ?? 0;
    if (setBack > this.#reported)
      notify({ kind: 'clock-set-back', ms: Math.round(setBack - this.#reported) });
    this.#reported = setBack;
  }
}
