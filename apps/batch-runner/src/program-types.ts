import type { Context } from './context.ts';
import type { ExitName } from './exit-codes.ts';

/** A command as the program calls it: `operands` are its operands, the first one empty when it has none. */
export type Work<Options> = (
  context: Context,
  options: Options,
  operands: readonly [string, (string | undefined)?],
) => Promise<ExitName>;

/** Ties a command's code, which is loaded when it is called, to the command line: `status` need not wait for what `demo` needs. */
export type On = <Options>(load: () => Promise<Work<Options>>) => (...given: unknown[]) => Promise<void>;
