import type { Tally } from '../port/records.ts';

/** What stays of a purged intake's rows. */
export interface KeptSums {
  readonly at: number;
  readonly tally: Tally;
}
