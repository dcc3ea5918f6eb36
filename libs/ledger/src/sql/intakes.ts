import type { IntakeState } from '@enrollkit/enrollment';
import { sql } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { Intake, IntakeIdentity, IntakeReading } from '../port/intakes.ts';
import type { Ledger } from '../port/ledger.ts';
import { holdBack } from './changes/late-requests.ts';
import { doubtSealed } from './doubt.ts';
import { isInDoubt } from './lineage.ts';
import { toIntake } from './rows.ts';
import type { Store } from './store.ts';
import type { Db, IntakeSelected } from './tables.ts';

/** What a later reading must share with the first, because batches were derived from it. */
const frozen = {
  digest: 'digest',
  programme: 'programme',
  environment: 'environment',
  format: 'format',
  batchSize: 'batch size',
  readingDigest: 'reading settings',
} as const satisfies Partial<Record<keyof IntakeIdentity, string>>;

/** What may change until the intake is ready: nothing was sent, and it is read anew. */
const openWhileReading: readonly (keyof typeof frozen)[] = ['format', 'batchSize', 'readingDigest'];

/** The intakes: made once, found again, moved `reading -> ready -> settled` (and back by a retry). */
export function intakeRepository(
  store: Store,
  now: () => number,
): Pick<
  Ledger,
  | 'openIntake'
  | 'findIntake'
  | 'findCurrentIntake'
  | 'listIntakes'
  | 'restartReading'
  | 'markReady'
  | 'settleIntake'
> {
  return {
    openIntake: (identity) =>
      store.write(async (db) => {
        const found = await db
          .selectFrom('intake')
          .selectAll()
          .where('id', '=', identity.id)
          .executeTakeFirst();
        if (found !== undefined) return sameReading(toIntake(found), identity);
        const made = await db
          .insertInto('intake')
          .values({
            ...toColumns(identity),
            created_at: now(),
            epoch: await epochOf(db),
            adopted: (await isInDoubt(db)) ? 1 : 0,
          })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returningAll()
          .executeTakeFirst();
        // Where many share the ledger, another may have been a moment quicker.
        return made === undefined
          ? sameReading(toIntake(await intakeById(db, identity.id)), identity)
          : toIntake(made);
      }),
    findIntake: (id) =>
      store.read(async (db) => {
        const found = await db.selectFrom('intake').selectAll().where('id', '=', id).executeTakeFirst();
        return found && toIntake(found);
      }),
    listIntakes: () =>
      store.read(async (db) => {
        const found = await db.selectFrom('intake').selectAll().orderBy('number', 'desc').execute();
        return found.map(toIntake);
      }),
    findCurrentIntake: (...sought) => store.read((db) => findCurrentIntake(db, sought)),
    restartReading: (intakeId, reading) => store.write((db) => restartReading(db, intakeId, reading)),
    markReady: (intakeId, { deletesFirst = false } = {}) =>
      store.write(async (db, move) => {
        const intake = await intakeById(db, intakeId);
        if (intake.state === 'ready') return undefined;
        await assertLoaded(db, intake);
        await moveIntake(db, intake, { from: ['reading'], to: 'ready' });
        // What is sealed now may have been sent by the state of the ledger that was lost.
        if (intake.adopted === 1) await doubtSealed(db, move, intake.number);
        const context = { db, dialect: store.dialect, intake: intake.number, now: now() };
        const until = await holdBack(context, deletesFirst);
        await store.outbox.ready(db, intake.number);
        return until;
      }),
    settleIntake: (intakeId) =>
      store.write(async (db) => {
        // Where many share the ledger, several see at once that nothing is left.
        const intake = await intakeById(db, intakeId, store.dialect.forUpdate.alone);
        if (intake.state === 'settled') return;
        await moveIntake(db, intake, { from: ['ready'], to: 'settled' });
        await assertAllEnded(db, intake);
      }),
  };
}

async function findCurrentIntake(
  db: Db,
  [digest, programme, variants]: Parameters<Ledger['findCurrentIntake']>,
): Promise<Intake | undefined> {
  const ofVariant =
    variants === undefined ? sql`` : sql`and coalesce(intake.variant, '') in (${sql.join(variants)})`;
  const { rows } = await sql<IntakeSelected>`select intake.* from intake, register_head as head
    where intake.digest = ${digest} and intake.programme = ${programme} ${ofVariant}
    and (intake.state <> 'settled'
      or (head.other_epoch <= intake.epoch
        and not exists (select 1 from batch
        where batch.merged_epoch > intake.epoch and batch.intake <> intake.number)))
    order by intake.number desc limit 1`.execute(db);
  return rows[0] && toIntake(rows[0]);
}

/** Throws `LedgerConflictError` while a batch or a change of the intake is open. */
async function assertAllEnded(db: Db, { id, number }: IntakeSelected): Promise<void> {
  const open = await db
    .selectFrom('batch')
    .select(['id', 'state'])
    .where('intake', '=', number)
    .where('state', 'not in', ['settled', 'refused', 'abandoned'])
    .executeTakeFirst();
  if (open !== undefined)
    throw new LedgerConflictError(`intake ${id} cannot be settled: batch ${open.id} is ${open.state}`);
  const change = await db
    .selectFrom('change')
    .select(['id', 'state'])
    .where('intake', '=', number)
    .where('state', 'in', ['waiting', 'sending', 'unknown'])
    .executeTakeFirst();
  if (change !== undefined)
    throw new LedgerConflictError(`intake ${id} cannot be settled: change ${change.id} is ${change.state}`);
}

/** Throws `LedgerConflictError` unless everything before the first request is done. */
async function assertLoaded(db: Db, intake: IntakeSelected): Promise<void> {
  const no = (why: string) => new LedgerConflictError(`intake ${intake.id} cannot become ready: ${why}`);
  if (intake.rows_searched !== intake.rows_read)
    throw no(`its loading was not finished after row ${intake.rows_read}`);
  const withdrawal = await db
    .selectFrom('withdrawal')
    .select(['row_no', 'reason'])
    .where('intake', '=', intake.number)
    .where('leaves', '=', 1)
    .orderBy('row_no')
    .executeTakeFirst();
  if (withdrawal !== undefined)
    throw no(`row ${withdrawal.row_no} is a ${withdrawal.reason} and still in a batch`);
  if (intake.claimed === 1) return;
  const unclaimed = await db
    .selectFrom('batch')
    .innerJoin('twin', 'twin.batch', 'batch.id')
    .select('batch.id')
    .where('intake', '=', intake.number)
    .executeTakeFirst();
  if (unclaimed !== undefined) throw no('its records are not claimed');
}

/** Takes an intake that is being read back to its first row. */
async function restartReading(db: Db, intakeId: string, reading?: IntakeReading): Promise<Intake> {
  const { number, state } = await intakeById(db, intakeId);
  if (state !== 'reading')
    throw new LedgerConflictError(`intake ${intakeId} cannot be read anew: it is ${state}, not reading`);
  const batches = sql`(select id from batch where intake = ${number})`;
  for (const table of ['body', 'batch_record', 'twin', 'batch_digest'])
    await sql`delete from ${sql.table(table)} where batch in ${batches}`.execute(db);
  for (const table of ['batch', 'rejection', 'seen', 'withdrawal', 'unsent', 'unsent_sum', 'claim', 'change'])
    await sql`delete from ${sql.table(table)} where intake = ${number}`.execute(db);
  const start = { byte_offset: 0, line_no: 1, rows_read: 0, batches: 0, rejected: 0 };
  const again = await db
    .updateTable('intake')
    .set({
      ...start,
      ...(reading && toReadingColumns(reading)),
      rows_searched: null,
      missing: null,
      claimed: 0,
      epoch: await epochOf(db),
    })
    .where('number', '=', number)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toIntake(again);
}

/** The register's epoch. */
export async function epochOf(db: Db): Promise<number> {
  return (await db.selectFrom('register_head').select('epoch').executeTakeFirstOrThrow()).epoch;
}

/** An intake by id, locked by one of the dialect's `forUpdate` or not; throws `LedgerConflictError`. */
export async function intakeById(db: Db, id: string, lock = sql``): Promise<IntakeSelected> {
  const row = await db
    .selectFrom('intake')
    .selectAll()
    .where('id', '=', id)
    .modifyEnd(lock)
    .executeTakeFirst();
  if (row === undefined) throw new LedgerConflictError(`intake ${id} is not in the ledger`);
  return row;
}

/** Moves the intake, or throws `LedgerConflictError`. */
export async function moveIntake(
  db: Db,
  intake: IntakeSelected,
  { from, to }: { readonly from: readonly IntakeState[]; readonly to: IntakeState },
): Promise<void> {
  const [moved] = await db
    .updateTable('intake')
    .set({ state: to })
    .where('number', '=', intake.number)
    .where('state', 'in', from)
    .execute();
  if (moved?.numUpdatedRows !== 1n)
    throw new LedgerConflictError(
      `intake ${intake.id} cannot become ${to}, which takes ${from.join(' or ')}; it is ${intake.state}`,
    );
}

function sameReading(known: Intake, asked: IntakeIdentity): Intake {
  for (const [property, word] of Object.entries(frozen) as [keyof typeof frozen, string][]) {
    // An intake of an older ledger does not know its environment.
    if (property === 'environment' && known.environment === undefined) continue;
    if (known.state === 'reading' && openWhileReading.includes(property)) continue;
    if (known[property] !== asked[property]) {
      throw new LedgerConflictError(
        `intake ${known.id} was first read with ${word} ${String(known[property])}, now it is ${String(asked[property])}`,
      );
    }
  }
  return known;
}

function toReadingColumns({
  format,
  batchSize,
  readingDigest,
}: IntakeReading): Pick<IntakeSelected, 'format' | 'batch_size' | 'reading_digest'> {
  return { format, batch_size: batchSize, reading_digest: readingDigest };
}

function toColumns(
  identity: IntakeIdentity,
): Pick<
  IntakeSelected,
  | 'id'
  | 'digest'
  | 'programme'
  | 'environment'
  | 'source'
  | 'bytes'
  | 'format'
  | 'batch_size'
  | 'reading_digest'
  | 'state'
  | 'variant'
> {
  return {
    id: identity.id,
    digest: identity.digest,
    programme: identity.programme,
    environment: identity.environment ?? null,
    source: identity.source,
    bytes: identity.bytes,
    ...toReadingColumns(identity),
    state: 'reading',
    variant: identity.variant ?? null,
  };
}
