import { spawn } from 'node:child_process';
import { redactText } from '@enrollkit/base';
import type { Environment } from '../config/environment-variables.ts';
import type { EndDocument } from './document.ts';

/** Variables that a program needs to be found and to speak the user's language. */
const ordinary = /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|PATHEXT)$/;

/** Most of what a program says about itself that is kept, in characters. */
const LONGEST_MESSAGE = 1_000;

/** A program and what it is given. */
export interface EndProgram {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Environment;
  /** Names of variables beside the ordinary ones. */
  readonly passed: readonly string[];
  readonly timeoutMs: number;
}

/**
 * Runs the program, without a shell, in a group of its own, and waits until it and what it started have
 * ended. Answers what went wrong: it could not be started, did not end with 0, or took too long, and was
 * killed with its group.
 */
export function runProgram(program: EndProgram, document: EndDocument): Promise<string | undefined> {
  const { command, folder, timeoutMs } = program;
  const [name = '', ...given] = command;
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const child = spawn(name, given, {
    cwd: folder,
    env: variablesOf(program, document),
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killGroup(child.pid);
  }, timeoutMs);
  child.stderr.on('data', (part: Buffer) => {
    said = (said + part.toString()).slice(-LONGEST_MESSAGE);
  });
  // A program need not read what it is given.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${JSON.stringify(document)}\n`);
  child.once('error', (error) => resolve(`${name} could not be started (${codeOf(error)})`));
  child.once('close', (code, signal) => {
    const how = late ? `took more than ${timeoutMs} ms` : `ended with ${code ?? signal ?? 'nothing'}`;
    const words = said.trim() === '' ? '' : `: ${redactText(said.trim())}`;
    resolve(code === 0 && !late ? undefined : `${name} ${how}${words}`);
  });
  return promise.finally(() => clearTimeout(timer));
}

function variablesOf(
  { environment, passed }: EndProgram,
  { command, exitCode, intakes }: EndDocument,
): Record<string, string | undefined> {
  const names = new Set(passed);
  const kept = Object.entries(environment).filter(([name]) => ordinary.test(name) || names.has(name));
  return {
    ...Object.fromEntries(kept),
    RUN_COMMAND: command,
    RUN_EXIT_CODE: String(exitCode),
    RUN_INTAKES: intakes.map(({ id }) => id).join(' '),
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself just now.
  }
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
