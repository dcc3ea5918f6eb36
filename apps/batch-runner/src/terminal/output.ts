import type { Writable } from 'node:stream';
import { RunnerError } from '../errors.ts';

/**
 * Where the command writes, when whoever reads goes away (`EPIPE`) or the disk takes no more (`ENOSPC`).
 *
 *   standard error   what cannot be said is lost: no run dies of it
 *   standard output  is data: what cannot be written is remembered, and the command must not end as if it had been
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

  /** Why standard output took no more, once what was written has had its time to fail; undefined when it took all. */
  async failure(): Promise<RunnerError | undefined> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#lost && outputLost(this.#lost);
  }

  /** Writes to standard output, and waits while whoever reads is behind. Throws `RunnerError` `OUTPUT_LOST` when it takes no more. */
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
  return new RunnerError('OUTPUT_LOST', `standard output takes no more (${code})`, {
    hint: 'the work is not lost: enrollkit report tells its result again',
    exit: 'stopped',
    cause,
  });
}

/** The process's own. */
export const standardOutput: Output = new Output(process.stdout, process.stderr);
