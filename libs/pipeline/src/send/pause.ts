import type { SendContext } from './context.ts';

/** Whether an operator has paused the sending; notifies when that changes. The deadline runs on meanwhile. */
export class Pause {
  readonly #context: Pick<SendContext, 'paused' | 'notify'>;
  #active = false;

  constructor(context: Pick<SendContext, 'paused' | 'notify'>) {
    this.#context = context;
  }

  /** Read before each request. */
  get isActive(): boolean {
    const active = this.#context.paused?.() ?? false;
    if (active !== this.#active) this.#context.notify({ kind: active ? 'paused' : 'unpaused' });
    this.#active = active;
    return active;
  }
}
