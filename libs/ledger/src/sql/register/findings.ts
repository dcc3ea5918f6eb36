import { sql } from 'kysely';
import { type LoadingFindings, type LoadingRules } from '../../port/verdicts.ts';
import type { Ledger } from '../../port/ledger.ts';
import { storedRecords } from '../batches.ts';
import { intakeById } from '../intakes.ts';
import { pages } from '../pages.ts';
import type { Store } from '../store.ts';
import type { Db, IntakeSelected } from '../tables.ts';
import { twinsOf } from './claims.ts';
import { nextWithdrawals } from './withdrawals.ts';
import { contactCount, contactsOf } from './contacts.ts';
import { FirstRows, type LaterRow } from './first-rows.ts';
import { TwinHolders, type Finding, type Reason, type Ref } from './twin-holders.ts';
import { earlierTwins, hasEarlierTwins, wordsOfTwins } from './twins.ts';
import { isZero, KEY_WORDS, wordsOf } from './words.ts';

/** Entries of one pass over an intake: some 30 MB. */
const ENTRIES_PER_PASS = 250_000;

/** What is found among all rows of an input, once they are all there. */
export function findingsRepository(store: Store): Pick<Ledger, 'finishLoading' | 'nextWithdrawals'> {
  return {
    finishLoading: (intakeId, rules = { contact: 'reject', card: 'reject' }) =>
      finishLoading(store, intakeId, rules),
    nextWithdrawals: (intakeId) => store.read((db) => nextWithdrawals(db, intakeId)),
  };
}

async function finishLoading(store: Store, intakeId: string, rules: LoadingRules): Promise<LoadingFindings> {
  const intake = await store.read((db) => intakeById(db, intakeId));
  if (intake.state !== 'reading')
    return { duplicates: 0, consumerConflicts: 0, sharedContacts: 0, sharedCards: 0 };
  const search = await Search.over(store, intake);
  const findings = [...(await search.contradictions()), ...(await search.twins())];
  return store.write(async (db) => {
    await db.deleteFrom('withdrawal').where('intake', '=', intake.number).execute();
    const counts = await write(db, { intake: intake.number, findings, rules });
    await db
      .updateTable('intake')
      .set({ rows_searched: intake.rows_read, claimed: 0 })
      .where('number', '=', intake.number)
      .execute();
    return counts;
  });
}

/** The batches of an intake by the rows they hold. */
interface Span {
  readonly id: number;
  readonly first: number;
  readonly last: number;
}

class Search {
  readonly #store: Store;
  readonly #intake: IntakeSelected;
  readonly #spans: readonly Span[];

  private constructor(store: Store, intake: IntakeSelected, spans: readonly Span[]) {
    this.#store = store;
    this.#intake = intake;
    this.#spans = spans;
  }

  static async over(store: Store, intake: IntakeSelected): Promise<Search> {
    const spans = await store.read((db) =>
      db
        .selectFrom('batch')
        .select(['id', 'first_row as first', 'last_row as last'])
        .where('intake', '=', intake.number)
        .where('generation', '=', 1)
        .orderBy('position')
        .execute(),
    );
    return new Search(store, intake, spans);
  }

  /**
   * Later rows that repeat the key of an earlier one, or say other things of its consumer, whether that was
   * sent or not.
   */
  async contradictions(): Promise<readonly (Finding | LaterRow)[]> {
    const passes = Math.max(1, Math.ceil(this.#intake.rows_read / ENTRIES_PER_PASS));
    const later: LaterRow[] = [];
    const rows = new FirstRows(Math.min(this.#intake.rows_read, ENTRIES_PER_PASS));
    for (let pass = 0; pass < passes; pass++) {
      rows.clear();
      for await (const step of this.#seen()) {
        const keys = wordsOf(step.keys);
        const identities = wordsOf(step.identities);
        const lines = wordsOf(step.lines);
        for (let row = 0; row < lines.length; row++) {
          const at = row * KEY_WORDS;
          // The first word is the consumer's: all of its rows are in one pass.
          if (isZero(keys, at, KEY_WORDS) || (keys[at] ?? 0) % passes !== pass) continue;
          const found = rows.add({ keys, identities, row, line: lines[row] ?? 0 });
          if (found !== undefined) later.push({ ...found, row: step.step + row + 1 });
        }
      }
    }
    return this.#inBatches(later);
  }

  /**
   * Of those rows the ones that are in a batch or whose changes are applied; the others are not sent anyway.
   */
  async #inBatches(rows: readonly LaterRow[]): Promise<readonly (Finding | LaterRow)[]> {
    if (rows.length === 0) return [];
    const changed = await this.#changedRows();
    const byBatch = Map.groupBy(rows, ({ row }) => this.#batchOf(row));
    const findings: (Finding | LaterRow)[] = [];
    for (const [batch, group] of byBatch) {
      const { records } =
        batch === undefined ? { records: [] } : await this.#store.read((db) => storedRecords(db, batch));
      const indexes = new Map(records.map(({ place }, index) => [place.row, index]));
      for (const { row, reason, firstLine } of group) {
        const index = indexes.get(row);
        if (batch !== undefined && index !== undefined)
          findings.push({ at: { batch, index }, reason, firstLine });
        else if (changed.has(row)) findings.push({ row, reason, firstLine });
      }
    }
    return findings;
  }

  /** Rows whose changes are applied. */
  async #changedRows(): Promise<ReadonlySet<number>> {
    const rows = await this.#store.read((db) =>
      db
        .selectFrom('change')
        .select('row_no')
        .distinct()
        .where('intake', '=', this.#intake.number)
        .where('row_no', 'is not', null)
        .execute(),
    );
    return new Set(rows.flatMap(({ row_no: row }) => row ?? []));
  }

  #batchOf(row: number): number | undefined {
    let low = 0;
    let high = this.#spans.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const span = this.#spans[middle];
      if (span === undefined) return undefined;
      if (row < span.first) high = middle - 1;
      else if (row > span.last) low = middle + 1;
      else return span.id;
    }
    return undefined;
  }

  /** Rows that share something with another record that they may not share. */
  async twins(): Promise<readonly Finding[]> {
    const { rows } = await this.#store.read((db) =>
      sql<{
        readonly n: number;
      }>`select coalesce(sum(batch.records), 0) as n from batch join twin on twin.batch = batch.id
        where intake = ${this.#intake.number}`.execute(db),
    );
    const { number } = this.#intake;
    const contactsToBe = await this.#store.read((db) => contactCount(db, number));
    const records = Number(rows[0]?.n ?? 0) + contactsToBe;
    if (records === 0) return [];
    const passes = Math.max(1, Math.ceil(records / ENTRIES_PER_PASS));
    const findings: Finding[] = [];
    const own = () => twinsOf(this.#store, number);
    const contacts = () => contactsOf(this.#store, number);
    const hasOthers = await this.#store.read((db) => hasEarlierTwins(db, number));
    const holders = new TwinHolders(Math.min(records, ENTRIES_PER_PASS));
    for (let pass = 0; pass < passes; pass++) {
      holders.begin({ pass, passes });
      if (hasOthers) {
        for await (const batch of own()) holders.want(wordsOfTwins(batch));
        for await (const changes of contacts()) holders.want(changes);
        for await (const earlier of earlierTwins(this.#store, number)) holders.hold(earlier);
      }
      for await (const { places, ...twins } of contacts())
        findings.push(
          ...holders.add(
            0,
            twins,
            places.map(({ row }) => row),
          ),
        );
      for await (const batch of own()) findings.push(...holders.add(batch.batch, wordsOfTwins(batch)));
    }
    return findings;
  }

  #seen() {
    const page = (after: number, limit: number) =>
      this.#store.read((db) =>
        db
          .selectFrom('seen')
          .select(['step', 'keys', 'identities', 'lines'])
          .where('intake', '=', this.#intake.number)
          .where('step', '>', after)
          .orderBy('step')
          .limit(limit)
          .execute(),
      );
    return pages(page, ({ step }) => step, 100);
  }
}

/** Where a row stands that is in no batch. */
async function unsentPlace(db: Db, intake: number, row: number) {
  const line = await db
    .selectFrom('unsent')
    .select('line_no')
    .where('intake', '=', intake)
    .where('row_no', '=', row)
    .executeTakeFirst();
  return line && { row, line: line.line_no };
}

/** Writes what was found, each row once: the first thing that is wrong with it. */
async function write(
  db: Db,
  {
    intake,
    findings,
    rules,
  }: {
    readonly intake: number;
    readonly findings: readonly (Finding | LaterRow)[];
    readonly rules: LoadingRules;
  },
): Promise<LoadingFindings> {
  const stays = { 'shared-contact': rules.contact === 'warn', 'shared-card': rules.card === 'warn' };
  const rowsOf = new Map<number, Awaited<ReturnType<typeof storedRecords>>['records']>();
  const placeOf = async ({ batch, index }: Ref) => {
    if (batch === 0) return unsentPlace(db, intake, index);
    const known = rowsOf.get(batch) ?? (await storedRecords(db, batch)).records;
    rowsOf.set(batch, known);
    return known[index]?.place;
  };
  const written = new Map<number, Reason>();
  for (const finding of findings) {
    const { reason, firstLine } = finding;
    // A row that is in no batch has changes that are applied.
    const { at, first, other } =
      'at' in finding ? finding : { at: undefined, first: undefined, other: undefined };
    const row = 'at' in finding ? (await placeOf(finding.at))?.row : finding.row;
    if (row === undefined || written.has(row)) continue;
    const leaves = reason in stays && stays[reason as keyof typeof stays] ? 0 : 1;
    const line = firstLine ?? (first && (await placeOf(first))?.line);
    written.set(row, reason);
    await sql`insert into withdrawal (intake, row_no, batch, reason, leaves, first_line, other)
      values (${intake}, ${row}, ${at?.batch ?? 0}, ${reason}, ${leaves}, ${line ?? null},
      ${other ?? null})`.execute(db);
  }
  const count = (wanted: Reason) => [...written.values()].filter((reason) => reason === wanted).length;
  return {
    duplicates: count('duplicate'),
    consumerConflicts: count('consumer-conflict'),
    sharedContacts: count('shared-contact'),
    sharedCards: count('shared-card'),
  };
}
