import { hostname } from 'node:os';
import { sql } from 'kysely';
import { LedgerTermsError } from '../errors.ts';
import type { LockOwner, LockRole, Terms } from '../port/lock.ts';
import type { Db } from '../sql/tables.ts';

/** A process that is at work, and the terms it came with. */
export interface Participant {
  readonly owner: LockOwner;
  readonly terms: string | null;
}

/**
 * Agrees on the terms with those who are at work, and, for a worker, with whoever fed an intake that is not
 * settled. Writes them down and answers them as they are stored; throws `LedgerTermsError` naming each
 * difference.
 */
export async function agree(
  db: Db,
  { as, terms }: Extract<LockRole, { readonly terms: Terms }>,
  fellows: readonly Participant[],
): Promise<string> {
  for (const { owner, terms: theirs } of fellows) {
    if (theirs !== null)
      insist(terms, theirs, `\`${owner.command}\`, process ${owner.pid} on ${owner.host},`);
  }
  if (as === 'worker') {
    const {
      rows: [set],
    } = await sql<{ readonly terms: string; readonly set_by: string }>`
      select terms, set_by from terms where exists (select from intake where state <> 'settled')`.execute(db);
    if (set !== undefined) insist(terms, set.terms, set.set_by);
  }
  const mine = JSON.stringify(terms);
  const by = `the ${as} before, process ${process.pid} on ${hostname()},`;
  await sql`insert into terms values (1, ${mine}, ${by}) on conflict (id) do update
    set terms = excluded.terms, set_by = excluded.set_by`.execute(db);
  return mine;
}

function insist(mine: Terms, stored: string, whose: string): void {
  const theirs = JSON.parse(stored) as Terms;
  const paths = [...new Set([...Object.keys(mine.settings), ...Object.keys(theirs.settings)])].sort();
  const differences = paths
    .filter((path) => mine.settings[path] !== theirs.settings[path])
    .map(
      (path) => `${path} is ${String(mine.settings[path])} here and ${String(theirs.settings[path])} there`,
    );
  if (mine.version !== theirs.version)
    differences.unshift(`the version is ${mine.version} here and ${theirs.version} there`);
  if (differences.length > 0) throw new LedgerTermsError(differences, whose);
}
