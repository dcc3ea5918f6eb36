import type { IntakeState } from '@enrollkit/enrollment';
import type { BrowsingPort } from '../../port/browsing.ts';
import { toIntake } from '../rows.ts';
import type { Store } from '../store.ts';
import { pageOf } from './page.ts';

/** The intakes, newest first. */
export function intakeBrowsing(store: Store): Pick<BrowsingPort, 'intakePage' | 'intakeCounts'> {
  return {
    intakePage: ({ states, from, limit }) =>
      store.read(async (db) => {
        const rows = await db
          .selectFrom('intake')
          .selectAll()
          .$if(states !== undefined, (query) => query.where('state', 'in', states ?? []))
          .$if(from !== undefined, (query) => query.where('number', '<', from ?? 0))
          .orderBy('number', 'desc')
          .limit(limit + 1)
          .execute();
        return pageOf(rows, limit, { item: toIntake, place: ({ number }) => number });
      }),
    intakeCounts: () =>
      store.read(async (db) => {
        const rows = await db
          .selectFrom('intake')
          .select(['state', ({ fn }) => fn.countAll<number>().as('intakes')])
          .groupBy('state')
          .execute();
        const counts: Record<IntakeState, number> = { reading: 0, ready: 0, settled: 0 };
        for (const { state, intakes } of rows) counts[state] = Number(intakes);
        return counts;
      }),
  };
}
