import { bashCompletion } from '../completion/bash.ts';
import type { DescribedProgram } from '../completion/described.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { defineLightCommand, type AnyCommand } from '../command.ts';
import type { LightContext } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';

const shells: ReadonlyMap<string, (program: DescribedProgram) => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
]);

/**
 * `enrollkit completion SHELL`: prints the script by which a shell completes commands and options, made from
 * the program.
 */
export async function completion(context: LightContext, shell: string): Promise<ExitName> {
  const make = shells.get(shell);
  if (make === undefined)
    throw new RunnerError('usage', `There is no completion for ${shell}`, {
      hint: `there is for ${[...shells.keys()].join(', ')}`,
    });
  await context.terminal.stream(make(await context.describe()).trimEnd());
  return 'allEnrolled';
}

/** `enrollkit completion` as it is typed. */
export const completionCommand: AnyCommand = defineLightCommand({
  declare: (command) => command.argument('<shell>', 'bash, zsh or fish'),
  examples: [
    { line: 'enrollkit completion bash', does: 'source <(enrollkit completion bash) switches it on' },
    { line: 'enrollkit completion fish', does: 'enrollkit completion fish | source switches it on' },
  ],
  run: (context, _options, [shell]) => completion(context, shell),
});
