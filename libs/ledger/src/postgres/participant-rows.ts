import { sql } from 'kysely';
import type { LockRole } from '../port/lock.ts';
import type { OwnerColumns } from '../sql/owner.ts';
import type { Db } from '../sql/tables.ts';

/** A process that has joined the ledger, as it is stored. */
export type ParticipantRow = OwnerColumns & {
  readonly id: number;
  readonly role: LockRole['as'];
  readonly claimed: string | null;
  readonly terms: string | null;
};

/** All of them, the silent too; oldest first. */
export async function participants(db: Db): Promise<readonly ParticipantRow[]> {
  return (await sql<ParticipantRow>`select * from participant order by role <> 'alone', id`.execute(db)).rows;
}
