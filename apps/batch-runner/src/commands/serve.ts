import { once } from 'node:events';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { exitOfSignal } from '../ending.ts';
import type { ExitName } from '../exit-codes.ts';
import type { ConsoleServer } from '../serve/console-server.ts';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * `enrollkit serve`: the console in a browser, over the configured ledger, until it is stopped. Works beside
 * a runner.
 */
export async function serve(context: Context): Promise<ExitName> {
  const { terminal, stop } = context;
  const console = await openConsole(context);
  const ended = stop.aborted ? Promise.resolve([]) : once(stop, 'abort');
  const forgetKeys = linkOnEnter(terminal, console);
  await ended;
  forgetKeys();
  await console.close();
  terminal.note('the console is closed');
  return exitOfSignal(context.stoppedBy());
}

/** Serves the console of a configuration, and says where. */
async function openConsole({
  config,
  terminal,
}: Pick<Context, 'config' | 'terminal'>): Promise<ConsoleServer> {
  const { serveConsole } = await import('../serve/console-server.ts');
  const { consoleFolder } = await import('../serve/static-files.ts');
  const loaded = config();
  const files = await consoleFolder((text) => terminal.note(text));
  const console = await serveConsole({ loaded, terminal, files });
  const link = console.newLink();
  const text = `the console is at ${link ?? console.origin}`;
  // Notes are silent with --quiet, and there is no other way to the console.
  if (terminal.mode.quiet) terminal.result(text);
  else terminal.note(text);
  if (link !== undefined) terminal.note('the link works once, for you alone');
  return console;
}

/** Prints another link whenever Enter is pressed, where links are how one signs in. */
function linkOnEnter(terminal: Terminal, { newLink }: ConsoleServer): () => void {
  if (!process.stdin.isTTY) return () => undefined;
  const print = (): void => {
    const link = newLink();
    if (link !== undefined) terminal.note(`another link: ${link}`);
  };
  process.stdin.on('data', print);
  return () => {
    process.stdin.off('data', print);
    process.stdin.pause();
  };
}

/** `enrollkit serve` as it is typed. */
export const serveCommand: AnyCommand = defineCommand({
  examples: [
    { line: 'enrollkit serve', does: 'on this machine, at a link that works once' },
    { line: 'enrollkit serve --set serve.port=8421', does: 'at another port' },
  ],
  run: serve,
});
