import type { SendingRoom } from './sending.ts';

/** Whether a person holds the sending back; told to the observer when it changes. The deadline runs on meanwhile. */
export class Pause {
  readonly #room: Pick<SendingRoom, 'paused' | 'observe'>;
  #held = false;

  constructor(room: Pick<SendingRoom, 'paused' | 'observe'>) {
    this.#room = room;
  }

  /** Asked before each request. */
  get holds(): boolean {
    const holds = this.#room.paused?.() ?? false;
    if (holds !== this.#held) this.#room.observe({ kind: holds ? 'paused' : 'unpaused' });
    this.#held = holds;
    return holds;
  }
}
