import { sql, type RawBuilder } from 'kysely';
import type { BrowsingPort } from '../../port/browsing.ts';
import { intakeById } from '../intakes.ts';
import { toRejection } from '../rows.ts';
import type { Store } from '../store.ts';
import { pageOf } from './page.ts';

/** Rows that were rejected, and why. */
export function rejectionBrowsing(store: Store): Pick<BrowsingPort, 'rejectionPage' | 'rejectionCodes'> {
  const firstCode = (): RawBuilder<string> =>
    sql<string>`${store.dialect.json(sql.ref('errors'))} -> 0 ->> 'code'`;
  return {
    rejectionPage: (intakeId, { code, from, limit }) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        const rows = await db
          .selectFrom('rejection')
          .selectAll()
          .where('intake', '=', intake.number)
          .$if(code !== undefined, (query) => query.where(firstCode(), '=', code ?? ''))
          .where('row_no', '>', from ?? -1)
          .orderBy('row_no')
          .limit(limit + 1)
          .execute();
        return pageOf(rows, limit, { item: toRejection, place: (last) => last.row_no });
      }),
    rejectionCodes: (intakeId) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        const rows = await db
          .selectFrom('rejection')
          .select([firstCode().as('code'), ({ fn }) => fn.countAll<number>().as('count')])
          .where('intake', '=', intake.number)
          .groupBy('code')
          .orderBy('count', 'desc')
          .orderBy('code')
          .execute();
        return rows.map(({ code, count }) => ({ code, count: Number(count) }));
      }),
  };
}
