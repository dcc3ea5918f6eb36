import type { ChangeState, ProviderReason } from '@enrollkit/enrollment';
import type { BatchRow, ChangeRow, LoadingFindings, MissingCards } from '@enrollkit/ledger';
import type { WarningKind } from './load/warnings.ts';

/** What happens while an intake is processed. Nothing in it is sensitive. */
export type PipelineEvent =
  | {
      readonly kind: 'reading';
      readonly bytes: number;
      readonly totalBytes: number;
      readonly rows: number;
      readonly rejected: number;
    }
  /** A header record of a file of fixed width was found and passed over. */
  | { readonly kind: 'header-record'; readonly line: number }
  /** The last line has no line end. */
  | { readonly kind: 'no-line-end'; readonly line: number }
  /** Rows that are sent although something about them should be looked at. */
  | {
      readonly kind: 'row-warnings';
      readonly rows: number;
      readonly kinds: readonly WarningKind[];
      /** The line from which columns look shifted. */
      readonly shiftedFrom?: number;
    }
  | ({ readonly kind: 'findings' } & LoadingFindings)
  | ({
      readonly kind: 'missing-cards';
      /** How many might be removed. */
      readonly most: number;
      /** Rows that cannot be read far enough to say whose they are. */
      readonly unreadable: number;
    } & MissingCards)
  | {
      readonly kind: 'ready';
      /** When the last of what an earlier request could still undo is sent. */
      readonly heldUntil?: Date;
    }
  | { readonly kind: 'recovered'; readonly batches: number }
  | { readonly kind: 'submitted'; readonly batch: BatchRow; readonly providerBatchId: string }
  | {
      readonly kind: 'settled';
      readonly batch: BatchRow;
      readonly missing: number;
      readonly unmatched: number;
    }
  | { readonly kind: 'refused'; readonly batch: BatchRow; readonly reason: ProviderReason }
  | {
      readonly kind: 'busy';
      readonly batch: BatchRow;
      readonly reason: ProviderReason;
      readonly waitMs: number;
    }
  | { readonly kind: 'unknown'; readonly batch: BatchRow; readonly reason: ProviderReason }
  | { readonly kind: 'late'; readonly batch: BatchRow }
  | { readonly kind: 'clock-set-back'; readonly ms: number }
  | {
      readonly kind: 'change-ended';
      readonly change: ChangeRow;
      readonly state: ChangeState;
      readonly reason?: ProviderReason;
    }
  | {
      readonly kind: 'change-postponed';
      readonly change: ChangeRow;
      readonly state: ChangeState;
      readonly reason: ProviderReason;
      readonly waitMs: number;
    }
  | { readonly kind: 'missing'; readonly batch: BatchRow; readonly reason: ProviderReason }
  | { readonly kind: 'warning'; readonly batch: BatchRow; readonly message: string }
  | { readonly kind: 'key-withdrawn'; readonly kid: string; readonly reason: ProviderReason }
  | { readonly kind: 'resealed'; readonly batch: BatchRow; readonly kid: string }
  | { readonly kind: 'superseded'; readonly batchId: number; readonly message: string }
  | { readonly kind: 'work-failed'; readonly batchId: number; readonly message: string }
  | { readonly kind: 'ledger-unavailable'; readonly message: string }
  | { readonly kind: 'ledger-available' }
  | {
      readonly kind: 'deadline-at-risk';
      readonly records: number;
      readonly neededMs: number;
      readonly leftMs: number;
      readonly because: 'rate' | 'pace';
    }
  /** Nothing is sent outside of the sending window. */
  | { readonly kind: 'window-closed'; readonly until: Date; readonly zone: string }
  | { readonly kind: 'window-open' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'unpaused' }
  | { readonly kind: 'provider-down'; readonly reason: ProviderReason; readonly pauseMs: number }
  | { readonly kind: 'provider-up' };

/** Receives events as they happen; must not throw and must not block. */
export type Observer = (event: PipelineEvent) => void;
