import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { appendBeside } from '../audit.ts';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { accountName, readAccounts, writeAccounts, type Account } from '../serve/security/account-file.ts';
import { hashPassword, passwordWeakness } from '../serve/security/passwords.ts';
import { roles, type Role } from '../serve/security/principal.ts';

/** What changes. */
export interface UsersSetOptions {
  readonly role?: string;
  readonly newPassword?: boolean;
}

/**
 * `enrollkit users set NAME`: makes an account for the console, or gives one another role or password. The
 * password is asked on the terminal, or read from standard input; never an argument, which every process of
 * the machine can see. Sessions of a changed account end at once. Throws `RunnerError` `usage`.
 */
export async function setUser(
  context: Context,
  typed: string,
  { role: typedRole, newPassword = false }: UsersSetOptions,
): Promise<ExitName> {
  const name = accountName(typed);
  const loaded = context.config();
  const file = resolve(loaded.folder, loaded.config.serve.accountsFile);
  const before = readAccounts(file).find((one) => one.name === name);
  const role = roleOf(typedRole) ?? before?.role;
  if (role === undefined)
    throw new RunnerError('usage', `There is no account ${name} yet, and a new one needs a role`, {
      hint: `enrollkit users set ${name} --role viewer (or operator, or admin)`,
    });
  if (before !== undefined && !newPassword && before.role === role)
    throw new RunnerError('usage', `${name} is ${role} already: there is nothing to change`, {
      hint: 'add --new-password, or name another --role',
    });
  const password =
    before === undefined || newPassword
      ? await hashPassword(await askForPassword(context, name))
      : before.password;
  const account: Account = { name, role, password, changedAt: new Date().toISOString() };
  const what = before === undefined ? 'made' : newPassword ? 'new password' : 'new role';
  await appendBeside(loaded, { action: 'users set', detail: { user: name, role, what } });
  // Read again: somebody may have changed another account while this one's password was typed.
  writeAccounts(file, [...readAccounts(file).filter((one) => one.name !== name), account]);
  context.terminal.note(`${name} may sign in to the console as ${role}`);
  return 'allEnrolled';
}

function roleOf(typed: string | undefined): Role | undefined {
  const role = roles.find((one) => one === typed);
  if (typed === undefined || role !== undefined) return role;
  throw new RunnerError('usage', `There is no role ${JSON.stringify(typed.slice(0, 40))}`, {
    hint: `roles are: ${roles.join(', ')}`,
  });
}

async function askForPassword({ terminal }: Context, name: string): Promise<string> {
  const password = process.stdin.isTTY
    ? await typedTwice(`Password of ${name}`)
    : (await text(process.stdin)).replace(/\r?\n$/, '');
  const weakness = passwordWeakness(name, password);
  if (weakness === undefined) return password;
  if (!process.stdin.isTTY) terminal.note('the password was read from standard input');
  throw new RunnerError('usage', `The password cannot be taken: ${weakness}`, {
    hint: 'at least 12 characters with a letter and a digit; several words are easy to keep in mind',
  });
}

async function typedTwice(message: string): Promise<string> {
  const { password } = await import('@clack/prompts');
  const ask = async (question: string): Promise<string> => {
    const answer = await password({ message: question, output: process.stderr });
    if (typeof answer === 'string') return answer;
    throw new RunnerError('interrupted', 'The question was left; nothing was written', {
      hint: 'enrollkit users set asks again',
    });
  };
  const first = await ask(message);
  if (first === (await ask('The same once more'))) return first;
  throw new RunnerError('usage', 'The two passwords differ; nothing was written', {
    hint: 'enrollkit users set asks again',
  });
}

/** `enrollkit users set` as it is typed. */
export const usersSetCommand: AnyCommand = defineCommand<UsersSetOptions>({
  declare: (command) =>
    command
      .argument('<name>')
      .option('--role <role>', `what they may do: ${roles.join(', ')}`)
      .option('--new-password', 'ask for another password'),
  examples: [
    { line: 'enrollkit users set alice --role operator', does: 'make an account; asks for its password' },
    { line: 'enrollkit users set alice --new-password', does: 'give it another password' },
    { line: 'enrollkit users set alice --role viewer', does: 'give it another role' },
  ],
  run: (context, options, [name]) => setUser(context, name, options),
});
