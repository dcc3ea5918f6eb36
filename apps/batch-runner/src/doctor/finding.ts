import type { Config } from '../config/schema.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { ProviderCall } from './provider-call.ts';

/** How a check came out. `unlooked`: it needs something that another check found missing. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'unlooked';

/** What a check found: one line, and for what is not well what would mend it. Holds nothing secret. */
export interface Finding {
  readonly verdict: Verdict;
  readonly message: string;
  readonly hint?: string;
}

/** What a check may look at: a configuration that could be read, and the one call that several checks share. */
export interface DoctorContext {
  readonly loaded: LoadedConfig;
  readonly config: Config;
  readonly folder: string;
  /** Asks the provider once, however many checks want to know. */
  readonly call: () => Promise<ProviderCall>;
}

/** One line of the doctor's table. What `look` throws is a failure that its message tells. */
export interface Check {
  readonly name: string;
  readonly look: (patient: DoctorContext) => Promise<Finding>;
}

/** All is well. */
export function passed(message: string): Finding {
  return { verdict: 'ok', message };
}

/** Something to be mended soon, or to be known. */
export function warned(message: string, hint: string): Finding {
  return { verdict: 'warning', message, hint };
}

/** Something that keeps a run from working. */
export function failed(message: string, hint: string): Finding {
  return { verdict: 'failed', message, hint };
}

/** What an error says, with its own hint where it has one. */
export function failedBy(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const hint =
    error instanceof Error && 'hint' in error && typeof error.hint === 'string'
      ? error.hint
      : 'mend what the message names, then ask the doctor again';
  // A KeyError's message ends with its hint.
  return failed(message.endsWith(hint) ? message.slice(0, -hint.length).trimEnd() : message, hint);
}
