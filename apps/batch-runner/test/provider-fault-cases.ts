import { reservedPans } from '@enrollkit/provider-simulator';
import { type ExitName } from '../src/exit-codes.ts';

/** What is done to a run of 40 records in 8 batches, and what must come of it. */
export interface Case {
  readonly faults: string;
  readonly sending?: string;
  readonly exit: ExitName;
  /** Records enrolled, as the provider's world has it; nobody is ever enrolled twice. */
  readonly enrolled: number;
  /** What standard error must say. */
  readonly says?: RegExp;
  /** Card numbers of the first records, in place of good ones. */
  readonly pans?: readonly string[];
  /** How often the first fault must have applied by then. */
  readonly applied?: number;
  /** What a person does when the trouble is over; then every record is enrolled. */
  readonly then?: 'resume' | 'resolve --sent' | 'resolve --not-sent';
}

/** Records of the file that each case runs. */
export const RECORDS = 40;
const resend = 'onUnknown: resend';
/** The answer to the request before is there to be mixed up with only when that one was answered. */
export const oneByOne = 'inFlight: 1';
const pastDeadline = /the deadline \(sending\.deadlineMs\) has passed/;
const refusedPans = reservedPans
  .filter(({ fails }) => fails === 'always')
  .map(({ pan }) => pan)
  .slice(0, 4);

/**
 * Standard error of a run in which nothing went wrong: what is about to be sent, and that no key is pinned.
 */
export const nothingElse = /^(?:(?!error: |warning: (?!no key is pinned))[^\n]*\n)*$/;

/**
 * Lines of docs/what-happens-if.md whose test is this table: a fault of the simulator and its consequence.
 */
export const cases: Readonly<Record<string, Case>> = {
  'the connection is lost before the provider looks at a batch': {
    faults: 'drop-request@enrollBatch*1',
    exit: 'unknown',
    enrolled: 35,
    says: /not known whether batch/,
    then: 'resolve --not-sent',
  },
  'the answer to a batch is lost': {
    faults: 'drop-answer@enrollBatch*1',
    exit: 'unknown',
    enrolled: 40,
    says: /not known whether batch/,
    then: 'resolve --sent',
  },
  'the answer to a batch is lost, and the policy is resend': {
    faults: 'drop-answer@enrollBatch*3',
    sending: resend,
    exit: 'allEnrolled',
    enrolled: 40,
    applied: 3,
  },
  'the provider does not answer in time': {
    faults: 'silent-request@enrollBatch*1',
    exit: 'unknown',
    enrolled: 35,
  },
  'the provider answers slowly': { faults: 'delay=1500', exit: 'allEnrolled', enrolled: 40 },
  'the provider answers after the time-out': {
    faults: 'delay=3500@enrollBatch*1',
    exit: 'unknown',
    enrolled: 40,
    says: /TIMEOUT/,
  },
  'the provider answers one request twice': {
    faults: 'answered-twice@enrollBatch*4,answered-twice@getBatchStatus*4',
    exit: 'allEnrolled',
    enrolled: 40,
  },
  'the receipt is of another batch': {
    faults: 'previous-answer@enrollBatch*1+1',
    sending: `deadlineMs: 30000\n  ${oneByOne}`,
    exit: 'unknown',
    enrolled: 40,
    says: /receipt is for another externalBatchId/,
  },
  'the receipt names the batchId of another batch': {
    faults: 'previous-batch-id@enrollBatch*1+1',
    sending: `deadlineMs: 4000\n  ${oneByOne}`,
    exit: 'stopped',
    enrolled: 40,
    says: /another batch of ours under this batchId/,
  },
  'the receipt names a batchId that is none': {
    faults: 'wrong-batch-id@enrollBatch*1',
    sending: 'deadlineMs: 4000',
    exit: 'stopped',
    enrolled: 40,
    says: /does not know batch \S+, which it accepted as/,
  },
  'a status answer is of another batch': {
    faults: 'previous-answer@getBatchStatus*4+2',
    sending: oneByOne,
    exit: 'allEnrolled',
    enrolled: 40,
    says: /the answer is about another batchId/,
  },
  'a batch that was finished is in progress again': {
    faults: 'missing-result*12,backwards*12+12',
    exit: 'allEnrolled',
    enrolled: 40,
    says: nothingElse,
  },
  'one record appears twice in the results': {
    faults: 'duplicate-result,contradictory-result',
    exit: 'allEnrolled',
    enrolled: 40,
    says: nothingElse,
  },
  'Retry-After lies behind the deadline': {
    faults: '429-seconds=7200@enrollBatch*1+1',
    sending: `deadlineMs: 2000\n  ${oneByOne}`,
    exit: 'stopped',
    enrolled: 5,
    says: pastDeadline,
  },
  'the provider answers 503': { faults: '503@enrollBatch*2', exit: 'allEnrolled', enrolled: 40 },
  'the provider answers 500 with an empty body': {
    faults: '500-empty@enrollBatch*1',
    exit: 'unknown',
    enrolled: 35,
  },
  'a proxy answers with HTML': { faults: '502@enrollBatch*1', exit: 'unknown', enrolled: 35 },
  'the answer is truncated JSON': { faults: 'truncated@enrollBatch*1', exit: 'unknown', enrolled: 40 },
  'the gateway denies access': {
    faults: '403@enrollBatch',
    exit: 'stopped',
    enrolled: 0,
    says: /denies access/,
    then: 'resume',
  },
  'the gateway denies access for a while (Recoverable true)': {
    faults: '403-recoverable@enrollBatch*1',
    exit: 'allEnrolled',
    enrolled: 40,
  },
  'the clock is ten minutes off': {
    faults: 'clock-off=10',
    exit: 'stopped',
    enrolled: 0,
    says: /clock is (59|60)\d s behind the gateway's, .*\nhint: .*enrollkit doctor/,
    then: 'resume',
  },
  'the consumer key or the signing key is no longer known': {
    faults: '401',
    exit: 'stopped',
    enrolled: 0,
    says: /denies access: DECLINED .*\nhint: /,
    then: 'resume',
  },
  'a batch fails as a whole': {
    faults: 'fail-batch@enrollBatch*1',
    exit: 'someFailed',
    enrolled: 35,
    says: /refused batch \S+ \(5 records\): FAILED: The batch could not be processed/,
  },
  'the key of the provider is rotated between seal and submit': {
    faults: 'rotate-key@enrollBatch*1+2',
    exit: 'allEnrolled',
    enrolled: 40,
    says: /must be sealed again/,
  },
  'the answer to a batch is lost, the key is rotated, and the policy is resend': {
    faults: 'drop-answer@enrollBatch*1,rotate-key@enrollBatch*1+4',
    sending: resend,
    exit: 'allEnrolled',
    enrolled: 40,
    says: /must be sealed again/,
  },
  'the results come in another order': {
    faults: 'reorder',
    exit: 'someFailed',
    enrolled: 36,
    pans: refusedPans,
  },
  'a result is for a record we never sent': {
    faults: 'unmatched-result',
    exit: 'allEnrolled',
    enrolled: 40,
    says: /were never in it/,
  },
  'a record is missing from the results for a while': {
    faults: 'missing-result*2',
    exit: 'allEnrolled',
    enrolled: 40,
    says: nothingElse,
  },
  'a record stays missing from the results': {
    faults: 'missing-result',
    exit: 'someFailed',
    enrolled: 40,
    says: /RESULT_MISSING/,
    applied: 6 * 8,
  },
  'the status is a word we do not know': {
    faults: 'unknown-status',
    exit: 'stopped',
    enrolled: 40,
    sending: 'deadlineMs: 4000',
    says: /the unknown state AWAITING_REVIEW/,
    then: 'resume',
  },
  'a batch stays in progress for ever': {
    faults: 'stuck',
    sending: 'deadlineMs: 4000',
    exit: 'stopped',
    enrolled: 40,
    says: pastDeadline,
    then: 'resume',
  },
  'the status polls fail': { faults: '502@getBatchStatus*4', exit: 'allEnrolled', enrolled: 40 },
  'the provider delivers a batch to itself twice': {
    faults: 'twice-delivered@enrollBatch*2',
    exit: 'allEnrolled',
    enrolled: 40,
  },
};

/** Lines about a provider that asks for a pause: what it answers a run that has one request under way. */
export const pauseCases: Readonly<
  Record<string, { readonly faults: string; readonly records: number; readonly longestMs: readonly number[] }>
> = {
  'the provider answers 429 with Retry-After': {
    faults: '429-seconds=3@enrollBatch*1+1,stuck*20',
    records: RECORDS,
    longestMs: [3_000],
  },
  'the provider answers 429 without Retry-After': {
    faults: '429@enrollBatch*3+1,stuck*25',
    records: 10,
    longestMs: [2_000, 1_000, 500],
  },
  'a storm of 429': {
    faults: '429-seconds=0:0.6*60,429-seconds=1*4',
    records: RECORDS,
    longestMs: [1_000, 1_000, 1_000, 1_000],
  },
};
