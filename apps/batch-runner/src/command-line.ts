import { isEnrollkitError } from '@enrollkit/base';
import { CommanderError } from 'commander';
import { takeEnvironment } from './config/environment-variables.ts';
import type { Surroundings } from './context.ts';
import { watchForCrash } from './crash.ts';
import { exitCodes, type ExitName } from './exit-codes.ts';
import { exitOfError } from './exit-of-error.ts';
import { buildProgram, exitOfUsage, typedIn } from './program.ts';
import { StopRequest } from './signals.ts';
import { standardOutput } from './terminal/output.ts';
import { Terminal } from './terminal/terminal.ts';

/** Runs one command line as the process's own and returns its exit code. */
export async function runProcess(argv: readonly string[]): Promise<number> {
  const surroundings: Surroundings = {
    stop: new StopRequest(),
    environment: takeEnvironment(process.env),
    output: standardOutput,
  };
  watchForCrash((error) => reportDefect(error, terminalFor(argv, surroundings)));
  return runCommandLine(argv, surroundings);
}

/** Runs one command line in the surroundings and returns the exit code it earns. Never throws. */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  let exit: ExitName = 'allEnrolled';
  try {
    await buildProgram(surroundings, (name) => (exit = name)).parseAsync([...argv]);
  } catch (error) {
    exit = reportError(error, terminalFor(argv, surroundings));
  }
  const lost = await surroundings.output.failure();
  if (lost === undefined) return exitCodes[exit].code;
  // A command whose result could not be printed did not succeed.
  return exitCodes[exit === 'allEnrolled' ? reportError(lost, terminalFor(argv, surroundings)) : exit].code;
}

/** The configuration that the command line names; an error may be one of the command line itself. */
function configIn(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => word === '--config' || word === '-c');
  return at === -1 ? undefined : argv[at + 1];
}

function terminalFor(argv: readonly string[], surroundings: Surroundings): Terminal {
  const mode = {
    quiet: argv.includes('--quiet') || argv.includes('-q'),
    json: argv.includes('--json'),
    asTyped: typedIn(configIn(argv), surroundings),
  };
  return new Terminal(mode, surroundings.output);
}

/**
 * Prints an error and returns the exit it earns: errors of the one shape by their code, anything else is a
 * defect.
 */
export function reportError(error: unknown, terminal: Terminal): ExitName {
  if (error instanceof CommanderError) return exitOfUsage(error);
  const exit = isEnrollkitError(error) ? exitOfError(error) : undefined;
  if (!isEnrollkitError(error) || exit === undefined) return reportDefect(error, terminal);
  const { code, message, hint } = error;
  terminal.error(message, { code, hint });
  return exit;
}

/** Prints the stack and no other property: an error may carry values that must not be seen. */
function reportDefect(error: unknown, terminal: Terminal): ExitName {
  const text =
    error instanceof Error
      ? (error.stack ?? error.message)
      : typeof error === 'string'
        ? error
        : 'a value was thrown that is not an error';
  terminal.error(`internal error: ${text}`, {
    code: 'internal',
    hint: 'this is a defect of Enrollkit; the ledger is intact, and enrollkit resume continues',
  });
  return 'internal';
}
