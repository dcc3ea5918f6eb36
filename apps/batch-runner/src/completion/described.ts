/** An option as a shell completes it. */
export interface DescribedOption {
  /** `--intake`, `-w`. */
  readonly names: readonly string[];
  readonly summary: string;
  /** What follows it: nothing, a file or folder, or a text that no shell can know. */
  readonly takes: 'nothing' | 'file' | 'text';
}

/** A command, or a group of commands, as a shell completes it. */
export interface DescribedCommand {
  /** `['ledger', 'backup']`. */
  readonly words: readonly string[];
  readonly summary: string;
  readonly options: readonly DescribedOption[];
  readonly takesFile: boolean;
}

/** The whole command line. */
export interface DescribedProgram {
  readonly commands: readonly DescribedCommand[];
  /** Options of every command. */
  readonly options: readonly DescribedOption[];
}

/** The names of all options of a program that are followed by such a thing. */
export function optionsTaking(
  { commands, options }: DescribedProgram,
  takes: DescribedOption['takes'],
): readonly string[] {
  const all = [...options, ...commands.flatMap((command) => command.options)];
  return [...new Set(all.filter((option) => option.takes === takes).flatMap(({ names }) => names))];
}

/** The words that may follow these, with what they do: the commands of a group, or of the program. */
export function wordsAfter(
  { commands }: DescribedProgram,
  words: readonly string[],
): readonly (readonly [string, string])[] {
  const after = commands.filter(
    (command) =>
      command.words.length === words.length + 1 && words.every((word, at) => command.words[at] === word),
  );
  return after.map((command) => [command.words.at(-1) ?? '', command.summary]);
}
