import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { check } from './commands/check.ts';
import { demo } from './commands/demo.ts';
import { init } from './commands/init.ts';
import { report } from './commands/report.ts';
import { resolve } from './commands/resolve.ts';
import { resume } from './commands/resume.ts';
import { retry } from './commands/retry.ts';
import { run } from './commands/run.ts';
import { sample } from './commands/sample.ts';
import { status } from './commands/status.ts';
import { contextOf, type Context, type GlobalFlags } from './context.ts';
import { exitCodes, type ExitName } from './exit-codes.ts';
import type { StopRequest } from './signals.ts';

/** Called with the exit that the chosen command earned. */
export type Done = (exit: ExitName) => void;

/** The command line as a tree: what `--help` shows is what there is. */
export function buildProgram(stop: StopRequest, done: Done): Command {
  const program = new Command('enrollkit')
    .description('Enrolls a file of cardholders in Click to Pay: every record sent once, and its outcome known')
    .option('-c, --config <file>', 'the configuration', process.env.ENROLLKIT_CONFIG ?? 'enrollkit.yaml')
    .option('--set <path=value>', 'override a setting (not a secret); may be repeated', (value, all: string[]) => [...all, value], [] as string[])
    .option('-q, --quiet', 'say nothing about the work, only results, warnings and errors')
    .option('--json', 'results and notes as JSON lines')
    .addHelpText('after', exitHelp())
    .exitOverride();

  const on = <Options>(work: (context: Context, options: Options, argument: string) => Promise<ExitName>) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command;
      const argument = typeof given[0] === 'string' ? given[0] : '';
      const context = contextOf(command.optsWithGlobals<GlobalFlags>(), stop);
      stop.tell(context.terminal);
      done(await work(context, command.opts() as Options, argument));
    };

  program.command('demo')
    .description('synthetic cardholders, a simulated provider, a whole run and its report')
    .option('-n, --records <number>', 'how many', whole, 10_000)
    .option('--folder <folder>', 'where it keeps everything; an unfinished demo there goes on', 'enrollkit-demo')
    .action(on(demo));
  program.command('sample')
    .description('write a file of synthetic cardholders')
    .requiredOption('-n, --records <number>', 'how many', whole)
    .requiredOption('-o, --out <file>', 'where to; the name decides the format (.csv, .ndjson)')
    .option('--seed <number>', 'the same seed makes the same file', whole, 1)
    .option('--faulty <number>', 'so many bad rows among them', whole, 0)
    .action(on(sample));
  program.command('init')
    .description('write a commented config file and check it')
    .option('--print', 'print it instead')
    .action(on(init));
  program.command('check <file>')
    .description('validate only: each rejection with line, field and reason; nothing is sent and no ledger is touched')
    .addOption(new Option('--rejections <file>', 'write the rejected rows there, to be corrected and run again'))
    .action(on((context, options: Parameters<typeof check>[2], file) => check(context, file, options)));
  program.command('run <file>')
    .description('carry the file forward until every record is settled, or say why not; - is standard input')
    .action(on((context, _options, file) => run(context, file)));
  program.command('resume')
    .description('go on with an intake')
    .option('--intake <id>', 'which (default: the newest)')
    .option('--file <file>', 'where the input is now, if it is needed and has moved')
    .action(on(resume));
  program.command('retry')
    .description('send the records the provider refused once more, under new batch ids; re-reads just those records')
    .option('--intake <id>', 'which (default: the newest)')
    .option('--file <file>', 'where the input is now, if it has moved')
    .option('--code <code...>', 'only those refused with these codes')
    .action(on(retry));
  program.command('status')
    .description('where each intake stands')
    .option('--intake <id>', 'only this one; its exit code is the one report would give')
    .action(on(status));
  program.command('report')
    .description('what became of an intake')
    .option('--intake <id>', 'which (default: the newest)')
    .option('--csv', 'one line a record')
    .action(on(report));
  program.command('resolve <batch>')
    .description('record a decision about an uncertain batch')
    .option('--intake <id>', 'of which intake (default: the newest)')
    .option('--sent <provider-batch-id>', 'it arrived, and this is its id at the provider')
    .option('--not-sent', 'it did not arrive: send it again under the same id')
    .action(on((context, options: Parameters<typeof resolve>[2], batch) => resolve(context, batch, options)));
  return program;
}

/** Which exit a refusal of the command line deserves; help and version are no refusals. */
export function exitOfUsage(error: CommanderError): ExitName {
  return error.exitCode === 0 ? 'allEnrolled' : 'usage';
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number from 0.');
  return value;
}

function exitHelp(): string {
  const lines = Object.values(exitCodes).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`);
  return `\nExit codes:\n${lines.join('\n')}`;
}
