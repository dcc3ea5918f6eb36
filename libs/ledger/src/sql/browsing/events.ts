import type { BrowsingPort } from '../../port/browsing.ts';
import { toEvent } from '../rows.ts';
import type { Store } from '../store.ts';
import { pageOf } from './page.ts';

/** The audit trail, newest first. */
export function eventBrowsing(store: Store): Pick<BrowsingPort, 'eventPage' | 'lastEvent'> {
  return {
    eventPage: ({ intakeId, batchId, from, limit }) =>
      store.read(async (db) => {
        const rows = await db
          .selectFrom('event')
          .selectAll()
          .$if(intakeId !== undefined, (query) => query.where('intake_id', '=', intakeId ?? ''))
          .$if(batchId !== undefined, (query) => query.where('batch_id', '=', batchId ?? 0))
          .$if(from !== undefined, (query) => query.where('id', '<', from ?? 0))
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute();
        return pageOf(rows, limit, {
          item: (row) => ({ ...toEvent(row), id: row.id }),
          place: ({ id }) => id,
        });
      }),
    lastEvent: () =>
      store.read(async (db) => {
        const row = await db
          .selectFrom('event')
          .select(({ fn }) => fn.max<number | null>('id').as('last'))
          .executeTakeFirst();
        return Number(row?.last ?? 0);
      }),
  };
}
