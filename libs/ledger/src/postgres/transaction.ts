import { Transaction, type DatabaseConnection, type Dialect } from 'kysely';
import type { Db, Tables } from '../sql/tables.ts';

/** Makes a change in one transaction. */
export type TransactionOf = <T>(db: Db, change: (db: Transaction<Tables>) => Promise<T>) => Promise<T>;

/**
 * Transactions on pipelined connections: statements that the change does not wait for travel together. In the
 * end it must wait for all of them (`together`), for one that fails fails the transaction.
 */
export function pipelined(dialect: Dialect): TransactionOf {
  const driver = dialect.createDriver();
  const transaction = async <T>(
    connection: DatabaseConnection,
    trx: Transaction<Tables>,
    change: (db: Transaction<Tables>) => Promise<T>,
  ): Promise<T> => {
    // Waited for: without it each of the statements behind it would be a transaction of its own.
    await driver.beginTransaction(connection, {});
    try {
      const changed = await change(trx);
      await driver.commitTransaction(connection);
      return changed;
    } catch (error) {
      await driver.rollbackTransaction(connection).catch(() => undefined);
      throw error;
    }
  };
  return (db, change) =>
    db.getExecutor().provideConnection((connection) => {
      // Kysely's own provider would wait for each answer before it sends the next statement.
      const executor = db.getExecutor().withConnectionProvider({
        provideConnection: (consumer) => consumer(connection),
      });
      const trx = new Transaction<Tables>({ config: { dialect }, driver, dialect, executor });
      return transaction(connection, trx, change);
    });
}
