import type { Transaction } from 'kysely';
import type { Db, Tables } from '../sql/tables.ts';
import { together } from '../sql/together.ts';
import type { TransactionOf } from './transaction.ts';

/** Changes in one transaction at most. */
const MOST_CHANGES = 16;

type Change = (db: Transaction<Tables>) => Promise<unknown>;

interface Waiting {
  readonly change: Change;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
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
  const waiting: Waiting[] = [];
  let isDraining = false;
  const alone = async (db: Db, { change, resolve, reject }: Waiting): Promise<void> => {
    try {
      resolve(await transaction(db, change));
    } catch (error) {
      reject(error);
    }
  };
  const make = async (db: Db, group: readonly Waiting[]): Promise<void> => {
    const [first] = group;
    if (group.length === 1 && first !== undefined) return alone(db, first);
    try {
      const values = await transaction(db, (trx) => together(...group.map(({ change }) => change(trx))));
      for (const [index, { resolve }] of group.entries()) resolve(values[index]);
    } catch (error) {
      // Whether it was committed is not known; whoever tries again finds out.
      if (isBroken(error)) for (const { reject } of group) reject(error);
      else for (const each of group) await alone(db, each);
    }
  };
  const drain = async (db: Db): Promise<void> => {
    while (waiting.length > 0) await make(db, waiting.splice(0, MOST_CHANGES));
    isDraining = false;
  };
  return <T>(db: Db, change: (db: Transaction<Tables>) => Promise<T>) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.push({ change, resolve, reject });
      if (isDraining) return;
      isDraining = true;
      // What comes at the same moment shares the first one, too.
      setImmediate(() => void drain(db));
    }) as Promise<T>;
}
