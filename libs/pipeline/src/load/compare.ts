import {
  isReplacement,
  mayResend,
  resendClassOf,
  rejectionOf,
  ruleFor,
  validationError,
  type ChangeRules,
  type EnrollmentRecord,
  type Rejection,
  type SourcePlace,
} from '@enrollkit/enrollment';
import {
  type CardOrigin,
  type Ledger,
  type RegisterHit,
  type RegisterWindow,
  type UnsentRow,
} from '@enrollkit/ledger';
import type { DigestedRecord, DigestedWindow, InvalidRow } from './digest-rows.ts';
import { copyDigests, digestsFor, type DigestSlot, type RecordWindow } from './digests.ts';
import { wasRefused } from './refusal.ts';

/** A record that is to be sent. */
export interface SendableRecord extends DigestedRecord {
  /** The card that it takes the place of: another number or expiry under the same id. */
  readonly replaces?: CardOrigin;
}

/** A row that the register says is not to be enrolled; without `unsent` it is enrolled and unchanged. */
export interface HeldRow extends DigestSlot {
  readonly place: SourcePlace;
  readonly unsent?: UnsentRow;
  /** Of a row that is `applied`: the card that is changed. */
  readonly changes?: CardOrigin;
}

/** A row that could be sent, and that the rules of the configuration reject. */
export interface RefusedRow extends DigestSlot {
  readonly rejection: Rejection;
}

/** A row after the comparison: to be sent, not to be sent, or rejected. */
export type Compared = SendableRecord | HeldRow | RefusedRow | InvalidRow;

/** The rows of one window. */
export interface ComparedWindow {
  readonly rows: readonly Compared[];
  /** Of those enrolled and unchanged, how many each intake enrolled; the empty text stands for an import. */
  readonly unchangedBy: Readonly<Record<string, number>>;
}

/** What comparing needs. */
export interface CompareContext {
  readonly ledger: Pick<Ledger, 'lookUp' | 'fillDigests'>;
  /** The intake that is read; what it has claimed itself is not in flight elsewhere. Absent for a plan. */
  readonly intakeId?: string;
  /** Enrolls anew what is enrolled. */
  readonly again: boolean;
  /** The day for which a refused card is judged: the same for every part of an intake. */
  readonly today: Date;
  /** What happens with each kind of difference. */
  readonly changes: ChangeRules;
  /** Whether entries of the register without digests are given those of the file; a plan writes nothing. */
  readonly fills: boolean;
  /** Whether a record that is not enrolled is left alone: of a migration, what was not enrolled before. */
  readonly withhold?: ((record: EnrollmentRecord) => boolean) | undefined;
}

/**
 * Looks rows up in the register, a window at a time, and says of each what is to be done with it. The next
 * window is looked up while this one is batched and sealed: a ledger that waits for its disk would be waited
 * for at every window.
 */
export async function* compareRows(
  windows: AsyncIterable<DigestedWindow>,
  context: CompareContext,
): AsyncGenerator<ComparedWindow> {
  let waiting: LookedUp | undefined;
  for await (const next of untilBroken(windows)) {
    const current = waiting;
    waiting = 'brokenBy' in next ? undefined : lookUp(next, context);
    if (current !== undefined) {
      const { hasFilled, ...compared } = await compareWindow(current, context);
      // The same card may stand in both windows.
      if (hasFilled && waiting !== undefined) waiting = lookUp(waiting, context);
      yield compared;
    }
    if ('brokenBy' in next) throw next.brokenBy;
  }
  if (waiting !== undefined) {
    const { hasFilled: _, ...compared } = await compareWindow(waiting, context);
    yield compared;
  }
}

/** The windows, and what broke the input behind the last whole one. */
async function* untilBroken(
  windows: AsyncIterable<DigestedWindow>,
): AsyncGenerator<DigestedWindow | { readonly brokenBy: unknown }> {
  try {
    yield* windows;
  } catch (brokenBy) {
    yield { brokenBy };
  }
}

/** A window that the register was asked about. */
interface LookedUp extends DigestedWindow {
  readonly found: Promise<RegisterWindow>;
}

function lookUp(digested: DigestedWindow, { ledger, intakeId }: CompareContext): LookedUp {
  const { rows, records, window } = digested;
  const { keys, digests } = window;
  const found =
    records.length === 0
      ? Promise.resolve(nothingFound)
      : ledger.lookUp({ keys, digests, ...(intakeId !== undefined && { intakeId }) });
  // Awaited when the window's turn has come; until then a failure is not unhandled.
  found.catch(() => undefined);
  return { rows, records, window, found };
}

const nothingFound: RegisterWindow = { epoch: 0, hits: [], unchanged: [], unchangedBy: {} };

async function compareWindow(
  { rows, records, window, found: answer }: LookedUp,
  context: CompareContext,
): Promise<ComparedWindow & { readonly hasFilled: boolean }> {
  const found = await answer;
  const isPlain = context.changes.enroll === 'apply' && context.withhold === undefined;
  if (isPlain && found.hits.length + found.unchanged.length === 0 && records.length === rows.length)
    return { rows: records, unchangedBy: {}, hasFilled: false };
  const verdicts = verdictsOf(found, records, context);
  const hasFilled = context.fills && (await fillDigests(found, window, context.ledger));
  return {
    rows: rows.map((row) => {
      if ('rejection' in row) return row;
      return verdicts.rows.get(row.index) ?? row;
    }),
    unchangedBy: verdicts.unchangedBy,
    hasFilled,
  };
}

interface Verdicts {
  /** By index of the window; a record that is not among them is sent. */
  readonly rows: ReadonlyMap<number, SendableRecord | HeldRow | RefusedRow>;
  readonly unchangedBy: Readonly<Record<string, number>>;
}

type Rules = Pick<CompareContext, 'again' | 'changes' | 'today' | 'withhold'>;

function verdictsOf(found: RegisterWindow, records: readonly DigestedRecord[], rules: Rules): Verdicts {
  const rows = new Map<number, SendableRecord | HeldRow | RefusedRow>();
  const unchangedBy = { ...(rules.again ? {} : found.unchangedBy) };
  const hits = new Map(found.hits.map((hit) => [hit.index, hit]));
  const unchanged = new Set(rules.again ? [] : found.unchanged);
  for (const record of records) {
    const hit = hits.get(record.index);
    const verdict = unchanged.has(record.index) ? 'unchanged' : verdictOn(record, hit, rules);
    if (verdict === undefined) continue;
    if (verdict !== 'unchanged') {
      rows.set(record.index, verdict);
      continue;
    }
    const { place, window, index } = record;
    rows.set(index, { place, window, index });
    if (hit !== undefined) unchangedBy[hit.intakeId ?? ''] = (unchangedBy[hit.intakeId ?? ''] ?? 0) + 1;
  }
  return { rows, unchangedBy };
}

/** What is done with a record; undefined when it is sent as it is. */
function verdictOn(
  record: DigestedRecord,
  hit: RegisterHit | undefined,
  rules: Rules,
): SendableRecord | HeldRow | RefusedRow | 'unchanged' | undefined {
  const { again, changes, withhold } = rules;
  const reason = hit && reasonAgainst(hit, rules);
  if (reason === 'unchanged') return reason;
  if (hit !== undefined && reason !== undefined)
    return reason === 'changed' ? changed(record, hit, changes) : held(record, hit, reason);
  if (withhold?.(record.record)) return held(record, hit ?? { changed: [] }, 'new');
  if (changes.enroll === 'apply' || again) return undefined;
  if (changes.enroll === 'reject') return refused(record, ['enroll']);
  return held(record, hit ?? { changed: [] }, 'new');
}

/**
 * A record that is enrolled and differs: reported, rejected, changed by single requests, or sent to replace a
 * card.
 */
function changed(
  record: DigestedRecord,
  hit: RegisterHit,
  rules: ChangeRules,
): SendableRecord | HeldRow | RefusedRow {
  const rule = ruleFor(hit.changed, rules);
  if (rule === 'reject') return refused(record, hit.changed);
  const { origin } = hit;
  if (rule === 'report' || origin === undefined) return held(record, hit, 'changed');
  if (isReplacement(hit.changed)) return { ...record, replaces: origin };
  return { ...held(record, hit, 'applied'), changes: origin };
}

function held(
  record: DigestedRecord,
  hit: Parameters<typeof unsentRow>[1],
  reason: UnsentRow['reason'],
): HeldRow {
  const { place, window, index } = record;
  return { place, window, index, unsent: unsentRow(record, hit, reason) };
}

function refused(placed: DigestedRecord, what: readonly string[]): RefusedRow {
  const { window, index } = placed;
  const error = validationError('row', 'CHANGE_REJECTED', { what: what.join(', ') });
  return { window, index, rejection: rejectionOf(placed, error) };
}

/** Why a known record is not enrolled; undefined when it is. */
function reasonAgainst(
  hit: RegisterHit,
  { again, today }: Pick<CompareContext, 'again' | 'today'>,
): UnsentRow['reason'] | 'unchanged' | undefined {
  switch (hit.state) {
    case 'in-flight':
    case 'unresolved':
    case 'opted-out':
      return hit.state;
    case 'erased':
      return 'removed';
    case 'removed':
      return again ? undefined : 'removed';
    case 'enrolled':
      if (again) return undefined;
      return hit.changed.length > 0 ? 'changed' : 'unchanged';
    case 'refused':
      if (!wasRefused(hit)) return 'unresolved';
      return again || hit.changed.length > 0 || isWorthSending(hit, today) ? undefined : 'refused-before';
  }
}

/**
 * A refusal that the same data may not meet again: by its code, or because the provider says so of this one.
 */
function isWorthSending({ code, recoverable, at }: RegisterHit, today: Date): boolean {
  if (code === undefined) return recoverable ?? false;
  return resendClassOf(code) === 'later'
    ? mayResend(code, { at, now: today })
    : (recoverable ?? mayResend(code, { now: today }));
}

function unsentRow(
  { place, record }: DigestedRecord,
  { changed: groups, intakeId, code, at }: Pick<RegisterHit, 'changed' | 'intakeId' | 'code' | 'at'>,
  reason: UnsentRow['reason'],
): UnsentRow {
  const { externalConsumerId, externalCardId } = record;
  return {
    place,
    externalConsumerId,
    externalCardId,
    reason,
    ...(groups.length > 0 && { groups }),
    ...(intakeId !== undefined && { intakeId }),
    ...(code !== undefined && { code }),
    ...(at !== undefined && { at }),
  };
}

/**
 * Entries that came without digests (an import, a ledger from before the register) get those of their first
 * sight; answers whether there were any.
 */
async function fillDigests(
  { hits }: RegisterWindow,
  window: RecordWindow,
  ledger: CompareContext['ledger'],
): Promise<boolean> {
  const missing = hits.filter(({ state, digestsMissing }) => digestsMissing && state === 'enrolled');
  if (missing.length === 0) return false;
  const filled = digestsFor(missing.length);
  for (const [slot, { index }] of missing.entries()) copyDigests({ window, index }, filled, slot);
  await ledger.fillDigests(filled);
  return true;
}
