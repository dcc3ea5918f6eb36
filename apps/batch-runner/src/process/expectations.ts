import { type Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import { whole } from '../option-values.ts';

/** What a person says that the file has. */
export interface ExpectationOptions {
  readonly expectRows?: number;
  readonly expectDigest?: string;
}

/** Declares the options by which a file that is cut off, or another one, is refused. */
export function declareExpectations(command: Command): Command {
  return command
    .option('--expect-rows <number>', 'refuse the file when it has another number of rows', whole)
    .option('--expect-digest <hex>', 'refuse the file when its SHA-256 (or MD5) is another', digest);
}

/** The same context, in which an input is opened only if it has what is expected. */
export function expecting(context: Context, { expectRows, expectDigest }: ExpectationOptions): Context {
  return {
    ...context,
    inputConfig: () => {
      const config = context.inputConfig();
      return {
        ...config,
        input: {
          ...config.input,
          ...(expectRows !== undefined && { expectRows }),
          ...(expectDigest !== undefined && { expectDigest }),
        },
      };
    },
  };
}

function digest(text: string): string {
  if (!/^(?:[\da-f]{64}|[\da-f]{32})$/i.test(text))
    throw new InvalidArgumentError('expected a SHA-256 or an MD5 in hex.');
  return text.toLowerCase();
}
