export { mostRemovals, type RemovalRules } from './changes/removals.ts';
export type { OptOut, OptOutFile } from './changes/opt-out.ts';
export type { Drift, DriftKind, Refreshed, RefreshOptions } from './changes/refresh.ts';
export { DeniedError, KeyWithdrawnError, type PipelineErrorCode } from './errors.ts';
export { systemClock, type Clock } from './clock.ts';
export type { Comparison, OnDifference } from './reconcile/comparer.ts';
export type { WorkerPool } from './run/worker-pool.ts';
export { isLimitPassed, type Ending, type Failures } from './run/ending.ts';
export type { Observer, PipelineEvent } from './events.ts';
export { compareRows, type Compared, type ComparedWindow } from './load/compare.ts';
export { digestRows, type DigestedWindow } from './load/digest-rows.ts';
export { DIGEST_VERSION, Digests, type DigestContext } from './load/digests.ts';
export { externalBatchIdOf, intakeIdOf, type BatchIdentity, type IntakeMakeUp } from './load/identity.ts';
export { InputError, type InputErrorCode, type InputPlace } from './load/input/errors.ts';
export { openInput, type Input, type InputOptions } from './load/input/source.ts';
export { plan, type Plan, type PlanContext, type PlanOptions, type PlannedRow } from './load/plan.ts';
export type { Again, OpenOptions } from './load/open.ts';
export { Pipeline, type RunContext } from './pipeline.ts';
export { columnFinder } from './load/input/columns.ts';
export { correctedRows, readCorrections, type Correction } from './rejections/corrections.ts';
export { NewFile } from './rejections/new-file.ts';
export {
  writeRejectionsFile,
  type RejectedIntake,
  type WrittenRejections,
} from './rejections/from-ledger.ts';
export { Schedule, type SendingTimes, type TimeSpan } from './send/schedule.ts';
export {
  defaultSettings,
  fewestFailed,
  scheduleOf,
  type PipelineSettings,
  type PollSettings,
  type OnUnknown,
} from './settings.ts';
export {
  NotificationInbox,
  type InboxLedger,
  type Notified,
  type NotifiedResults,
} from './reconcile/notifications.ts';
export type { Difference, ReportedResult } from './reconcile/differences.ts';
export { firstPollAfter } from './send/poll.ts';
export { conversions, type ConversionName } from './load/input/convert.ts';
export { readSidecar, type ControlTotals, type SidecarKind } from './load/input/control.ts';
export { validationOf, type DecodingSettings } from './load/input/settings.ts';
export { WarningLog, type WarningKind } from './load/warnings.ts';
export { isSelective, selectRows, type RowSelection } from './load/select.ts';
export { openReader, type ReadingSettings, type RowReader } from './load/read.ts';
export { batchRecords, type BatchingRange, type Draft } from './load/batch.ts';
export { addsUp, report, type CodeCount, type UnknownBatch, type Report } from './report.ts';
export { RejectionsFile } from './rejections/file.ts';
export { wasRefused } from './load/refusal.ts';
export type { RetryChoice } from './load/retry.ts';
export { Validator, type RejectedRow, type Validated, type ValidationCount } from './load/validate.ts';
export { InputCheck, type CheckSettings } from './load/check/check.ts';
export { isWarning, type Finding } from './load/check/judge.ts';
export type { ThreadSettings } from './load/slices/work.ts';
