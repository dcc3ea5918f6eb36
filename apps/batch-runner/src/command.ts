import type { Command } from 'commander';
import type { Context, LightContext } from './context.ts';
import type { ExitName } from './exit-codes.ts';

/** The operands of a command line: the first one is the empty text when there is none. */
export type Operands = readonly [string, (string | undefined)?];

/** A line as it is typed, and what it is for. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

interface Declaration {
  /** Adds operands and options; nothing where there are none. */
  readonly declare?: (command: Command) => unknown;
  /** Shown by `--help`; each line works as it stands. */
  readonly examples: readonly Example[];
}

/** Does the work and returns the exit that it earns. */
type Run<Given, Options> = (context: Given, options: Options, operands: Operands) => Promise<ExitName>;

/** One command, all in one file: how it is typed, examples, and its work. */
export interface CommandDefinition<Options> extends Declaration {
  readonly run: Run<Context, Options>;
}

/** A command that can do without the whole configuration, and so starts in less than half the time. */
export interface LightCommandDefinition<Options> extends Declaration {
  readonly light: true;
  readonly run: Run<LightContext, Options>;
}

/** A command with the type of its options forgotten: only its own `run` reads them. */
export type AnyCommand =
  | (CommandDefinition<never> & { readonly light?: never })
  | LightCommandDefinition<never>;

/** Defines a command; `Options` is what its declared options are parsed to. */
export function defineCommand<Options = object>(definition: CommandDefinition<Options>): AnyCommand {
  return definition;
}

/** Defines a light command. */
export function defineLightCommand<Options = object>(
  definition: Omit<LightCommandDefinition<Options>, 'light'>,
): AnyCommand {
  return { ...definition, light: true };
}
