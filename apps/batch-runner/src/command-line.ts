import type { KeyErrorCode } from '@enrollkit/keys';
import type { LedgerErrorCode } from '@enrollkit/ledger';
import { CommanderError } from 'commander';
import { takeEnvironment } from './config/load.ts';
import { watchForCrash } from './crash.ts';
import { exitCodes, type ExitName } from './exit-codes.ts';
import { standardOutput } from './terminal/output.ts';
import { buildProgram, exitOfUsage } from './program.ts';
import { StopRequest } from './signals.ts';
import { Terminal } from './terminal/terminal.ts';

/** An error that carries a stable code, and perhaps a hint, is for the operator; any other is a defect of ours. */
interface OperatorError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly exit?: ExitName;
}

/** What can be over by itself, or come in mid-run: what was acknowledged before is in the ledger, and a resume goes on. */
const stopping: ReadonlySet<string> = new Set<LedgerErrorCode | KeyErrorCode>([
  'set-unreachable',
  'ledger-disk-full',
  'ledger-unavailable',
  'ledger-busy',
  'ledger-corrupt',
  'ledger-gone',
  'ledger-lock-lost',
]);

/** Runs one command line and answers the process's exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const stop = new StopRequest();
  watchForCrash((error) => explainDefect(error, voice(argv)));
  const environment = takeEnvironment(process.env);
  let exit: ExitName = 'allEnrolled';
  try {
    await buildProgram(stop, environment, (name) => (exit = name)).parseAsync([...argv]);
  } catch (error) {
    exit = explain(error, voice(argv));
  }
  const lost = await standardOutput.failure();
  if (lost === undefined) return exitCodes[exit].code;
  // What a command found out and could not tell is not done.
  return exitCodes[exit === 'allEnrolled' ? explain(lost, voice(argv)) : exit].code;
}

function voice(argv: readonly string[]): Terminal {
  return new Terminal({
    quiet: argv.includes('--quiet') || argv.includes('-q'),
    json: argv.includes('--json'),
  });
}

function explain(error: unknown, terminal: Terminal): ExitName {
  if (error instanceof CommanderError) return exitOfUsage(error);
  if (isTold(error)) {
    const { message, hint = '' } = error;
    // A KeyError's message ends with its hint.
    terminal.error(
      hint !== '' && message.endsWith(hint) ? message.slice(0, -hint.length).trimEnd() : message,
      { code: error.code, ...(hint === '' ? {} : { hint }) },
    );
    return error.exit ?? (stopping.has(error.code) ? 'stopped' : 'usage');
  }
  return explainDefect(error, terminal);
}

/** The stack and nothing else of it: an error may carry what must not be seen. */
function explainDefect(error: unknown, terminal: Terminal): ExitName {
  const text =
    error instanceof Error
      ? (error.stack ?? error.message)
      : typeof error === 'string'
        ? error
        : 'a value was thrown that is not an error';
  terminal.error(`internal error: ${text}`, {
    code: 'INTERNAL',
    hint: 'this is a defect of Enrollkit; the ledger is intact, and enrollkit resume continues',
  });
  return 'internal';
}

/** Our error classes have upper-case or kebab-case codes; Node's system errors (`ENOSPC`) and defects do not count. */
function isTold(error: unknown): error is Error & OperatorError {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return 'hint' in error || /^(LEDGER|INPUT|PROVIDER)_/.test(error.code);
}
