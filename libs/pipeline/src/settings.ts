import { defaultChangeRules, type ChangeRules } from '@enrollkit/enrollment';
import type { LoadingRules } from '@enrollkit/ledger';
import { Schedule, type SendingTimes } from './send/schedule.ts';

/**
 * What happens to a batch whose fate is unknown: it waits for a person, or is sent again with the same bytes
 * under the same id.
 */
export type OnUnknown = 'hold' | 'resend';

/** What can be set about a run; every time in milliseconds. */
export interface PipelineSettings {
  /** Records a request, 1 to 10,000. */
  readonly batchSize: number;
  /** Requests a second, submissions and polls together. */
  readonly requestsPerSecond: number;
  /** When they may be sent, and other rates at other hours; always and none when absent. */
  readonly times?: SendingTimes;
  /** Requests in flight at once. */
  readonly inFlight: number;
  readonly onUnknown: OnUnknown;
  readonly poll: PollSettings;
  /** What becomes of rows that share a contact or a card number with another consumer or card. */
  readonly duplicates: LoadingRules;
  /** What happens with each kind of difference between a file and what is enrolled. */
  readonly changes: ChangeRules;
  /**
   * Cards that a full extract may lack for them to be removed without a person's word: the smaller one
   * counts.
   */
  readonly removals: { readonly count?: number; readonly percent: number };
  /**
   * How long a provider that is down is left alone before one request tries it; longer each time, up to 30
   * times as long.
   */
  readonly backOffMs: number;
  /** The run stops, resumable, when it has lasted this long. */
  readonly deadlineMs: number;
  /**
   * Failed records (rejected + refused) that are tolerated; the run stops when either is passed. The share
   * counts from {@link fewestFailed} failed records on, for in a file of ten rows one alone would be 10 %; a
   * share of 0 counts at once.
   */
  readonly tolerated: { readonly count?: number; readonly percent?: number };
}

/**
 * When a submitted batch is polled: `firstMs` after its receipt, then `factor` times later each time, at most
 * `maxMs`.
 */
export interface PollSettings {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly factor: number;
  /** Share of the wait that is random, 0 to 1. */
  readonly jitter: number;
}

/**
 * Defaults. The batch size is that of the sibling batch API (reference, 7.5); the poll times are the
 * reference's advice (section 14.6); nothing is documented for the rate, so it is modest.
 */
export const defaultSettings: PipelineSettings & { readonly tolerated: { readonly percent: number } } = {
  batchSize: 250,
  requestsPerSecond: 10,
  inFlight: 8,
  duplicates: { contact: 'reject', card: 'reject' },
  changes: defaultChangeRules,
  removals: { percent: 0.1 },
  onUnknown: 'hold',
  poll: { firstMs: 30_000, maxMs: 900_000, factor: 2, jitter: 0.2 },
  backOffMs: 10_000,
  deadlineMs: 24 * 3_600_000,
  tolerated: { percent: 5 },
};

/** From how many failed records on `tolerated.percent` counts. */
export const fewestFailed = 5;

/** When requests may be sent by these settings, and at which rate. */
export function scheduleOf({
  requestsPerSecond,
  times,
}: Pick<PipelineSettings, 'requestsPerSecond' | 'times'>): Schedule {
  return new Schedule(requestsPerSecond, times);
}
