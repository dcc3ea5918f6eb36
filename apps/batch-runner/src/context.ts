import { loadConfig, type Environment, type LoadedConfig } from './config/load.ts';
import type { StopRequest, StopSignal } from './signals.ts';
import { Terminal } from './terminal/terminal.ts';

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly config: string;
  readonly set: readonly string[];
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** What a command is given: its voice, the configuration when it asks for it, and the word to stop. */
export interface Context {
  readonly terminal: Terminal;
  readonly flags: GlobalFlags;
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
  /** Which signal it was. */
  readonly stoppedBy: () => StopSignal | undefined;
  /** Reads the configuration; throws `RunnerError` when it cannot be used. */
  readonly config: () => LoadedConfig;
}

/** Builds the context of one invocation. */
export function contextOf(flags: GlobalFlags, stop: StopRequest, environment: Environment): Context {
  const terminal = new Terminal({ quiet: flags.quiet ?? false, json: flags.json ?? false });
  return {
    terminal,
    flags,
    stop: stop.signal,
    stoppedBy: () => stop.by,
    config: () => loadConfig({ file: flags.config, environment, flags: flags.set }),
  };
}
