import type { Transaction } from 'kysely';
import { inGroups, type Waiting } from '../sql/in-groups.ts';
import type { Db, Tables } from '../sql/tables.ts';
import { together } from '../sql/together.ts';
import type { TransactionOf } from './transaction.ts';

/** Changes in one transaction at most. */
const MOST_CHANGES = 16;

type Change = (db: Transaction<Tables>) => Promise<unknown>;

/** A change, and the database in which it is made. */
interface Item {
  readonly db: Db;
  readonly change: Change;
}

/**
 * Short changes that come while others are being committed share the next transaction: it takes one write to
 * the disk, and one turn at the rows that all of them change. When one fails, each is made again by itself,
 * so that it takes nothing of another with it.
 */
export function sharedTransactions(
  transaction: TransactionOf,
  isBroken: (error: unknown) => boolean,
): TransactionOf {
  const alone = ({ item: { db, change }, resolve, reject }: Waiting<Item, unknown>): Promise<void> =>
    transaction(db, change).then(resolve, reject);
  const add = inGroups<Item, unknown>(MOST_CHANGES, async (group) => {
    const [first] = group;
    if (first === undefined) return;
    if (group.length === 1) return alone(first);
    try {
      const values = await transaction(first.item.db, (trx) =>
        together(...group.map(({ item }) => item.change(trx))),
      );
      for (const [index, { resolve }] of group.entries()) resolve(values[index]);
    } catch (error) {
      // Whether it was committed is not known; whoever tries again finds out.
      if (isBroken(error)) throw error;
      for (const each of group) await alone(each);
    }
  });
  return <T>(db: Db, change: (db: Transaction<Tables>) => Promise<T>) => add({ db, change }) as Promise<T>;
}
