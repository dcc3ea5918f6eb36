import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';

/** What every command is: options already parsed in, the name of an exit out. */
export type Command<Options> = (context: Context, options: Options) => Promise<ExitName>;
