import { randomBytes } from 'node:crypto';
import type { RegisterPort } from '../port/register.ts';
import { dropUpdates } from './changes/changes.ts';
import { doubtSealed } from './doubt.ts';
import { isInDoubt } from './lineage.ts';
import type { Store } from './store.ts';

/** Going on from an older state of the ledger, which a person has looked at. */
export function adoptionRepository(
  store: Store,
): Pick<RegisterPort, 'assertLineage' | 'adopt' | 'isInDoubt' | 'endDoubt'> {
  return {
    assertLineage: () => store.write(() => Promise.resolve()),
    async adopt() {
      const { batches, renewed } = await store.adopt(async (db, move) => {
        const open = await db
          .selectFrom('intake')
          .select(['number', 'state'])
          .where('state', '<>', 'settled')
          .orderBy('number')
          .execute();
        let doubted = 0;
        for (const { number, state } of open) {
          // What is still being read is doubted when it becomes ready: all that it will seal may have been
          // sent.
          if (state === 'reading')
            await db.updateTable('intake').set({ adopted: 1 }).where('number', '=', number).execute();
          else {
            doubted += await doubtSealed(db, move, number);
            await dropUpdates(db, number);
          }
        }
        return { batches: doubted, renewed: await store.lineage.renew(db, store.dialect, randomBytes(16)) };
      });
      renewed();
      return batches;
    },
    isInDoubt: () => store.read(isInDoubt),
    endDoubt: () =>
      store.write(async (db) => {
        await db.updateTable('lineage').set({ in_doubt: 0 }).execute();
        await db.updateTable('intake').set({ adopted: 0 }).where('state', '=', 'reading').execute();
      }),
  };
}
