import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Option } from 'commander';
import { families, type Family } from '@enrollkit/enrollment';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { writePrivateFile } from '../private-file.ts';
import { configIn, simulatedConfig, startSimulated } from '../simulated-provider.ts';
import { shellWord } from '../terminal/as-typed.ts';
import { count } from '../terminal/format.ts';

/** Where it keeps everything, and which generation of the API its configuration is for. */
export interface SimulatorOptions {
  readonly folder: string;
  readonly family: Family;
}

/**
 * `enrollkit simulator`: a simulated provider with a configuration that is ready for it, until it is stopped.
 * Its keys, its world and the configuration stay in the folder; a configuration that is there is kept as it
 * is.
 */
export async function simulator(context: Context, options: SimulatorOptions): Promise<ExitName> {
  const { terminal, stop } = context;
  const config = configIn(options.folder);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const provider = await startSimulated(options.folder);
  try {
    // What the simulator writes by itself pins no key.
    if (isWrittenBySimulator(config))
      writePrivateFile(config, await simulatedConfig(provider, options), { force: true });
    terminal.note(`a simulated provider listens at ${provider.origin}; Ctrl-C ends it`);
    terminal.note('enroll a file of yours with it, from another terminal:');
    // Not written as a command of this invocation: it has a configuration of its own.
    terminal.result(`enrollkit --config ${shellWord(relative('.', config))} run cardholders.csv`);
    if (!stop.aborted) await once(stop, 'abort');
    const { enrolled, enrolledMoreThanOnce } = provider.world();
    terminal.note(
      `it has ${count(enrolled)} records, ${count(enrolledMoreThanOnce)} of them enrolled more than once`,
    );
    return 'allEnrolled';
  } finally {
    await provider.close();
  }
}

function isWrittenBySimulator(config: string): boolean {
  return !existsSync(config) || readFileSync(config, 'utf8').startsWith('# Written by enrollkit-simulator');
}

/** `enrollkit simulator` as it is typed. */
export const simulatorCommand: AnyCommand = defineCommand<SimulatorOptions>({
  declare: (command) =>
    command
      .option(
        '--folder <folder>',
        'where its keys, its world and enrollkit.yaml are kept',
        'enrollkit-simulator',
      )
      .addOption(
        new Option('--family <family>', "which generation of the provider's API")
          .choices(families)
          .default('click-to-pay'),
      ),
  examples: [
    { line: 'enrollkit simulator', does: 'prints the command that enrolls a file with it' },
    { line: 'enrollkit simulator --folder test', does: 'keeps everything in another folder' },
  ],
  run: simulator,
});
