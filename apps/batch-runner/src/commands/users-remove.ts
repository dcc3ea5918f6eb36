import { resolve } from 'node:path';
import { appendBeside } from '../audit.ts';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { accountName, readAccounts, writeAccounts } from '../serve/security/account-file.ts';

/**
 * `enrollkit users remove NAME`: takes an account away; its sessions end at once. Throws `RunnerError`
 * `usage`.
 */
export async function removeUser({ config, terminal }: Context, typed: string): Promise<ExitName> {
  const name = accountName(typed);
  const loaded = config();
  const file = resolve(loaded.folder, loaded.config.serve.accountsFile);
  const account = readAccounts(file).find((one) => one.name === name);
  if (account === undefined)
    throw new RunnerError('usage', `There is no account ${name}`, {
      hint: 'enrollkit users list shows them',
    });
  await appendBeside(loaded, { action: 'users remove', detail: { user: name, role: account.role } });
  writeAccounts(
    file,
    readAccounts(file).filter((one) => one.name !== name),
  );
  terminal.note(`${name} has no account any more`);
  return 'allEnrolled';
}

/** `enrollkit users remove` as it is typed. */
export const usersRemoveCommand: AnyCommand = defineCommand({
  declare: (command) => command.argument('<name>'),
  examples: [{ line: 'enrollkit users remove alice', does: 'sign her out and let her in no more' }],
  run: (context, _options, [name]) => removeUser(context, name),
});
