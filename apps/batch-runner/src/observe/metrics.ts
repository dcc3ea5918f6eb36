import type { LoadedConfig } from '../config/load.ts';
import type { RunMetrics, TallyOf } from './run-metrics.ts';

/**
 * Opens what the configuration asks for, and loads its code only then. Throws `RunnerError` when the port
 * cannot be opened.
 */
export async function openMetrics(loaded: LoadedConfig, tally: TallyOf): Promise<RunMetrics> {
  const { metricsPort, metricsFile } = loaded.config.output;
  if (metricsPort === undefined && metricsFile === undefined)
    return { observe: () => undefined, close: () => Promise.resolve() };
  const { openPrometheus } = await import('./prometheus.ts');
  return openPrometheus(loaded, tally);
}
