import type { Db } from '../tables.ts';

/**
 * Says that the register changed otherwise than by the outcomes of a batch: every input means something else
 * from now on.
 */
export async function raiseEpoch(db: Db): Promise<void> {
  await db
    .updateTable('register_head')
    .set((eb) => ({ epoch: eb('epoch', '+', 1), other_epoch: eb('epoch', '+', 1) }))
    .execute();
}
