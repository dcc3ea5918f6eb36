import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal/terminal.ts';

/** How an operator or a supervisor asked to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/**
 * The first signal ends the work after the requests in flight; the second ends the process at once, which the
 * ledger makes safe. SIGHUP is ignored: a closed terminal loses the output and not the run (Node would end,
 * also under `nohup`).
 */
export class StopRequest {
  readonly #controller = new AbortController();
  #by: StopSignal | undefined;
  #terminal: Terminal | undefined;

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => this.#receive(name));
    process.on('SIGHUP', () => undefined);
  }

  /** Aborts at the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Which signal came, if one did. */
  get by(): StopSignal | undefined {
    return this.#by;
  }

  /** Where to print that the request was received. */
  announceOn(terminal: Terminal): void {
    this.#terminal = terminal;
  }

  #receive(name: StopSignal): void {
    if (this.#by !== undefined)
      process.exit(exitCodes[this.#by === 'SIGINT' ? 'interrupted' : 'terminated'].code);
    this.#by = name;
    this.#terminal?.warn(
      'stopping after the requests in flight',
      'a second signal stops at once; enrollkit resume continues either way',
    );
    this.#controller.abort();
  }
}
