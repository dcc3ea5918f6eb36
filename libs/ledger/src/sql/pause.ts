import type { Ledger } from '../port/ledger.ts';
import type { Store } from './store.ts';

/** What the provider asked for, kept beside the one runner: it outlives the run that was asked. */
export function pauseRepository(store: Store, now: () => number): Pick<Ledger, 'pauseFor' | 'pausedForMs'> {
  return {
    pausedForMs: () =>
      store.read(async (db) => {
        const { paused_until: until } = await db
          .selectFrom('runner')
          .select('paused_until')
          .executeTakeFirstOrThrow();
        return Math.max(0, until - now());
      }),
    pauseFor: (forMs) =>
      store.write(async (db) => {
        const until = now() + Math.ceil(forMs);
        await db
          .updateTable('runner')
          .set({ paused_until: until })
          .where('paused_until', '<', until)
          .execute();
      }),
  };
}
