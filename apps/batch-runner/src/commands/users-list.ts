import { resolve } from 'node:path';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { readAccounts } from '../serve/security/account-file.ts';

/** `enrollkit users list`: who has an account for the console, and what they may do there. */
export function listUsers({ config, terminal }: Context): Promise<ExitName> {
  const { config: settings, folder } = config();
  const accounts = readAccounts(resolve(folder, settings.serve.accountsFile));
  const width = Math.max(0, ...accounts.map(({ name }) => name.length));
  for (const { name, role, changedAt } of accounts) {
    if (terminal.mode.json) terminal.resultJson({ name, role, changedAt });
    else terminal.result(`${name.padEnd(width)}  ${role.padEnd(8)}  changed ${changedAt.slice(0, 10)}`);
  }
  if (accounts.length === 0) terminal.note('nobody has an account: enrollkit users set NAME --role admin');
  return Promise.resolve('allEnrolled');
}

/** `enrollkit users list` as it is typed. */
export const usersListCommand: AnyCommand = defineCommand({
  examples: [{ line: 'enrollkit users list', does: 'names, roles, and when each was changed' }],
  run: listUsers,
});
