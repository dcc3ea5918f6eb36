import { Command, type CommanderError } from 'commander';
import { addFirstSteps, addInspection, addProcessing } from './command-groups.ts';
import type { GlobalFlags, Surroundings } from './context.ts';
import { exitCodes, type ExitName } from './exit-codes.ts';
import type { On } from './program-types.ts';
import { programVersion } from './version.ts';

/** Called with the exit that the chosen command earned. */
export type Done = (exit: ExitName) => void;

/** The command line as a tree: what `--help` shows is what there is. */
export function buildProgram(surroundings: Surroundings, done: Done): Command {
  const { stop, environment, output } = surroundings;
  const program = new Command('enrollkit')
    .description(
      'Enrolls a file of cardholders in Click to Pay: every record sent once, and its outcome known',
    )
    .version(programVersion())
    .option('-c, --config <file>', 'the configuration', environment['ENROLLKIT_CONFIG'] ?? 'enrollkit.yaml')
    .option(
      '--set <path=value>',
      'override a setting (not a secret); may be repeated',
      (value, all: string[]) => [...all, value],
      [] as string[],
    )
    .option('-q, --quiet', 'say nothing about the work, only results, warnings and errors')
    .option('--json', 'results and notes as JSON lines')
    .addHelpText('after', exitHelp())
    .configureOutput({
      writeOut: (text) => output.out.write(text),
      writeErr: (text) => output.err.write(text),
    })
    .exitOverride();
  const on: On =
    (load) =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const [first = '', second] = given.filter((one) => typeof one === 'string');
      // Loaded when a command runs: `--help` needs no configuration.
      const { contextOf } = await import('./context.ts');
      const context = contextOf(command.optsWithGlobals<GlobalFlags>(), surroundings);
      stop.announceOn(context.terminal);
      const work = await load();
      done(await work(context, command.opts() as Parameters<typeof work>[1], [first, second]));
    };
  addFirstSteps(program, on);
  addProcessing(program, on);
  addInspection(program, on);
  return program;
}

/** Which exit a refusal of the command line deserves; help and version are no refusals. */
export function exitOfUsage(error: CommanderError): ExitName {
  return error.exitCode === 0 ? 'allEnrolled' : 'usage';
}

function exitHelp(): string {
  const lines = Object.values(exitCodes).map(
    ({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`,
  );
  return `\nExit codes:\n${lines.join('\n')}`;
}
