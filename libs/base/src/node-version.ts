/** A version of Node.js: `[24, 15]` stands for 24.15 and everything after it. */
export type NodeVersion = readonly [major: number, minor: number];

/**
 * Says why a Node.js cannot run a command, as the text for the terminal; `undefined` when it can. A
 * command asks this before it loads anything else: what an old version cannot parse would end in a syntax
 * error that names no cause.
 *
 * @param command name of the command, for the text
 * @param needed the oldest version that runs it
 * @param found the version that runs: `process.versions.node`
 */
export function oldNodeMessage(command: string, needed: NodeVersion, found: string): string | undefined {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return undefined;
  return (
    `error: ${command} needs Node.js ${needed.join('.')} or newer, and this is ${found}\n` +
    'hint: Install a newer Node.js (nodejs.org), or let your version manager choose one, and run the command again.\n'
  );
}
