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
    .description('What a spec promises: generated, checked, compared.')
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

function explain(error: unknown, { voice }: Context): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof SpecError) {
    voice.err(`error: ${error.message}\nhint: ${error.hint}\n`);
    return exitCodes.input;
  }
  voice.err(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.internal;
}
