import { sql } from 'kysely';
import type { SharedLedger } from '../port/shared.ts';
import type { Store } from '../sql/store.ts';

/**
 * One clock for all hosts: the database's, in milliseconds, and as it is when the row is had, not when it was
 * asked for.
 */
const now = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::double precision`;

/** The one rate of all hosts, in one row. */
export function limiterRepository(
  store: Store,
): Pick<SharedLedger, 'acquireSlot' | 'pausedForMs' | 'pauseFor'> {
  return {
    // What the row says is worth less than a write to the disk: a crash of the database loses some slots'
    // memory, no more.
    acquireSlot: (requestsPerSecond) =>
      store.read(async (db) => {
        const interval = 1000 / requestsPerSecond;
        const {
          rows: [row],
        } = await sql<{
          readonly wait: number;
        }>`with hasty as materialized (select set_config('synchronous_commit', 'off', true))
        update limiter set next_slot = greatest(next_slot, ${now}) + ${interval}::double precision from hasty
        where paused_until <= ${now}
        returning greatest(0, next_slot - ${interval}::double precision - ${now}) as wait`.execute(db);
        return row?.wait;
      }),
    pausedForMs: () =>
      store.read(async (db) => {
        const {
          rows: [row],
        } = await sql<{
          readonly paused: number;
        }>`select greatest(0, paused_until - ${now}) as paused from limiter`.execute(db);
        return row?.paused ?? 0;
      }),
    pauseFor: (forMs) =>
      store.writeUnguarded(async (db) => {
        await sql`update limiter set paused_until = greatest(paused_until,
          ${now} + ${forMs}::double precision)`.execute(db);
      }),
  };
}
