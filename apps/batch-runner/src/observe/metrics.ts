import type { Tally } from '@enrollkit/ledger';
import type { Observer } from '@enrollkit/pipeline';
import type { LoadedConfig } from '../config/load.ts';

/** The run's figures in the Prometheus text format: at an address while it lasts, in a file when it ends. */
export interface RunMetrics {
  readonly observe: Observer;
  close(): Promise<void>;
}

/** How many records of the current intake are in which state; undefined before there is one. */
export type TallyOf = () => Promise<Tally | undefined>;

/** Opens what the configuration asks for, and loads its code only then. Throws `RunnerError` when the port cannot be opened. */
export async function openMetrics(loaded: LoadedConfig, tally: TallyOf): Promise<RunMetrics> {
  const { metricsPort, metricsFile } = loaded.config.output;
  if (metricsPort === undefined && metricsFile === undefined)
    return { observe: () => undefined, close: () => Promise.resolve() };
  const { openPrometheus } = await import('./prometheus.ts');
  return openPrometheus(loaded, tally);
}
