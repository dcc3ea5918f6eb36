import type { FieldGroup } from '@enrollkit/enrollment';
import type { Ledger, UnsentReason } from '@enrollkit/ledger';
import type { PipelineSettings } from '../settings.ts';
import { compareRows, type Compared, type DigestedRecord } from './compare.ts';
import type { Digests } from './digests.ts';
import type { RereadSource } from './reread.ts';
import { RowMarks } from './row-marks.ts';

/** What a row of a plan that is not plain is about. */
export interface PlannedRow {
  readonly row: number;
  readonly line: number;
  readonly externalConsumerId?: string;
  readonly externalCardId?: string;
  /** Why it would not be sent. */
  readonly reason: Exclude<UnsentReason, 'unchanged'> | 'rejected';
  /** Codes of what is wrong with a row that would be rejected. */
  readonly codes?: readonly string[];
  /** Groups of fields in which it differs from what was agreed. */
  readonly groups?: readonly FieldGroup[];
  /** The intake that enrolled it, refused it or has it. */
  readonly intakeId?: string;
}

/** How a plan is made. */
export interface PlanOptions {
  /** Whether what is enrolled would be enrolled anew. */
  readonly again?: boolean;
  /** Receives each row that is not plainly new or unchanged, in row order. */
  readonly onRow?: (row: PlannedRow) => void | Promise<void>;
}

/** What a run would do with an input. Rows = new + rejected + the sum of `unsent`. */
export interface Plan {
  readonly rows: number;
  /** Records that would be sent. */
  readonly new: number;
  readonly rejected: number;
  readonly unsent: Readonly<Record<UnsentReason, number>>;
  /** Of the unchanged ones, how many each earlier intake enrolled; the empty text stands for an import. */
  readonly unchangedBy: Readonly<Record<string, number>>;
  /** Of the changed ones, how many differ in each group. */
  readonly changedGroups: Readonly<Partial<Record<FieldGroup, number>>>;
  /** Batches that would be sent, at least. */
  readonly batches: number;
  /** Submissions and polls, at least. */
  readonly requests: number;
  /** Milliseconds they take at the configured rate, at least. */
  readonly durationMs: number;
  /** The register's epoch that the plan was made from. */
  readonly epoch: number;
}

/** What planning needs. */
export interface PlanContext extends PlanOptions {
  readonly ledger: Pick<Ledger, 'lookUp' | 'fillDigests' | 'registerEpoch'>;
  readonly digests: Digests;
  readonly settings: PipelineSettings;
  /** The day for which it is made. */
  readonly today: Date;
}

/** A submission and a poll: each batch takes at least one of each. */
const REQUESTS_PER_BATCH = 2;

/**
 * Reads, validates and compares a whole input as a load does, and writes and sends nothing. Contacts and card numbers
 * are compared within the input; those of earlier inputs are compared when it is loaded.
 */
export async function plan({ reader, validator }: RereadSource, context: PlanContext): Promise<Plan> {
  const { ledger, digests, settings, today, again = false } = context;
  const planner = new Planner(context);
  const comparing = { ledger, digests, again, today, fills: false };
  for await (const { rows, unchangedBy } of compareRows(validator.all(reader.rows()), comparing)) {
    planner.countUnchanged(unchangedBy);
    for (const row of rows) await planner.add(row);
  }
  const { sums } = planner;
  const batches = Math.ceil(sums.new / settings.batchSize);
  const requests = batches * REQUESTS_PER_BATCH;
  return {
    ...sums,
    batches,
    requests,
    durationMs: (requests / settings.requestsPerSecond) * 1_000,
    epoch: await ledger.registerEpoch(),
  };
}

class Planner {
  readonly #context: PlanContext;
  readonly #marks: RowMarks;
  readonly sums = {
    rows: 0,
    new: 0,
    rejected: 0,
    unsent: {
      unchanged: 0,
      changed: 0,
      'in-flight': 0,
      unresolved: 0,
      'refused-before': 0,
      removed: 0,
    } satisfies Record<UnsentReason, number> as Record<UnsentReason, number>,
    unchangedBy: {} as Record<string, number>,
    changedGroups: {} as Partial<Record<FieldGroup, number>>,
  };

  constructor(context: PlanContext) {
    this.#context = context;
    this.#marks = new RowMarks(context.settings.duplicates);
  }

  countUnchanged(unchangedBy: Readonly<Record<string, number>>): void {
    for (const [intake, rows] of Object.entries(unchangedBy))
      this.sums.unchangedBy[intake] = (this.sums.unchangedBy[intake] ?? 0) + rows;
  }

  async add(row: Compared): Promise<void> {
    this.sums.rows += 1;
    if ('rejection' in row) {
      const { place, errors, ...key } = row.rejection;
      return this.#reject(
        { ...place, ...key },
        errors.map(({ code }) => code),
      );
    }
    if ('record' in row) return this.#addRecord(row);
    this.#marks.mark(row);
    const { unsent } = row;
    if (unsent === undefined) return void (this.sums.unsent.unchanged += 1);
    this.sums.unsent[unsent.reason] += 1;
    if (unsent.reason === 'changed')
      for (const group of unsent.groups ?? [])
        this.sums.changedGroups[group] = (this.sums.changedGroups[group] ?? 0) + 1;
    const { place, code, at: _at, ...reported } = unsent;
    await this.#report({ ...reported, row: place.row, line: place.line, ...(code && { codes: [code] }) });
  }

  async #addRecord(record: DigestedRecord): Promise<void> {
    const { place } = record;
    const { externalConsumerId, externalCardId } = record.record;
    const code = this.#marks.mark(record);
    if (code === undefined) return void (this.sums.new += 1);
    await this.#reject({ ...place, externalConsumerId, externalCardId }, [code]);
  }

  async #reject(place: Omit<PlannedRow, 'reason' | 'codes'>, codes: readonly string[]): Promise<void> {
    this.sums.rejected += 1;
    const { row, line, externalConsumerId, externalCardId } = place;
    await this.#report({
      row,
      line,
      reason: 'rejected',
      codes,
      ...(externalConsumerId !== undefined && { externalConsumerId }),
      ...(externalCardId !== undefined && { externalCardId }),
    });
  }

  async #report(row: PlannedRow): Promise<void> {
    await this.#context.onRow?.(row);
  }
}
