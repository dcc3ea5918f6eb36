import type { IntakeState } from '@enrollkit/enrollment';
import { sql } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { Intake, IntakeIdentity } from '../port/intakes.ts';
import type { Ledger } from '../port/ledger.ts';
import { toIntake } from './rows.ts';
import type { Store } from './store.ts';
import type { Db, IntakeSelected } from './tables.ts';

/** What a later reading must share with the first, because batches were derived from it. */
const frozen = {
  digest: 'digest',
  programme: 'programme',
  format: 'format',
  batchSize: 'batch size',
  readingDigest: 'reading settings',
} as const satisfies Partial<Record<keyof IntakeIdentity, string>>;

/** The intakes: made once, found again, moved `reading -> ready -> settled` (and back to `ready` by a retry). */
export function intakeRepository(
  store: Store,
  now: () => number,
): Pick<Ledger, 'openIntake' | 'findIntake' | 'listIntakes' | 'markReady' | 'settleIntake'> {
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
          .values({ ...toColumns(identity), created_at: now() })
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
    markReady: (intakeId) =>
      store.write(async (db) => {
        const intake = await intakeById(db, intakeId);
        if (intake.state === 'ready') return;
        if (intake.rows_searched !== intake.rows_read)
          throw new LedgerConflictError(
            `intake ${intakeId} cannot become ready: its loading was not finished after row ${intake.rows_read}`,
          );
        const duplicate = await db
          .selectFrom('duplicate')
          .select('row_no')
          .where('intake', '=', intake.number)
          .orderBy('row_no')
          .executeTakeFirst();
        if (duplicate !== undefined)
          throw new LedgerConflictError(
            `intake ${intakeId} cannot become ready: row ${duplicate.row_no} is a duplicate and still in a batch`,
          );
        await moveIntake(db, intake, { from: ['reading'], to: 'ready' });
        await store.outbox.ready(db, intake.number);
      }),
    settleIntake: (intakeId) =>
      store.write(async (db) => {
        // Where many share the ledger, several see at once that nothing is left.
        const intake = await intakeById(db, intakeId, store.dialect.forUpdate.alone);
        if (intake.state === 'settled') return;
        await moveIntake(db, intake, { from: ['ready'], to: 'settled' });
        const open = await db
          .selectFrom('batch')
          .select(['id', 'state'])
          .where('intake', '=', intake.number)
          .where('state', 'not in', ['settled', 'refused', 'abandoned'])
          .executeTakeFirst();
        if (open !== undefined)
          throw new LedgerConflictError(
            `intake ${intakeId} cannot be settled: batch ${open.id} is ${open.state}`,
          );
      }),
  };
}

/** An intake by id, `held` by one of the dialect's holds or not; throws `LedgerConflictError` when there is none. */
export async function intakeById(db: Db, id: string, held = sql``): Promise<IntakeSelected> {
  const row = await db
    .selectFrom('intake')
    .selectAll()
    .where('id', '=', id)
    .modifyEnd(held)
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
    if (known[property] !== asked[property]) {
      throw new LedgerConflictError(
        `intake ${known.id} was first read with ${word} ${known[property]}, now it is ${asked[property]}`,
      );
    }
  }
  return known;
}

function toColumns(
  identity: IntakeIdentity,
): Pick<
  IntakeSelected,
  'id' | 'digest' | 'programme' | 'source' | 'bytes' | 'format' | 'batch_size' | 'reading_digest' | 'state'
> {
  return {
    id: identity.id,
    digest: identity.digest,
    programme: identity.programme,
    source: identity.source,
    bytes: identity.bytes,
    format: identity.format,
    batch_size: identity.batchSize,
    reading_digest: identity.readingDigest,
    state: 'reading',
  };
}
