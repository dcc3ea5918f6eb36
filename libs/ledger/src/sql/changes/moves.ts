import type { ChangeKind, ChangeState, changeMoves } from '@enrollkit/enrollment';
import { sql, type UpdateObject } from 'kysely';
import { LedgerConflictError } from '../../errors.ts';
import { DIGEST_BYTES, fieldGroups, GROUP_BYTES } from '../../port/digests.ts';
import { takeContacts } from '../register/contacts.ts';
import { raiseEpoch } from '../register/epoch.ts';
import { entryStates } from '../register/states.ts';
import { freeTwins, type RecordPosition } from '../register/rewrite-twins.ts';
import type { Dialect } from '../store.ts';
import type { ChangeSelected, Db, Tables } from '../tables.ts';

/** The states from which the moves table allows to reach `To`. */
type Before<To extends ChangeState> = {
  [From in ChangeState]: To extends (typeof changeMoves)[From][number] ? From : never;
}[ChangeState];

/** One move of all changes that are one request. */
export interface ChangeMove<To extends ChangeState> {
  readonly to: To;
  readonly from: readonly Before<To>[];
  readonly set?: Omit<UpdateObject<Tables, 'change'>, 'state'>;
}

/**
 * The only function that changes the state of a change: of all that are one request with it. Answers them
 * after the move.
 */
export async function moveChange<To extends ChangeState>(
  db: Db,
  id: number,
  move: ChangeMove<To>,
): Promise<readonly ChangeSelected[]> {
  const change = await db.selectFrom('change').selectAll().where('id', '=', id).executeTakeFirst();
  if (change === undefined) throw new LedgerConflictError(`change ${id} is not in the ledger`);
  const moved = await db
    .updateTable('change')
    .set({ ...move.set, state: move.to })
    .where('intake', '=', change.intake)
    .where('kind', '=', change.kind)
    .where('target', '=', change.target)
    .where('state', 'in', move.from)
    .returningAll()
    .execute();
  if (moved.some((row) => row.id === id)) return moved;
  throw new LedgerConflictError(
    `change ${id} cannot become ${move.to}, which takes ${move.from.join(' or ')}; it is ${change.state}`,
  );
}

const deletions: ReadonlySet<ChangeKind> = new Set(['delete-card', 'delete-profile']);

/**
 * Makes agreed in the register what has been done. An entry that was enrolled anew since says more, and
 * stays.
 */
export async function agree(db: Db, dialect: Dialect, done: readonly ChangeSelected[]): Promise<void> {
  const gone: RecordPosition[] = [];
  const updated: ChangeSelected[] = [];
  for (const change of done)
    if (change.kind === 'delete-replaced') {
      await forget(db, change);
      gone.push(change);
    } else if (!deletions.has(change.kind))
      updated.push(...((await agreeDigests(db, change)) ? [change] : []));
    else if (await remove(db, change)) gone.push(change);
  await freeTwins(db, dialect, gone);
  await takeContacts(db, dialect, updated);
  await raiseEpoch(db);
}

/**
 * Drops the entry of a card that another one takes the place of: the outcome of that one makes it anew. A
 * card that was deleted first, and whose successor was refused, is enrolled no more.
 */
async function forget(db: Db, { k, batch }: ChangeSelected): Promise<void> {
  await sql`delete from register where k = ${k} and state = ${sql.lit(entryStates.enrolled)}
    and batch = ${batch}`.execute(db);
}

/** Whether the entry is still the one that was deleted. */
async function remove(db: Db, { k, batch }: ChangeSelected): Promise<boolean> {
  const { numAffectedRows = 0n } =
    await sql`update register set state = ${sql.lit(entryStates.removed)} where k = ${k}
      and state = ${sql.lit(entryStates.enrolled)} and batch = ${batch}`.execute(db);
  return numAffectedRows > 0n;
}

/** Whether the entry is still the one that was changed. */
async function agreeDigests(db: Db, { k, batch, agreed, d }: ChangeSelected): Promise<boolean> {
  const { rows } = await sql<{ readonly d: Uint8Array }>`select d from register where k = ${k}
    and state = ${sql.lit(entryStates.enrolled)} and batch = ${batch}`.execute(db);
  const [entry] = rows;
  if (entry === undefined || d === null) return false;
  const merged = new Uint8Array(DIGEST_BYTES);
  merged.set(entry.d);
  for (const group of fieldGroups.keys())
    if ((agreed & (1 << group)) !== 0)
      merged.set(d.subarray(group * GROUP_BYTES, (group + 1) * GROUP_BYTES), group * GROUP_BYTES);
  await sql`update register set d = ${merged} where k = ${k}`.execute(db);
  return true;
}

const open = sql`('waiting', 'sending', 'unknown')`;

/**
 * Gives up the claims of requests that have ended, unless something else of the intake still needs them:
 * another change, or the batch of a card that takes the place of this one.
 */
export async function releaseClaims(db: Db, ended: readonly ChangeSelected[]): Promise<void> {
  for (const { intake, kind, k, target } of ended) {
    if (kind === 'delete-replaced') continue;
    for (const key of [k, target])
      await sql`delete from claim where intake = ${intake} and k = ${key} and not exists
        (select 1 from change where intake = ${intake} and state in ${open}
        and (k = ${key} or target = ${key}))`.execute(db);
  }
}
