import type { Command as Commander } from 'commander';

import type { ExitCode } from '../exit-codes.ts';

/** Where a command speaks: results to `out`, everything else to `err`. */
export interface Voice {
  out(text: string): void;
  err(text: string): void;
}

/** What a command gets beside its arguments. */
export interface Context {
  readonly voice: Voice;
  /** Paths on the command line are relative to this. */
  readonly cwd: string;
}

/** Lets commander run an action that ends with an exit code. */
export type Run = (action: (context: Context) => Promise<ExitCode>) => Promise<void>;

/** One command: one file in this folder, one line in the table of `index.ts`. */
export interface Command {
  readonly name: string;
  /** Declares arguments and options, and hands the action to `run`. */
  register(program: Commander, run: Run): void;
}
