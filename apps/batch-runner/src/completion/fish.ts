import { optionsTaking, type DescribedOption, type DescribedProgram } from './described.ts';

/** The script for fish: `enrollkit completion fish | source`, or a file in `~/.config/fish/completions`. */
export function fishCompletion(program: DescribedProgram): string {
  const { commands, options } = program;
  const paths = commands.map(({ words }) => words.join(' '));
  const lines = [
    ...options.map((option) => optionLine(undefined, option)),
    ...commands.map(
      ({ words, summary }) =>
        `complete -c enrollkit -n ${at(words.slice(0, -1).join(' '))} -a ${words.at(-1) ?? ''} -d ${quoted(summary)}`,
    ),
    ...commands.flatMap((command) => {
      const path = command.words.join(' ');
      return [
        ...command.options.map((option) => optionLine(path, option)),
        ...(command.takesFile ? [`complete -c enrollkit -n ${at(path)} -F`] : []),
      ];
    }),
  ];
  return `# Completion of enrollkit for fish. Once: enrollkit completion fish | source
# For good: enrollkit completion fish > ~/.config/fish/completions/enrollkit.fish
function __enrollkit_at
  set -l path
  set -l skip 0
  for word in (commandline -opc)[2..]
    if test $skip = 1
      set skip 0
      continue
    end
    switch $word
      case ${[...optionsTaking(program, 'file'), ...optionsTaking(program, 'text')].join(' ')}
        set skip 1
      case '-*'
      case '*'
        set -l longer (string join ' ' -- $path $word)
        if contains -- $longer ${paths.map(quoted).join(' ')}
          set path $path $word
        end
    end
  end
  test "$path" = "$argv"
end
complete -c enrollkit -f
${lines.join('\n')}
`;
}

function at(path: string): string {
  return quoted(`__enrollkit_at ${path}`.trim());
}

function optionLine(path: string | undefined, { names, summary, takes }: DescribedOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const after = takes === 'nothing' ? '' : takes === 'file' ? ' -r -F' : ' -x';
  const where = path === undefined ? '' : ` -n ${at(path)}`;
  return `complete -c enrollkit${where} ${flags.join(' ')}${after} -d ${quoted(summary)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
