import type { BatchState } from '@enrollkit/enrollment';
import type { Tally } from '../port/records.ts';
import { noChanges, type ChangeTally } from '../port/changes.ts';
import { noneUnsent, type UnsentReason } from '../port/verdicts.ts';
import type { KeptSums } from './kept-sums.ts';
import type { BatchSelected, ChangeSelected, IntakeSelected, UnsentSumSelected } from './tables.ts';

type Summed = 'batches' | 'records' | 'enrolled' | 'refused';

/** What `batchSums` selects. */
export type BatchSums = Readonly<Record<Summed, number>> & Pick<BatchSelected, 'state'>;

/** The select of an intake's sums over its batches, which carry their own counts: no scan over records. */
export function batchSums(intake: number): string {
  return `select state, count(*) as batches, sum(records) as records, sum(enrolled) as enrolled, sum(refused) as refused
    from batch where intake = ${Number(intake)} group by state`;
}

/** The select of how many rows of an intake were not sent, by reason and origin. */
export function unsentSums(intake: number): string {
  return `select * from unsent_sum where intake = ${Number(intake)} order by reason, origin`;
}

/** What `changeSums` selects. */
export type ChangeSums = Pick<ChangeSelected, 'kind' | 'state'> & { readonly requests: number };

/** The select of how many requests of each kind of change are in each state. */
export function changeSums(intake: number): string {
  return `select kind, state, count(distinct target) as requests from change where intake = ${Number(intake)} group by state, kind`;
}

function changeTally(sums: readonly ChangeSums[]): ChangeTally {
  const tally = noChanges();
  for (const { kind, state, requests } of sums) tally[kind][state] = Number(requests);
  return tally;
}

const noBatches: Readonly<Record<BatchState, number>> = {
  sealed: 0,
  submitting: 0,
  submitted: 0,
  unknown: 0,
  settled: 0,
  refused: 0,
  abandoned: 0,
};

/** The sums that were kept of a purged intake; undefined for one that is whole. */
export function keptTally({ purged }: Pick<IntakeSelected, 'purged'>): Tally | undefined {
  if (purged === null) return undefined;
  // Older versions kept no sums of what was not sent.
  const { tally }: { readonly tally: Partial<Tally> } = JSON.parse(purged) as KeptSums;
  return {
    changes: noChanges(),
    missing: 0,
    unchangedBy: {},
    ...tally,
    unsent: { ...noneUnsent(), ...tally.unsent },
  } as Tally;
}

/** The tally of an intake that is whole, of its selected sums. */
export function tallyOf(
  intake: Pick<IntakeSelected, 'rows_read' | 'rejected' | 'missing'>,
  {
    batches,
    unsent,
    changes,
  }: {
    readonly batches: readonly BatchSums[];
    readonly unsent: readonly UnsentSumSelected[];
    readonly changes: readonly ChangeSums[];
  },
): Tally {
  const sum = (column: Summed, ...states: readonly BatchState[]) =>
    batches
      .filter(({ state }) => states.length === 0 || states.includes(state))
      .reduce((total, row) => total + Number(row[column]), 0);
  return {
    rows: intake.rows_read,
    rejected: intake.rejected,
    ...unsentTally(unsent),
    changes: changeTally(changes),
    missing: Number(intake.missing ?? 0),
    records: sum('records'),
    enrolled: sum('enrolled'),
    refused: sum('refused'),
    abandoned: sum('records', 'abandoned'),
    unknown: sum('records', 'unknown'),
    waiting: sum('records', 'sealed'),
    submitted: sum('records', 'submitting', 'submitted'),
    batches: batches.reduce((all, row) => ({ ...all, [row.state]: Number(row.batches) }), noBatches),
  };
}

function unsentTally(sums: readonly UnsentSumSelected[]): Pick<Tally, 'unsent' | 'unchangedBy'> {
  const unsent = noneUnsent();
  for (const { reason, rows } of sums) unsent[reason as UnsentReason] += rows;
  const unchanged = sums.filter(({ reason }) => reason === 'unchanged');
  return { unsent, unchangedBy: Object.fromEntries(unchanged.map(({ origin, rows }) => [origin, rows])) };
}
