import { Socket } from 'node:net';

/**
 * The connections of one process to its database. A road that drops everything without a word looks like a
 * database that thinks for long, and TCP takes a quarter of an hour to tell: so the caller destroys the
 * socket.
 */
export class Sockets {
  readonly #open = new Set<Socket>();

  /** A socket for `pg` to connect. */
  readonly connect = (): Socket => {
    const socket = new Socket();
    this.#open.add(socket);
    return socket.once('close', () => this.#open.delete(socket));
  };

  /** Breaks all of them, idle or not: who waits for an answer is told so, and connects again. */
  destroy(): void {
    for (const socket of this.#open) socket.destroy(new UnansweredError());
  }
}

class UnansweredError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('the database did not answer in time');
  }
}
