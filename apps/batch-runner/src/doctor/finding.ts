import type { Config } from '../config/schema.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { ProviderCall } from './provider-call.ts';

/** The result of a check. `skipped`: it needs something that another check found missing. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'skipped';

/** What a check found: one line, and a hint when something must be fixed. Holds nothing secret. */
export interface Finding {
  readonly verdict: Verdict;
  readonly message: string;
  readonly hint?: string;
}

/** What a check may use: the configuration, and one call to the provider that several checks share. */
export interface DoctorContext {
  readonly loaded: LoadedConfig;
  readonly config: Config;
  readonly folder: string;
  /** Calls the provider once, however many checks need the answer. */
  readonly call: () => Promise<ProviderCall>;
}

/** One line of the doctor's table. An error that `look` throws is a failed finding. */
export interface Check {
  readonly name: string;
  /** Whether it asks the provider, or its key set. */
  readonly asksProvider?: boolean;
  readonly look: (patient: DoctorContext) => Promise<Finding>;
}

/** A check that passed. */
export function passed(message: string): Finding {
  return { verdict: 'ok', message };
}

/** Something to fix soon, or to know. */
export function warned(message: string, hint: string): Finding {
  return { verdict: 'warning', message, hint };
}

/** Something that keeps a run from working. */
export function failed(message: string, hint: string): Finding {
  return { verdict: 'failed', message, hint };
}

/** An error as a finding, with its own hint where it has one. */
export function failedBy(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const hint =
    error instanceof Error && 'hint' in error && typeof error.hint === 'string'
      ? error.hint
      : 'fix what the message names, then run enrollkit doctor again';
  return failed(message, hint);
}
