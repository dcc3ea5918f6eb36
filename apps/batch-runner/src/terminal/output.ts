import type { Writable } from 'node:stream';
import { RunnerError } from '../errors.ts';

/**
 * Where the command writes, and what happens when the reader has gone (`EPIPE`) or the disk is full
 * (`ENOSPC`).
 *
 *   standard error   what cannot be printed is dropped: no run ends because of it
 *   standard output  is data: a failure is remembered, and the command must not end as if it had succeeded
 */
export class Output {
  readonly out: Writable;
  readonly err: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  #lost: Error | undefined;

  constructor(out: Writable, err: Writable) {
    this.out = out;
    this.err = err;
    out.on('error', (error) => (this.#lost ??= error));
    err.on('error', () => undefined);
  }

  /**
   * The failure of standard output, after pending writes had their time to fail; undefined when everything
   * was written.
   */
  async failure(): Promise<RunnerError | undefined> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#lost && outputLost(this.#lost);
  }

  /**
   * Writes to standard output, and waits while the reader is behind. Throws `RunnerError` `output-lost` when
   * the write fails.
   */
  async write(text: string): Promise<void> {
    if (this.#lost === undefined && !this.out.write(text)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const events = ['drain', 'error', 'close'] as const;
      for (const event of events) this.out.once(event, resolve);
      await promise;
      for (const event of events) this.out.off(event, resolve);
    }
    if (this.#lost !== undefined) throw outputLost(this.#lost);
  }
}

function outputLost(cause: Error): RunnerError {
  const code = 'code' in cause ? String(cause.code) : cause.message;
  return new RunnerError('output-lost', `standard output cannot be written any more (${code})`, {
    hint: 'the work is not lost: enrollkit report prints its result again',
    cause,
  });
}

/** The process's own streams. */
export const standardOutput: Output = new Output(process.stdout, process.stderr);
