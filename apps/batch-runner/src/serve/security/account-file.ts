import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { refuseOpenFile } from '../../config/secrets.ts';
import { RunnerError } from '../../errors.ts';
import { writePrivateFile } from '../../private-file.ts';
import { isHashedPassword } from './passwords.ts';
import { roles } from './principal.ts';

/** What an account may be called: it is in the audit trail and on terminals. */
const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

const accountSchema = z.strictObject({
  name: z.string().regex(NAME),
  role: z.enum(roles),
  password: z.string().refine(isHashedPassword, 'is no hash that enrollkit users set wrote'),
  changedAt: z.iso.datetime(),
});
const fileSchema = z.strictObject({
  version: z.literal(1),
  accounts: z.array(accountSchema).max(10_000),
});

/** A local account as it is kept. */
export type Account = Readonly<z.infer<typeof accountSchema>>;

/**
 * The name as it is kept and compared: in lower case. Throws `RunnerError` `usage` for one that cannot be.
 */
export function accountName(typed: string): string {
  const name = typed.toLowerCase();
  if (NAME.test(name)) return name;
  throw new RunnerError('usage', `An account cannot be called that: ${JSON.stringify(typed.slice(0, 80))}`, {
    hint: 'a name has at most 64 of a-z 0-9 . _ @ -, and begins with a letter or a digit',
  });
}

/**
 * Every account of a file; none when there is no file. Throws `RunnerError` `secret-unreadable` for one that
 * others can read, and `config-invalid` for one that is damaged.
 */
export function readAccounts(file: string): readonly Account[] {
  if (!existsSync(file)) return [];
  refuseOpenFile(file, 'serve.accountsFile');
  const checked = fileSchema.safeParse(contentOf(file));
  if (checked.success) return checked.data.accounts;
  const [issue] = checked.error.issues;
  throw new RunnerError(
    'config-invalid',
    `serve.accountsFile: ${file} cannot be used: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    { hint: 'it is written by enrollkit users set; restore it, or move it away and make the accounts anew' },
  );
}

/** Writes the whole file, which its owner alone may read, in one step. */
export function writeAccounts(file: string, accounts: readonly Account[]): void {
  const sorted = accounts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const content: z.infer<typeof fileSchema> = { version: 1, accounts: sorted };
  writePrivateFile(file, `${JSON.stringify(content, undefined, 2)}\n`, { force: existsSync(file) });
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (cause) {
    throw new RunnerError('config-invalid', `serve.accountsFile: ${file} is not JSON`, {
      hint: 'it is written by enrollkit users set; restore it, or move it away and make the accounts anew',
      cause,
    });
  }
}
