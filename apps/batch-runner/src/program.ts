import { Command, Option, type CommanderError } from 'commander';
import { commandGroups, sections, type CommandEntry } from './command-sections.ts';
import { commandTable } from './command-table.ts';
import type { AnyCommand, Operands } from './command.ts';
import type { DescribedCommand, DescribedOption, DescribedProgram } from './completion/described.ts';
import { contextOf, lightContextOf, type GlobalFlags, type Surroundings } from './context.ts';
import { exitCodes, type ExitName } from './exit-codes.ts';
import { asTypedAfter, defaultConfigFile, invocationOf, type AsTyped } from './terminal/as-typed.ts';
import { programVersion } from './version.ts';

/** Called with the exit that the chosen command earned. */
export type Done = (exit: ExitName) => void;

/**
 * The command line as a tree: what `--help` shows is what there is. A command's file is loaded when it is
 * called.
 */
export function buildProgram(surroundings: Surroundings, done: Done): Command {
  const { environment, output } = surroundings;
  const program = new Command('enrollkit')
    .description(
      'Enrolls a file of cardholders in Click to Pay: every record sent once, and its outcome known',
    )
    .version(programVersion())
    .option('-c, --config <file>', 'the configuration', environment['ENROLLKIT_CONFIG'] ?? defaultConfigFile)
    .addOption(
      new Option('--set <path=value>', 'override a setting (not a secret); may be repeated')
        .argParser((value, all: readonly string[]) => [...all, value])
        .default([], 'none'),
    )
    .option('-q, --quiet', 'say nothing about the work, only results, warnings and errors')
    .option('--json', 'results and notes as JSON lines')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => output.out.write(text),
      writeErr: (text) => output.err.write(text),
    })
    .helpCommand(false)
    .exitOverride();
  new Tree(program, (definition) => actionOf(definition, surroundings, done)).addAll();
  program
    .command('help [command...]')
    .description('what a command does, its options and examples')
    .helpGroup(`${sections[0]}:`)
    .action(async (names: readonly string[]) => {
      const [name] = names;
      if (name !== undefined && !program.commands.some((one) => one.name() === name))
        program.error(`error: unknown command '${name}'`);
      await program.parseAsync([...names, '--help'], { from: 'user' });
    });
  program.addHelpText('after', exitHelp());
  return program;
}

type Action = (definition: AnyCommand) => (...given: unknown[]) => Promise<void>;

/** The commands under their groups; each is declared when commander comes to it. */
class Tree {
  readonly #program: Command;
  readonly #action: Action;
  readonly #entries = new Map<Command, CommandEntry>();
  readonly #groups = new Map<string, Command>();

  constructor(program: Command, action: Action) {
    this.#program = this.#declaring(program);
    this.#action = action;
  }

  addAll(): void {
    for (const section of sections)
      for (const entry of commandTable.filter((one) => one.section === section)) this.#add(entry);
  }

  #add(entry: CommandEntry): void {
    const words = entry.name.split(' ');
    const last = words.pop() ?? entry.name;
    const [group] = words;
    const parent = group === undefined ? this.#program : this.#group(group, entry);
    const command = parent.command(last).description(entry.summary);
    if (group === undefined) command.helpGroup(`${entry.section}:`);
    this.#entries.set(command, entry);
  }

  #group(name: string, { section }: CommandEntry): Command {
    const found = this.#groups.get(name);
    if (found !== undefined) return found;
    const made = this.#declaring(this.#program.command(name))
      .description(commandGroups[name] ?? name)
      .helpGroup(`${section}:`)
      .helpCommand(false);
    this.#groups.set(name, made);
    return made;
  }

  #declaring(parent: Command): Command {
    return parent.hook('preSubcommand', async (_parent, command) => {
      const entry = this.#entries.get(command);
      if (entry === undefined) return;
      this.#entries.delete(command);
      const definition = await entry.load();
      definition.declare?.(command);
      command.addHelpText('after', examplesHelp(definition)).action(this.#action(definition));
    });
  }
}

function actionOf(
  definition: AnyCommand,
  surroundings: Surroundings,
  done: Done,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const [first = '', second] = given.filter((one) => typeof one === 'string');
    const operands: Operands = [first, second];
    const flags = command.optsWithGlobals<GlobalFlags>();
    const own = { asTyped: typedIn(flags.config, surroundings), describe: () => describeProgram(command) };
    const options = command.opts() as never;
    if (definition.light === true) {
      const context = lightContextOf(flags, surroundings, own);
      surroundings.stop.announceOn(context.terminal);
      return done(await definition.run(context, options, operands));
    }
    const context = await contextOf(flags, surroundings, own);
    surroundings.stop.announceOn(context.terminal);
    done(await definition.run(context, options, operands));
  };
}

/** Every command with its options, by what is declared. */
async function describeProgram(command: Command): Promise<DescribedProgram> {
  let program = command;
  while (program.parent !== null) program = program.parent;
  const commands: DescribedCommand[] = Object.entries(commandGroups).map(([name, summary]) => ({
    words: [name],
    summary,
    options: [],
    takesFile: false,
  }));
  for (const { name, summary, load } of commandTable) {
    const declared = new Command(name);
    (await load()).declare?.(declared);
    commands.push({
      words: name.split(' '),
      summary,
      options: declared.options.map(describeOption),
      takesFile: declared.registeredArguments.some((argument) => argument.name() === 'file'),
    });
  }
  const help = { names: ['--help', '-h'], summary: 'what a command does', takes: 'nothing' } as const;
  return { commands, options: [...program.options.map(describeOption), help] };
}

function describeOption({ long, short, description, flags, required, optional }: Option): DescribedOption {
  const names = [long, short].filter((name): name is string => typeof name === 'string');
  const takes = !(required || optional) ? 'nothing' : /<(file|folder)>/.test(flags) ? 'file' : 'text';
  return { names, summary: description, takes };
}

/** How commands are typed here, in messages. */
export function typedIn(config: string | undefined, { environment }: Surroundings): AsTyped {
  const file = config ?? environment['ENROLLKIT_CONFIG'] ?? defaultConfigFile;
  return asTypedAfter(
    invocationOf(file, environment),
    commandTable.map(({ name }) => name),
  );
}

/** Which exit a refusal of the command line deserves; help and version are no refusals. */
export function exitOfUsage(error: CommanderError): ExitName {
  return error.exitCode === 0 ? 'allEnrolled' : 'usage';
}

function examplesHelp({ examples }: AnyCommand): string {
  const width = Math.max(...examples.map(({ line }) => line.length));
  return `\nExamples:\n${examples.map(({ line, does }) => `  ${line.padEnd(width)}  ${does}`).join('\n')}`;
}

function exitHelp(): string {
  const lines = Object.values(exitCodes).map(
    ({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`,
  );
  return `\nExit codes:\n${lines.join('\n')}`;
}
