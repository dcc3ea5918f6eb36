import { optionsTaking, wordsAfter, type DescribedOption, type DescribedProgram } from './described.ts';

/**
 * The script for zsh: `source <(enrollkit completion zsh)`, or a file `_enrollkit` in a folder of `fpath`.
 */
export function zshCompletion(program: DescribedProgram): string {
  const { commands, options } = program;
  const cases = [
    branch('', { words: wordsAfter(program, []), options: [], files: false }),
    ...commands.map((command) =>
      branch(` ${command.words.join(' ')}`, {
        words: wordsAfter(program, command.words),
        options: command.options,
        files: command.takesFile,
      }),
    ),
  ];
  return `#compdef enrollkit
# Completion of enrollkit for zsh. Once: source <(enrollkit completion zsh)
# For good: enrollkit completion zsh > a folder of your fpath, as _enrollkit
_enrollkit() {
  local at='' word files=''
  local -a entries flags
  local -i i skip=0
  for ((i = 2; i < CURRENT; i++)); do
    word="$words[i]"
    if ((skip)); then skip=0; continue; fi
    case "$word" in
      ${[...optionsTaking(program, 'file'), ...optionsTaking(program, 'text')].join('|')}) skip=1 ;;
      -*) ;;
      *) case "$at $word" in ${commands.map(({ words }) => `' ${words.join(' ')}'`).join('|')}) at="$at $word" ;; esac ;;
    esac
  done
  case "$words[CURRENT - 1]" in
    ${optionsTaking(program, 'file').join('|')}) _files; return ;;
    ${optionsTaking(program, 'text').join('|')}) _message 'a value'; return ;;
  esac
  case "$at" in
${cases.join('\n')}
  esac
  flags+=(${listed(options.flatMap(namesOf))})
  if ((\${#entries})); then _describe command entries; fi
  if [[ -n "$files" && "$words[CURRENT]" != -* ]]; then _files; else _describe -o option flags; fi
}
if [[ "$funcstack[1]" == _enrollkit ]]; then _enrollkit "$@"; else compdef _enrollkit enrollkit; fi
`;
}

interface Branch {
  readonly words: readonly (readonly [string, string])[];
  readonly options: readonly DescribedOption[];
  readonly files: boolean;
}

function branch(path: string, { words, options, files }: Branch): string {
  return `    '${path}') entries=(${listed(words)}); flags=(${listed(options.flatMap(namesOf))})${files ? '; files=1' : ''} ;;`;
}

function namesOf({ names, summary }: DescribedOption): readonly (readonly [string, string])[] {
  return names.map((name) => [name, summary] as const);
}

function listed(entries: readonly (readonly [string, string])[]): string {
  return entries.map(([word, summary]) => `'${word}:${summary.replaceAll("'", "'\\''")}'`).join(' ');
}
