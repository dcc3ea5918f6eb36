import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { redactText } from '@enrollkit/base';
import { InputError } from './errors.ts';

/** Most of what a program says about itself that is kept, in bytes. */
const LONGEST_MESSAGE = 4_096;

/** A program that makes an input readable, and what it is given. */
export interface OpenCommand {
  readonly command: readonly string[];
  /** The path of the input; `-` for standard input, which the program then reads itself. */
  readonly source: string;
  readonly stdin: Readable;
  readonly stop?: AbortSignal | undefined;
}

/**
 * What a program (`gpg -d --batch`) writes to its standard output when it is given the path as its last
 * argument. No shell takes part. Throws `InputError` `open-failed` when it cannot be started or does not end
 * well: then nothing of its output is used.
 */
export async function* outputOf({ command, source, stdin, stop }: OpenCommand): AsyncGenerator<Buffer> {
  const [program = '', ...given] = command;
  const isPipe = source === '-';
  const child = spawn(program, isPipe ? given : [...given, source], {
    stdio: [isPipe ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    ...(stop && { signal: stop }),
  });
  const ended = new Promise<{ readonly code: number | string; readonly error?: Error }>((resolve) => {
    child.once('error', (error) => resolve({ code: 'not started', error }));
    child.once('close', (code, signal) => resolve({ code: code ?? signal ?? 'unknown' }));
  });
  if (child.stdin !== null) {
    child.stdin.on('error', () => undefined);
    stdin.pipe(child.stdin);
  }
  let message = '';
  child.stderr?.on('data', (part: Buffer) => {
    message = (message + part.toString()).slice(-LONGEST_MESSAGE);
  });
  if (child.stdout !== null) for await (const part of child.stdout) yield part as Buffer;
  const { code, error } = await ended;
  if (code === 0) return;
  throw new InputError('open-failed', {
    message: `${program} (input.open) ended with ${code}${message.trim() === '' ? '' : `: ${redactText(message)}`}`,
    hint: 'Run it by hand with the file as its last argument: what it writes must be the input, and its exit code 0',
    cause: error,
  });
}
