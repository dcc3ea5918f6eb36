import type { Provider } from '@enrollkit/enrollment';
import type { Ledger } from '@enrollkit/ledger';
import type { Clock } from '../clock.ts';
import type { Observer } from '../events.ts';
import type { RereadSource } from '../load/reread.ts';
import type { PipelineSettings } from '../settings.ts';
import type { Breaker } from './breaker.ts';
import type { Limiter } from './limiter.ts';

/** What everything that sends shares for the length of a run. */
export interface SendContext {
  readonly ledger: Ledger;
  readonly provider: Provider;
  readonly settings: PipelineSettings;
  readonly clock: Clock;
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  readonly notify: Observer;
  /** A number in [0, 1): jitter. */
  readonly random: () => number;
  /** Whether an operator has paused the sending. */
  readonly paused?: () => boolean;
  /** Ids of the provider's keys that it was seen not to open any more. */
  readonly withdrawn: Set<string>;
  /** Opens the input, for what must be sealed again; absent when it is not available. */
  readonly openInput?: () => Promise<RereadSource>;
  /**
   * Whether what the ledger writes about a batch is fenced by the attempt: only this attempt can end what it
   * began.
   */
  readonly fenced?: boolean;
}
