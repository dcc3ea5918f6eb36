import type { Environment } from './config/environment-variables.ts';
import { loadConfig, loadInputConfig, type InputConfig, type LoadedConfig } from './config/load.ts';
import type { StopRequest, StopSignal } from './signals.ts';
import type { Output } from './terminal/output.ts';
import { Terminal } from './terminal/terminal.ts';

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly config: string;
  readonly set: readonly string[];
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** What a command is given: the terminal, the configuration when it asks for it, and the signal to stop. */
export interface Context {
  readonly terminal: Terminal;
  readonly flags: GlobalFlags;
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
  /** Which signal it was. */
  readonly stoppedBy: () => StopSignal | undefined;
  /** Reads the configuration; throws `RunnerError` when it cannot be used. */
  readonly config: () => LoadedConfig;
  /** Reads only what reading a file needs; defaults without a config file. Throws `RunnerError`. */
  readonly inputConfig: () => InputConfig;
}

/** What surrounds an invocation: signals, environment variables, and where it prints. */
export interface Surroundings {
  readonly stop: Pick<StopRequest, 'signal' | 'by' | 'announceOn'>;
  readonly environment: Environment;
  readonly output: Output;
}

/** Builds the context of one invocation. */
export function contextOf(flags: GlobalFlags, { stop, environment, output }: Surroundings): Context {
  const terminal = new Terminal({ quiet: flags.quiet ?? false, json: flags.json ?? false }, output);
  return {
    terminal,
    flags,
    stop: stop.signal,
    stoppedBy: () => stop.by,
    config: () => loadConfig({ file: flags.config, environment, flags: flags.set }),
    inputConfig: () => loadInputConfig({ file: flags.config, environment, flags: flags.set }),
  };
}
