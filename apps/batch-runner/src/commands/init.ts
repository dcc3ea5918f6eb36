import { existsSync, writeFileSync } from 'node:fs';
import { defineCommand, type AnyCommand } from '../command.ts';
import { configTemplate, sandboxValues } from '../config/template.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';

/** `enrollkit init`: writes a commented config file, and reports what is still missing in it. */
export async function init(context: Context, options: { readonly print?: boolean }): Promise<ExitName> {
  const { terminal, flags } = context;
  const text = configTemplate(sandboxValues);
  if (options.print === true) {
    await terminal.stream(text.trimEnd());
    return 'allEnrolled';
  }
  if (existsSync(flags.config)) {
    throw new RunnerError('file-exists', `There is a file at ${flags.config} already; nothing was written`, {
      hint: 'name another with --config FILE, or see the template with --print',
    });
  }
  writeFileSync(flags.config, text, { mode: 0o600, flag: 'wx' });
  terminal.note(`wrote ${flags.config}`);
  checkNow(context);
  return 'allEnrolled';
}

/** A new file lacks the secrets: that is reported and is no failure. */
function checkNow({ terminal, config }: Context): void {
  try {
    config();
    terminal.note('the configuration is complete');
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    terminal.note(`still to be set:\n${error.message}`);
  }
}

/** `enrollkit init` as it is typed. */
export const initCommand: AnyCommand = defineCommand<{ readonly print?: boolean }>({
  declare: (command) => command.option('--print', 'print it instead'),
  examples: [
    { line: 'enrollkit init', does: 'writes enrollkit.yaml' },
    { line: 'enrollkit init --print', does: 'shows every setting with its default' },
  ],
  run: init,
});
