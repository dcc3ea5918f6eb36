import type { DescribedProgram } from './completion/described.ts';
import type { Environment } from './config/environment-variables.ts';
import type { ConfigSources, InputConfig, LoadedConfig } from './config/load.ts';
import type { EndedIntake } from './on-end/document.ts';
import type { StopRequest, StopSignal } from './signals.ts';
import type { Output } from './terminal/output.ts';
import type { AsTyped } from './terminal/as-typed.ts';
import { Terminal } from './terminal/terminal.ts';

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly config: string;
  readonly set: readonly string[];
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** What every command is given: the terminal, where settings come from, and the signal to stop. */
export interface LightContext {
  readonly terminal: Terminal;
  readonly flags: GlobalFlags;
  readonly sources: ConfigSources;
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
  /** Which signal it was. */
  readonly stoppedBy: () => StopSignal | undefined;
  /** Every command with its options. */
  readonly describe: () => Promise<DescribedProgram>;
}

/** What the program knows of itself. */
export interface OwnProgram {
  readonly asTyped: AsTyped;
  readonly describe: LightContext['describe'];
}

/** And the configuration, when the command asks for it. */
export interface Context extends LightContext {
  /** Reads the configuration; throws `RunnerError` when it cannot be used. */
  readonly config: () => LoadedConfig;
  /** Reads only what reading a file needs; defaults without a config file. Throws `RunnerError`. */
  readonly inputConfig: () => InputConfig;
  /** Hears of each intake whose processing has ended, with its sums. */
  readonly onIntakeEnded?: (ended: EndedIntake) => void;
}

/** What surrounds an invocation: signals, environment variables, and where it prints. */
export interface Surroundings {
  readonly stop: Pick<StopRequest, 'signal' | 'by' | 'announceOn'>;
  readonly environment: Environment;
  readonly output: Output;
}

/** Builds the context of an invocation that needs no more of the configuration than what finds the ledger. */
export function lightContextOf(
  flags: GlobalFlags,
  { stop, environment, output }: Surroundings,
  { asTyped, describe }: OwnProgram,
): LightContext {
  return {
    terminal: new Terminal(
      {
        quiet: flags.quiet ?? false,
        json: flags.json ?? false,
        asTyped,
      },
      output,
    ),
    flags,
    sources: { file: flags.config, environment, flags: flags.set },
    stop: stop.signal,
    stoppedBy: () => stop.by,
    describe,
  };
}

/** Builds the context of any other invocation. */
export async function contextOf(
  flags: GlobalFlags,
  surroundings: Surroundings,
  own: OwnProgram,
): Promise<Context> {
  // The schema and what it is made of: half of what a command loads before it can begin.
  const { loadConfig, loadInputConfig } = await import('./config/load.ts');
  const light = lightContextOf(flags, surroundings, own);
  return {
    ...light,
    config: () => loadConfig(light.sources),
    inputConfig: () => loadInputConfig(light.sources),
  };
}
