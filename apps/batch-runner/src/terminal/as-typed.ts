import type { Environment } from '../config/environment-variables.ts';

/** The file that is read where none is named. */
export const defaultConfigFile = 'enrollkit.yaml';

/** How the program was called, up to the command: what is printed as a command works when it is pasted. */
export function invocationOf(config: string, environment: Environment): string {
  const underNpm =
    environment['npm_command'] === 'run' || environment['npm_command'] === 'run-script'
      ? environment['npm_lifecycle_event'] === 'enrollkit'
      : false;
  const program = underNpm ? 'npm run enrollkit --' : 'enrollkit';
  const isDefault = config === (environment['ENROLLKIT_CONFIG'] ?? defaultConfigFile);
  return isDefault ? program : `${program} --config ${shellWord(config)}`;
}

/**
 * Rewrites a text so that its commands are what is typed: `enrollkit resume` as
 * `enrollkit --config other.yaml resume`.
 */
export type AsTyped = (text: string) => string;

/** The rewriting for these commands, given how the program was called. */
export function asTypedAfter(invocation: string, commands: readonly string[]): AsTyped {
  if (invocation === 'enrollkit') return (text) => text;
  const names = new Set(commands.map((name) => name.split(' ')[0] ?? name));
  const pattern = new RegExp(`\\benrollkit (?=(?:${[...names].join('|')})\\b)`, 'g');
  const [program = ''] = invocation.split(' --config ');
  return (text) =>
    text.replace(pattern, () => `${invocation} `).replaceAll('enrollkit --config ', `${program} --config `);
}

/** A word for any shell: quoted where it has to be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
