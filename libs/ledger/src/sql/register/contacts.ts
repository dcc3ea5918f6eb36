import { sql, type RawBuilder } from 'kysely';
import { TWIN_BYTES } from '../../port/digests.ts';
import { bytesOf } from '../changes/key-bytes.ts';
import type { Dialect, Store } from '../store.ts';
import type { ChangeSelected, Db } from '../tables.ts';
import { wordsOf } from './words.ts';
import { rewriteTwins } from './rewrite-twins.ts';

/** Changes read at once. */
const PAGE = 1_000;
/** E-mail and mobile of a twin; behind them stands the card number. */
const CONTACT_BYTES = (TWIN_BYTES / 3) * 2;

/** Contacts that consumers are to have, a portion of them. */
export interface ContactChanges {
  /** Numbers of the intakes and of the rows that want them. */
  readonly places: readonly { readonly intake: number; readonly row: number }[];
  readonly keys: Uint32Array;
  readonly hashes: Uint32Array;
}

/** The contacts that an intake brings to cards that are enrolled. */
export function contactsOf(store: Store, intake: number): AsyncIterable<ContactChanges> {
  return contactChanges(store, sql`change.intake = ${intake}`);
}

/** The contacts that other intakes bring to cards that are enrolled, as long as that is not done. */
export function openContacts(store: Store, intake: number): AsyncIterable<ContactChanges> {
  return contactChanges(
    store,
    sql`change.intake <> ${intake} and change.state in ('waiting', 'sending', 'unknown')`,
  );
}

async function* contactChanges(store: Store, which: RawBuilder<unknown>): AsyncIterable<ContactChanges> {
  for (let after = 0; ; ) {
    const { rows } = await store.read((db) =>
      sql<
        Pick<ChangeSelected, 'id' | 'intake' | 'row_no' | 'k' | 'hashes'>
      >`select id, intake, row_no, k, hashes
        from change where ${which} and hashes is not null and id > ${after}
        order by id limit ${PAGE}`.execute(db),
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = Number(last.id);
    yield {
      places: rows.map(({ intake, row_no: row }) => ({ intake: Number(intake), row: Number(row) })),
      keys: wordsOf(Buffer.concat(rows.map(({ k }) => bytesOf(k)))),
      hashes: wordsOf(Buffer.concat(rows.map(({ hashes }) => hashes ?? new Uint8Array(TWIN_BYTES)))),
    };
  }
}

/** How many contacts an intake brings to cards that are enrolled. */
export async function contactCount(db: Db, intake: number): Promise<number> {
  const { rows } = await sql<{
    readonly n: number;
  }>`select count(*) as n from change where intake = ${intake} and hashes is not null`.execute(db);
  return Number(rows[0]?.n ?? 0);
}

/** Gives cards the contact of changes that were done; what they had before is free for others. */
export async function takeContacts(
  db: Db,
  dialect: Dialect,
  done: readonly Pick<ChangeSelected, 'batch' | 'place' | 'hashes'>[],
): Promise<void> {
  const given = done.flatMap(({ batch, place, hashes }) =>
    hashes === null ? [] : [{ batch, place, hashes }],
  );
  await rewriteTwins(db, dialect, {
    positions: given,
    rewrite: (slot, { hashes }) => {
      slot.set(hashes.subarray(0, CONTACT_BYTES));
    },
  });
}
