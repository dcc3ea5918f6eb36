import type { BatchState, RecordState } from '@enrollkit/enrollment';
import type { LedgerFinding } from '../port/maintenance.ts';
import type { RecordRow } from '../port/records.ts';
import { pages } from './pages.ts';
import { unpackOutcomes, unpackRecords } from './record-codec.ts';
import { present } from './records.ts';
import type { BatchSelected, Db } from './tables.ts';

/** Findings of one kind at most: the first places show what is wrong. */
export const MOST = 20;

/** The states that records of a batch may have. */
const fitting: Readonly<Record<BatchState, readonly RecordState[]>> = {
  sealed: ['batched'],
  submitting: ['batched'],
  submitted: ['batched'],
  unknown: ['batched'],
  settled: ['enrolled', 'refused'],
  refused: ['refused'],
  abandoned: ['abandoned'],
};

/** A count of a batch's records beside what the batch says of it. */
interface RecordCheck {
  readonly what: string;
  readonly expected: (batch: BatchSelected) => number;
  readonly matches: (record: RecordRow) => boolean;
}

const checks: readonly RecordCheck[] = [
  { what: 'the records of the batch are there', expected: ({ records }) => records, matches: () => true },
  {
    what: 'as many of its records are enrolled as the batch counts',
    expected: ({ enrolled }) => enrolled,
    matches: ({ state }) => state === 'enrolled',
  },
  {
    what: 'as many of its records are refused as the batch counts',
    expected: ({ refused }) => refused,
    matches: ({ state }) => state === 'refused',
  },
  {
    what: 'every record is in a state that its batch allows',
    expected: ({ records }) => records,
    matches: ({ state, batchState }) => fitting[batchState].includes(state),
  },
];

/** Unpacks every batch and counts. */
export async function recordFindings(db: Db): Promise<readonly LedgerFinding[]> {
  const findings: LedgerFinding[] = [];
  const page = (after: number, limit: number) =>
    db
      .selectFrom('batch')
      .leftJoin('batch_record', 'batch_record.batch', 'batch.id')
      .innerJoin('intake', 'intake.number', 'batch.intake')
      .selectAll('batch')
      .select(['packed', 'fingerprints', 'outcomes'])
      .where('intake.purged', 'is', null)
      .where('batch.id', '>', after)
      .orderBy('batch.id')
      .limit(limit)
      .execute();
  for await (const batch of pages(page, ({ id }) => id, 20)) {
    if (findings.length >= MOST) break;
    const rows = standing(batch);
    const rejected = await db
      .selectFrom('rejection')
      .select('row_no')
      .where('intake', '=', batch.intake)
      .where('row_no', '>=', batch.first_row)
      .where('row_no', '<=', batch.last_row)
      .execute();
    const place = `batch ${batch.external_batch_id}`;
    for (const { what, expected, matches } of checks) {
      const counts = { expected: expected(batch), found: rows.filter(matches).length };
      if (counts.expected !== counts.found) findings.push({ what, place, ...counts });
    }
    const rejectedRows = new Set(rejected.map((row) => row.row_no));
    const both = rows.filter((row) => rejectedRows.has(row.place.row)).length;
    if (both > 0)
      findings.push({ what: 'no row is both a record and a rejection', place, expected: 0, found: both });
  }
  return findings;
}

function standing(
  batch: BatchSelected & {
    readonly packed: Uint8Array | null;
    readonly fingerprints: Uint8Array | null;
    readonly outcomes: Uint8Array | null;
  },
): readonly RecordRow[] {
  if (batch.packed === null || batch.fingerprints === null) return [];
  const records = unpackRecords({ packed: batch.packed, fingerprints: batch.fingerprints });
  const outcomes = unpackOutcomes(batch.outcomes, records.length);
  return records.flatMap((record, index) => present(record, outcomes[index] ?? null, batch) ?? []);
}
