import { mayResend, resendClassOf, type PlacedRecord, type SourcePlace } from '@enrollkit/enrollment';
import { type Ledger, type RegisterHit, type RegisterWindow, type UnsentRow } from '@enrollkit/ledger';
import { copyDigests, digestsFor, type Digests, type DigestSlot } from './digests.ts';
import { wasRefused } from './refusal.ts';
import type { RejectedRow, Validated } from './validate.ts';

/** Rows looked up at once: each look-up is one query. */
const WINDOW_ROWS = 1_000;

/** The digests of the records of one window. */
type WindowDigests = DigestSlot['window'];

/** A record with its digests: those at `index` of its window. */
export interface DigestedRecord extends PlacedRecord, DigestSlot {}

/** A row that the register says is not to be sent; without `unsent` it is enrolled and unchanged. */
export interface HeldRow extends DigestSlot {
  readonly place: SourcePlace;
  readonly unsent?: UnsentRow;
}

/** A row after the comparison: to be sent, not to be sent, or invalid. */
export type Compared = DigestedRecord | HeldRow | RejectedRow;

/** The rows of one window. */
export interface ComparedWindow {
  readonly rows: readonly Compared[];
  /** Of those enrolled and unchanged, how many each intake enrolled; the empty text stands for an import. */
  readonly unchangedBy: Readonly<Record<string, number>>;
}

/** What comparing needs. */
export interface CompareContext {
  readonly ledger: Pick<Ledger, 'lookUp' | 'fillDigests'>;
  readonly digests: Digests;
  /** The intake that is read; what it has claimed itself is not in flight elsewhere. Absent for a plan. */
  readonly intakeId?: string;
  /** Enrolls anew what is enrolled. */
  readonly again: boolean;
  /** The day for which a refused card is judged: the same for every part of an intake. */
  readonly today: Date;
  /** Whether entries of the register without digests are given those of the file; a plan writes nothing. */
  readonly fills: boolean;
}

/** Looks rows up in the register, a window at a time, and says of each what is to be done with it. */
export async function* compareRows(
  chunks: AsyncIterable<readonly Validated[]>,
  context: CompareContext,
): AsyncGenerator<ComparedWindow> {
  let open: Validated[] = [];
  for await (const chunk of chunks) {
    open = open.length === 0 ? [...chunk] : [...open, ...chunk];
    if (open.length < WINDOW_ROWS) continue;
    yield await compareWindow(open, context);
    open = [];
  }
  if (open.length > 0) yield await compareWindow(open, context);
}

async function compareWindow(rows: readonly Validated[], context: CompareContext): Promise<ComparedWindow> {
  const records = rows.filter((row) => 'record' in row);
  const window = digestsFor(records.length);
  const digested = records.map(({ place, record }, index): DigestedRecord => {
    context.digests.write({ window, index }, record);
    return { place, record, window, index };
  });
  if (digested.length === 0) return { rows: rows.filter((row) => 'rejection' in row), unchangedBy: {} };
  const found = await context.ledger.lookUp({
    keys: window.keys,
    digests: window.digests,
    ...(context.intakeId !== undefined && { intakeId: context.intakeId }),
  });
  if (found.hits.length + found.unchanged.length === 0 && digested.length === rows.length)
    return { rows: digested, unchangedBy: {} };
  const verdicts = verdictsOf(found, digested, context);
  if (context.fills) await fillDigests(found, window, context.ledger);
  let next = 0;
  return {
    rows: rows.map((row) => {
      if ('rejection' in row) return row;
      const record = digested[next++] as DigestedRecord;
      return verdicts.held.get(record.index) ?? record;
    }),
    unchangedBy: verdicts.unchangedBy,
  };
}

interface Verdicts {
  /** By index of the window; a record that is not among them is sent. */
  readonly held: ReadonlyMap<number, HeldRow>;
  readonly unchangedBy: Readonly<Record<string, number>>;
}

function verdictsOf(
  found: RegisterWindow,
  records: readonly DigestedRecord[],
  context: Pick<CompareContext, 'again' | 'today'>,
): Verdicts {
  const { again } = context;
  const held = new Map<number, HeldRow>();
  const unchangedBy = { ...(again ? {} : found.unchangedBy) };
  const hold = (index: number, unsent?: UnsentRow): void => {
    const record = records[index];
    if (record === undefined) return;
    const { place, window } = record;
    held.set(index, unsent === undefined ? { place, window, index } : { place, window, index, unsent });
  };
  if (!again) for (const index of found.unchanged) hold(index);
  for (const hit of found.hits) {
    const record = records[hit.index];
    const reason = reasonAgainst(hit, context);
    if (record === undefined || reason === undefined) continue;
    if (reason === 'unchanged') {
      hold(hit.index);
      unchangedBy[hit.intakeId ?? ''] = (unchangedBy[hit.intakeId ?? ''] ?? 0) + 1;
    } else hold(hit.index, unsentRow(record, hit, reason));
  }
  return { held, unchangedBy };
}

/** Why a known record is not sent; undefined when it is. */
function reasonAgainst(
  hit: RegisterHit,
  { again, today }: Pick<CompareContext, 'again' | 'today'>,
): UnsentRow['reason'] | 'unchanged' | undefined {
  switch (hit.state) {
    case 'in-flight':
      return 'in-flight';
    case 'unresolved':
      return 'unresolved';
    case 'removed':
      return 'removed';
    case 'enrolled':
      if (again) return undefined;
      return hit.changed.length > 0 ? 'changed' : 'unchanged';
    case 'refused':
      if (!wasRefused(hit)) return 'unresolved';
      return again || hit.changed.length > 0 || isWorthSending(hit, today) ? undefined : 'refused-before';
  }
}

/** A refusal that the same data may not meet again: by its code, or because the provider says so of this one. */
function isWorthSending({ code, recoverable, at }: RegisterHit, today: Date): boolean {
  if (code === undefined) return recoverable ?? false;
  return resendClassOf(code) === 'later'
    ? mayResend(code, { at, now: today })
    : (recoverable ?? mayResend(code, { now: today }));
}

function unsentRow(
  { place, record }: DigestedRecord,
  { changed, intakeId, code, at }: RegisterHit,
  reason: UnsentRow['reason'],
): UnsentRow {
  const { externalConsumerId, externalCardId } = record;
  return {
    place,
    externalConsumerId,
    externalCardId,
    reason,
    ...(changed.length > 0 && { groups: changed }),
    ...(intakeId !== undefined && { intakeId }),
    ...(code !== undefined && { code }),
    ...(at !== undefined && { at }),
  };
}

/** Entries that came without digests (an import, a ledger from before the register) get those of their first sight. */
async function fillDigests(
  { hits }: RegisterWindow,
  window: WindowDigests,
  ledger: CompareContext['ledger'],
): Promise<void> {
  const missing = hits.filter(({ state, digestsMissing }) => digestsMissing && state === 'enrolled');
  if (missing.length === 0) return;
  const filled = digestsFor(missing.length);
  for (const [slot, { index }] of missing.entries()) copyDigests({ window, index }, filled, slot);
  await ledger.fillDigests(filled);
}
