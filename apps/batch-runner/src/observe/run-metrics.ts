import type { Tally } from '@enrollkit/ledger';
import type { Observer } from '@enrollkit/pipeline';

/** The run's figures in the Prometheus text format: at an address while it lasts, in a file when it ends. */
export interface RunMetrics {
  readonly observe: Observer;
  close(): Promise<void>;
}

/** How many records of the current intake are in which state; undefined before there is one. */
export type TallyOf = () => Promise<Tally | undefined>;
