import type { MaintenancePort } from '../port/maintenance.ts';
import { pages } from './pages.ts';
import { toEvent } from './rows.ts';
import type { Store } from './store.ts';

/** The append-only audit trail; it can be written beside a runner. */
export function auditRepository(store: Store): Pick<MaintenancePort, 'appendEvent' | 'events'> {
  return {
    appendEvent: (event) =>
      store.writeUnguarded(async (db) => {
        await db
          .insertInto('event')
          .values({
            at: event.at.getTime(),
            actor: event.actor,
            action: event.action,
            intake_id: event.intakeId ?? null,
            batch_id: event.batchId ?? null,
            detail: JSON.stringify(event.detail),
          })
          .execute();
      }),
    events: (intakeId) => events(store, intakeId),
  };
}

async function* events(store: Store, intakeId: string | undefined) {
  const page = (after: number, limit: number) =>
    store.read((db) =>
      db
        .selectFrom('event')
        .selectAll()
        .where('id', '>', after)
        .$if(intakeId !== undefined, (query) => query.where('intake_id', '=', intakeId ?? ''))
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
  for await (const row of pages(page, (last) => last.id)) yield toEvent(row);
}
