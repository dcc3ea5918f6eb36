import { changeKinds, type ChangeKind, type EnrollmentRecord, type FieldGroup } from '@enrollkit/enrollment';
import {
  CONSUMER_KEY_BYTES,
  KEY_BYTES,
  noneUnsent,
  type Ledger,
  type UnsentReason,
  type UnsentRow,
} from '@enrollkit/ledger';
import { PresentRows } from '../changes/removals.ts';
import { updatesFor } from '../changes/wanted.ts';
import { scheduleOf, type PipelineSettings } from '../settings.ts';
import { compareRows, type Compared, type SendableRecord, type HeldRow } from './compare.ts';
import { digestRows } from './digest-rows.ts';
import type { Digests } from './digests.ts';
import type { RereadSource } from './reread.ts';
import { HolderSearch, noHolders, RowMarks, type Holders } from './row-marks.ts';

/** What a row of a plan that is not plain is about. */
export interface PlannedRow {
  readonly row: number;
  readonly line: number;
  readonly externalConsumerId?: string;
  readonly externalCardId?: string;
  /** Why it would not be enrolled; `replaced`: it would, in the place of another card. */
  readonly reason: Exclude<UnsentReason, 'unchanged'> | 'rejected' | 'replaced';
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
  /** Whether the input is the whole of all cardholders. */
  readonly full?: boolean;
  /** How many removals a person would confirm. */
  readonly confirmed?: number | undefined;
  /** Receives each row that is not plainly new or unchanged, in row order. */
  readonly onRow?: (row: PlannedRow) => void | Promise<void>;
  /** Receives each record that would be sent, in row order. */
  readonly onRecord?: (record: EnrollmentRecord) => void | Promise<void>;
}

/** What a run would do with an input. Rows = new + rejected + the sum of `unsent`. */
export interface Plan {
  readonly rows: number;
  /** Records that would be sent; those that replace a card are among them. */
  readonly new: number;
  readonly rejected: number;
  readonly unsent: Readonly<Record<UnsentReason, number>>;
  /** Of the unchanged ones, how many each earlier intake enrolled; the empty text stands for an import. */
  readonly unchangedBy: Readonly<Record<string, number>>;
  /** Of the changed and the applied ones, how many differ in each group. */
  readonly changedGroups: Readonly<Partial<Record<FieldGroup, number>>>;
  /** Cards of the register that a full extract lacks; `changes` has those that would be removed. */
  readonly missing: number;
  /** Single requests that would be sent, by kind. */
  readonly changes: Readonly<Record<ChangeKind, number>>;
  /** Batches that would be sent, at least. */
  readonly batches: number;
  /** Submissions, polls and single requests, at least. */
  readonly requests: number;
  /** Milliseconds they take at the configured rate, at least. */
  readonly durationMs: number;
  /** The register's epoch that the plan was made from. */
  readonly epoch: number;
}

/** What planning needs. */
export interface PlanContext extends PlanOptions {
  readonly ledger: Pick<
    Ledger,
    'lookUp' | 'fillDigests' | 'registerEpoch' | 'enrolledKeys' | 'enrolledSize' | 'twins'
  >;
  readonly digests: Digests;
  readonly settings: PipelineSettings;
  /** The day for which it is made. */
  readonly today: Date;
}

/** A submission and a poll: each batch takes at least one of each. */
const REQUESTS_PER_BATCH = 2;

/**
 * Reads, validates and compares a whole input as a load does, and writes and sends nothing. Where there are
 * earlier inputs it is read twice: first to learn which of their contacts and card numbers matter.
 */
export async function plan({ reader, validator }: RereadSource, context: PlanContext): Promise<Plan> {
  const { ledger, digests, settings, today, again = false, full = false, confirmed } = context;
  const planner = new Planner(context, await holdersOf({ reader, validator }, context));
  const comparing = { ledger, again, today, changes: settings.changes, fills: false };
  const present = full ? new PresentRows(digests, planner.marks) : undefined;
  for await (const { rows, unchangedBy } of compareRows(
    digestRows(validator.all(reader.rows()), digests),
    comparing,
  )) {
    planner.countUnchanged(unchangedBy);
    for (const row of rows) {
      await planner.add(row);
      present?.add(row);
    }
  }
  const { sums } = planner;
  const removal = { rule: settings.changes.remove, limits: settings.removals, confirmed };
  const { missing, removed } = (await present?.missing(ledger, removal)) ?? { missing: 0, removed: 0 };
  sums.changes['delete-card'] = removed;
  const batches = Math.ceil(sums.new / settings.batchSize);
  const single = Object.values(sums.changes).reduce((sum, of) => sum + of, 0);
  const requests = batches * REQUESTS_PER_BATCH + single;
  return {
    ...sums,
    missing,
    batches,
    requests,
    durationMs: scheduleOf(settings).durationOf(requests, today.getTime()),
    epoch: await ledger.registerEpoch(),
  };
}

/** Who of earlier inputs holds a contact or card number of a row that would be sent. */
async function holdersOf({ reader, validator }: RereadSource, context: PlanContext): Promise<Holders> {
  const { ledger, digests, settings, today, again = false } = context;
  if (!(await hasAny(ledger.twins()))) return noHolders();
  const search = new HolderSearch();
  const comparing = { ledger, again, today, changes: settings.changes, fills: false };
  for await (const { rows } of compareRows(digestRows(validator.all(reader.rows()), digests), comparing))
    for (const row of rows)
      if ('record' in row) search.want(row);
      else if (bringsContact(row)) search.wantContact(row);
  for await (const records of ledger.twins()) search.look(records);
  return search.holders();
}

/** Whether a row gives an enrolled card's consumer another contact. */
function bringsContact(row: Compared): row is HeldRow {
  return (
    'unsent' in row && row.unsent?.reason === 'applied' && row.unsent.groups?.includes('contact') === true
  );
}

async function hasAny(rows: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _row of rows) return true;
  return false;
}

class Planner {
  readonly #context: PlanContext;
  /** Every row that could be compared is among them. */
  readonly marks: RowMarks;
  readonly sums = {
    rows: 0,
    new: 0,
    rejected: 0,
    unsent: noneUnsent(),
    unchangedBy: {} as Record<string, number>,
    changedGroups: {} as Partial<Record<FieldGroup, number>>,
    changes: Object.fromEntries(changeKinds.map((kind) => [kind, 0])) as Record<ChangeKind, number>,
  };
  /** Consumers whose profile is changed. */
  readonly #profiles = new Set<string>();

  constructor(context: PlanContext, holders: Holders) {
    this.#context = context;
    this.marks = new RowMarks(context.settings.duplicates, holders);
  }

  countUnchanged(unchangedBy: Readonly<Record<string, number>>): void {
    for (const [intake, rows] of Object.entries(unchangedBy))
      this.sums.unchangedBy[intake] = (this.sums.unchangedBy[intake] ?? 0) + rows;
  }

  async add(row: Compared): Promise<void> {
    this.sums.rows += 1;
    if ('rejection' in row) {
      if ('window' in row) this.marks.markHeld(row);
      const { place, errors, ...key } = row.rejection;
      return this.#reject(
        { ...place, ...key },
        errors.map(({ code }) => code),
      );
    }
    if ('record' in row) return this.#addRecord(row);
    const mark = bringsContact(row) ? this.marks.markContact(row) : this.marks.markHeld(row);
    const { unsent } = row;
    if (unsent === undefined) return void (this.sums.unsent.unchanged += 1);
    if (unsent.reason === 'applied') {
      const { place, externalConsumerId, externalCardId } = unsent;
      if (mark !== undefined) return this.#reject({ ...place, externalConsumerId, externalCardId }, [mark]);
      this.#addChange(unsent, row);
    }
    this.sums.unsent[unsent.reason] += 1;
    if (unsent.reason === 'changed' || unsent.reason === 'applied')
      for (const group of unsent.groups ?? [])
        this.sums.changedGroups[group] = (this.sums.changedGroups[group] ?? 0) + 1;
    const { place, code, at: _at, ...reported } = unsent;
    await this.#report({ ...reported, row: place.row, line: place.line, ...(code && { codes: [code] }) });
  }

  /** Cards of one consumer share the request about their profile. */
  #addChange({ groups = [] }: UnsentRow, { window, index }: HeldRow): void {
    for (const kind of updatesFor(groups)) {
      const consumer = window.keys.toString(
        'latin1',
        index * KEY_BYTES,
        index * KEY_BYTES + CONSUMER_KEY_BYTES,
      );
      if (kind === 'update-profile' && this.#profiles.has(consumer)) continue;
      if (kind === 'update-profile') this.#profiles.add(consumer);
      this.sums.changes[kind] += 1;
    }
  }

  async #addRecord(record: SendableRecord): Promise<void> {
    const { place } = record;
    const { externalConsumerId, externalCardId } = record.record;
    const code = this.marks.mark(record);
    if (code === undefined) {
      this.sums.new += 1;
      await this.#context.onRecord?.(record.record);
      if (record.replaces === undefined) return;
      this.sums.changes['delete-replaced'] += 1;
      const { row, line } = place;
      return this.#report({ row, line, externalConsumerId, externalCardId, reason: 'replaced' });
    }
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
