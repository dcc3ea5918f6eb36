import { resendClassOf, type ResendClass } from '@enrollkit/enrollment';
import { selectionOf } from './load/variant.ts';
import type { BatchRow, Intake, LedgerView, Tally } from '@enrollkit/ledger';

/** How many records ended with one code. */
export interface CodeCount {
  readonly code: string;
  readonly records: number;
}

/** How many records were refused with one code, and when such a record may be sent again. */
export interface RefusalCount extends CodeCount {
  readonly resend: ResendClass;
}

/** A batch a person must decide about. */
export interface UnknownBatch {
  readonly externalBatchId: string;
  readonly records: number;
  readonly attempts: number;
  readonly reason: string;
}

/** What became of an intake. `adds up` is checked, not assumed. */
export interface Report {
  readonly intake: {
    readonly id: string;
    readonly source: string;
    readonly programme: string;
    /** Of a part of the file: the first rows. */
    readonly limit?: number;
    /** Of a part of the file: rows from all over it. */
    readonly sample?: number;
    /** Base URL of the provider's API; absent in intakes of older ledgers. */
    readonly environment?: string;
    readonly digest: string;
    readonly state: Intake['state'];
    readonly purgedAt?: Date;
  };
  readonly tally: Tally;
  /**
   * Rows = rejected + unsent + records, and records = enrolled + refused + abandoned + unknown + waiting +
   * submitted.
   */
  readonly addsUp: boolean;
  readonly rejections: readonly CodeCount[];
  readonly refusals: readonly RefusalCount[];
  readonly unknownBatches: readonly UnknownBatch[];
}

/** Reads the report from the ledger; rows are streamed, so its memory is that of its codes. */
export async function report(ledger: LedgerView, intake: Intake): Promise<Report> {
  const tally = await ledger.tally(intake.id);
  const refusals = new Map<string, number>();
  for await (const record of ledger.records(intake.id, 'refused'))
    count(refusals, record.code ?? 'UNSPECIFIED');
  const rejections = new Map<string, number>();
  for await (const rejection of ledger.rejections(intake.id)) count(rejections, rejection.errors[0].code);
  return {
    intake: {
      id: intake.id,
      source: intake.source,
      programme: intake.programme,
      ...(intake.environment !== undefined && { environment: intake.environment }),
      digest: intake.digest,
      state: intake.state,
      ...selectionOf(intake),
      ...(intake.purgedAt && { purgedAt: intake.purgedAt }),
    },
    tally,
    addsUp: addsUp(tally),
    rejections: ranked(rejections),
    refusals: ranked(refusals).map((entry) => ({ ...entry, resend: resendClassOf(entry.code) })),
    unknownBatches: (await ledger.batchesIn(intake.id, 'unknown')).map(unknownBatch),
  };
}

/** The two sums that say that nothing was lost. */
export function addsUp(tally: Tally): boolean {
  const { rows, rejected, records, enrolled, refused, abandoned, unknown, waiting, submitted } = tally;
  const unsent = Object.values(tally.unsent).reduce((sum, reason) => sum + reason, 0);
  return (
    rows === rejected + unsent + records &&
    records === enrolled + refused + abandoned + unknown + waiting + submitted
  );
}

function unknownBatch(batch: BatchRow): UnknownBatch {
  const { externalBatchId, records, attempts, reason } = batch;
  return {
    externalBatchId,
    records,
    attempts,
    reason: reason ? `${reason.code}: ${reason.message}` : 'the process ended while it was being sent',
  };
}

function count(into: Map<string, number>, code: string): void {
  into.set(code, (into.get(code) ?? 0) + 1);
}

function ranked(counts: ReadonlyMap<string, number>): readonly CodeCount[] {
  return [...counts]
    .map(([code, records]) => ({ code, records }))
    .sort((a, b) => b.records - a.records || a.code.localeCompare(b.code));
}
