import { optionsTaking, wordsAfter, type DescribedProgram } from './described.ts';

/** The script for bash: `source <(enrollkit completion bash)`. */
export function bashCompletion(program: DescribedProgram): string {
  const { commands, options } = program;
  const everywhere = options.flatMap(({ names }) => names);
  const cases = [
    `    '') words='${wordsAfter(program, [])
      .map(([word]) => word)
      .join(' ')}' ;;`,
    ...commands.map((command) => {
      const words = [
        ...wordsAfter(program, command.words).map(([word]) => word),
        ...command.options.flatMap(({ names }) => names),
      ];
      return `    ' ${command.words.join(' ')}') words='${words.join(' ')}'${command.takesFile ? ' files=1' : ''} ;;`;
    }),
  ];
  return `# Completion of enrollkit for bash. Once: source <(enrollkit completion bash)
# For good: enrollkit completion bash > ~/.local/share/bash-completion/completions/enrollkit
_enrollkit() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local path='' words='' files='' skip='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ $skip ]]; then skip=''; continue; fi
    case "$word" in
      ${[...optionsTaking(program, 'file'), ...optionsTaking(program, 'text')].join('|')}) skip=1 ;;
      -*) ;;
      *) case "$path $word" in ${commands.map(({ words }) => `' ${words.join(' ')}'`).join('|')}) path="$path $word" ;; esac ;;
    esac
  done
  COMPREPLY=()
  case "$previous" in
    ${optionsTaking(program, 'file').join('|')}) files=1 ;;
    ${optionsTaking(program, 'text').join('|')}) return ;;
    *) case "$path" in
${cases.join('\n')}
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words ${everywhere.join(' ')}" -- "$current") ;;
  esac
  if [[ $files && $current != -* ]]; then
    compopt -o filenames 2> /dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -F _enrollkit enrollkit
`;
}
