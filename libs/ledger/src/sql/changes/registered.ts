import { sql } from 'kysely';
import type { RegisteredCard } from '../../port/changes.ts';
import { KEY_BYTES } from '../../port/digests.ts';
import type { Ledger } from '../../port/ledger.ts';
import { storedRecords } from '../batches.ts';
import { raiseEpoch } from '../register/epoch.ts';
import { entryStates } from '../register/states.ts';
import { freeTwins, type RecordPosition } from '../register/rewrite-twins.ts';
import type { Store } from '../store.ts';
import { bytesOf } from './key-bytes.ts';
import { addressOf } from './rows.ts';

/** Entries of the register, to be compared with the provider, and what that found. */
export function registeredRepository(store: Store): Pick<Ledger, 'registered' | 'acceptRemoved'> {
  return {
    registered: (from, limit) =>
      store.read(async (db) => {
        const { rows } = await sql<{ readonly k: unknown; readonly batch: number; readonly place: number }>`
          select k, batch, place from register
          where k > ${store.dialect.key(from)} and state = ${sql.lit(entryStates.enrolled)}
          order by k limit ${limit}`.execute(db);
        const cards: RegisteredCard[] = [];
        for (const { k, batch, place } of rows) {
          const address = await addressOf(db, { batch: Number(batch), place: Number(place) });
          const record = (await storedRecords(db, Number(batch))).records[Number(place)];
          cards.push({
            key: Uint8Array.from(bytesOf(k)),
            ...(address && { address }),
            ...(record && record.maskedPan !== '' && { maskedPan: record.maskedPan }),
          });
        }
        return cards;
      }),
    acceptRemoved: (keys) =>
      store.write(async (db) => {
        const gone: RecordPosition[] = [];
        for (let at = 0; at < keys.length; at += KEY_BYTES) {
          const { rows } =
            await sql<RecordPosition>`update register set state = ${sql.lit(entryStates.removed)}
            where k = ${store.dialect.key(keys.subarray(at, at + KEY_BYTES))}
            and state = ${sql.lit(entryStates.enrolled)}
            returning batch, place`.execute(db);
          gone.push(...rows.map(({ batch, place }) => ({ batch: Number(batch), place: Number(place) })));
        }
        await freeTwins(db, store.dialect, gone);
        await raiseEpoch(db);
      }),
  };
}
