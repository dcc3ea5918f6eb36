import type { SendContext } from './context.ts';

/** Whether a person holds the sending back; told to the observer when it changes. The deadline runs on meanwhile. */
export class Pause {
  readonly #room: Pick<SendContext, 'paused' | 'notify'>;
  #held = false;

  constructor(room: Pick<SendContext, 'paused' | 'notify'>) {
    this.#room = room;
  }

  /** Asked before each request. */
  get isActive(): boolean {
    const holds = this.#room.paused?.() ?? false;
    if (holds !== this.#held) this.#room.notify({ kind: holds ? 'paused' : 'unpaused' });
    this.#held = holds;
    return holds;
  }
}
