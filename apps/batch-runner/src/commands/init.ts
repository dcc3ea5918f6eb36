import { existsSync, writeFileSync } from 'node:fs';
import { defineCommand, type AnyCommand } from '../command.ts';
import { configTemplate, sandboxValues } from '../config/template.ts';
import type { Context } from '../context.ts';
import { examineLocally } from '../doctor/examine.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { lineOf } from './doctor.ts';

/**
 * `enrollkit init`: writes a commented config file. On a terminal it asks for what cannot be left out and
 * then runs the doctor's checks of this machine; elsewhere it starts from the sandbox and reports what is
 * still missing.
 */
export async function init(context: Context, options: { readonly print?: boolean }): Promise<ExitName> {
  const { terminal, flags } = context;
  if (options.print === true) {
    await terminal.stream(configTemplate(sandboxValues).trimEnd());
    return 'allEnrolled';
  }
  if (existsSync(flags.config)) {
    throw new RunnerError('file-exists', `There is a file at ${flags.config} already; nothing was written`, {
      hint: 'name another with --config FILE, or see the template with --print',
    });
  }
  const asks = terminal.interactive && process.stdin.isTTY;
  const values = asks ? await (await import('../init/questions.ts')).askForValues() : sandboxValues;
  writeFileSync(flags.config, configTemplate(values), { mode: 0o600, flag: 'wx' });
  terminal.note(`wrote ${flags.config}`);
  if (asks) await examineNow(context);
  else checkNow(context);
  return 'allEnrolled';
}

async function examineNow(context: Context): Promise<void> {
  for await (const finding of examineLocally(context)) context.terminal.note(lineOf(finding));
  context.terminal.note('enrollkit doctor looks at the provider, too');
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
    { line: 'enrollkit init', does: 'asks on a terminal, and writes enrollkit.yaml' },
    { line: 'enrollkit init --print', does: 'shows every setting with its default' },
  ],
  run: init,
});
