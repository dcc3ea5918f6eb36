import { isEnrollkitError, type EnrollkitError } from '@enrollkit/base';
import { CommanderError } from 'commander';
import { takeEnvironment } from './config/load.ts';
import { watchForCrash } from './crash.ts';
import { exitCodes, type ExitName } from './exit-codes.ts';
import { exitOfError } from './exit-of-error.ts';
import { buildProgram, exitOfUsage } from './program.ts';
import { StopRequest } from './signals.ts';
import { standardOutput } from './terminal/output.ts';
import { Terminal } from './terminal/terminal.ts';

/** Runs one command line and returns the process's exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const stop = new StopRequest();
  watchForCrash((error) => reportDefect(error, terminalFor(argv)));
  const environment = takeEnvironment(process.env);
  let exit: ExitName = 'allEnrolled';
  try {
    await buildProgram(stop, environment, (name) => (exit = name)).parseAsync([...argv]);
  } catch (error) {
    exit = reportError(error, terminalFor(argv));
  }
  const lost = await standardOutput.failure();
  if (lost === undefined) return exitCodes[exit].code;
  // A command whose result could not be printed did not succeed.
  return exitCodes[exit === 'allEnrolled' ? reportError(lost, terminalFor(argv)) : exit].code;
}

function terminalFor(argv: readonly string[]): Terminal {
  return new Terminal({
    quiet: argv.includes('--quiet') || argv.includes('-q'),
    json: argv.includes('--json'),
  });
}

/** Prints an error and returns the exit it earns: errors of the one shape by their code, anything else is a defect. */
export function reportError(error: unknown, terminal: Terminal): ExitName {
  if (error instanceof CommanderError) return exitOfUsage(error);
  if (!isOperatorError(error)) return reportDefect(error, terminal);
  const { code, message, hint } = error;
  terminal.error(message.endsWith(hint) ? message.slice(0, -hint.length).trimEnd() : message, { code, hint });
  return exitOfError(error);
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

function isOperatorError(error: unknown): error is EnrollkitError {
  return isEnrollkitError(error) || (error instanceof Error && 'code' in error && 'hint' in error);
}
