import { createRequire } from 'node:module';

import { Command as Commander, CommanderError } from 'commander';

import type { Context, Run } from './commands/command.ts';
import { commands } from './commands/index.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { SpecError } from './spec/errors.ts';

/** Runs one command line and says how the process should end. Never throws, never ends the process. */
export async function runCli(argv: readonly string[], context: Context): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const run: Run = async (action) => {
    code = await action(context);
  };
  const program = new Commander('contract-gate')
    .description(
      'Lint OpenAPI documents, generate code from them, and show what a change breaks and for whom.',
    )
    .version(ownVersion(), '-V, --version', "print this tool's version")
    .enablePositionalOptions()
    .addHelpText('after', exitCodesHelp)
    .exitOverride()
    .configureOutput({ writeOut: context.voice.out, writeErr: context.voice.err });
  for (const command of commands) command.register(program, run);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, context);
  }
}

const exitCodesHelp = `
Exit codes:
  0   nothing to complain about
  1   findings that are errors, or generated files that differ
  2   the command line makes no sense
  3   a document cannot be read; the place is named
  70  a defect of this tool
`;

function ownVersion(): string {
  const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string };
  return version;
}

function explain(error: unknown, { voice }: Context): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof SpecError) {
    voice.err(`error: ${error.message}\nhint: ${error.hint}\n`);
    return exitCodes.input;
  }
  voice.err(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.internal;
}
