export { systemClock, type Clock } from './clock.ts';
export type { Comparison, Told } from './comparison.ts';
export type { Crew } from './crew.ts';
export type { Ending } from './ending.ts';
export type { Observer, PipelineEvent } from './events.ts';
export { fingerprintWith, type Fingerprint } from './fingerprint.ts';
export { externalBatchIdOf, intakeIdOf, type BatchIdentity } from './identity.ts';
export { InputError, type InputErrorCode, type InputPlace } from './input/errors.ts';
export { openInput, type Input, type InputOptions } from './input/source.ts';
export { Pipeline, type Workshop } from './pipeline.ts';
export { writeRejectionsFile, type RejectedIntake } from './rejections/from-ledger.ts';
export {
  defaultSettings,
  type PipelineSettings,
  type PollSettings,
  type UncertainPolicy,
} from './settings.ts';
export type { Difference, Said } from './stages/compare.ts';
export { firstQuestionAfter } from './stages/poll.ts';
export { openReader, type ReadingSettings, type RowReader } from './stages/read.ts';
export { batchRecords, type BatchingRange, type Draft } from './stages/batch.ts';
export { addsUp, report, type CodeCount, type ParkedBatch, type Report } from './stages/report.ts';
export { RejectionsFile } from './rejections/file.ts';
export { wasRefused, type RetryChoice } from './stages/retry.ts';
export { Validator, type RejectedRow, type Validated, type ValidationCount } from './stages/validate.ts';
