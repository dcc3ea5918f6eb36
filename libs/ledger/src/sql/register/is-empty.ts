import { sql } from 'kysely';
import type { Db } from '../tables.ts';

/** Whether a table that look-ups read has no row: joining a window with it costs more than asking that. */
export async function isEmpty(db: Db, table: 'register' | 'claim' | 'opt_out'): Promise<boolean> {
  const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
  return rows.length === 0;
}
