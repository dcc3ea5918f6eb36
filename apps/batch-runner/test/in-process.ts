import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommandLine } from '../src/command-line.ts';
import { Output } from '../src/terminal/output.ts';
import type { Ended } from './process.ts';

/**
 * Runs a command line to its end in this process: the whole program with its own output, without the cost of
 * starting node. For tests in which a process of its own proves nothing more. Paths in `argv` are absolute.
 */
export async function runInProcess(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const out = new PassThrough();
  const err = new PassThrough();
  const texts = Promise.all([text(out), text(err)]);
  const stop = { signal: new AbortController().signal, by: undefined, announceOn: () => undefined };
  const code = await runCommandLine(['node', 'enrollkit', ...argv], {
    stop,
    environment,
    output: new Output(out, err),
  });
  out.end();
  err.end();
  const [printed, reported] = await texts;
  return { code, signal: null, out: printed, err: reported };
}
