import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { expect, it } from 'vitest';
import { createLedger } from '../src/sql/ledger.ts';
import type { Tables } from '../src/sql/tables.ts';
import { kyselyOnNodeSqlite, sqliteDialect } from '../src/sqlite/dialect.ts';
import {
  all,
  batch,
  loadReady,
  minute,
  reason,
  record,
  rejection,
  settleAll,
  submitNext,
} from './builders.ts';
import { sqlitePlace } from './sqlite-place.ts';

/** Remembers every statement that was ever prepared. */
class Recording extends DatabaseSync {
  readonly statements = new Set<string>();

  override prepare(text: string): StatementSync {
    this.statements.add(text);
    return super.prepare(text);
  }
}

it('no statement walks or sorts a whole table for one batch, but for what an intake needs once', async () => {
  await using place = await sqlitePlace();
  await (await place.open()).close();
  const file = new Recording(place.path);
  const ledger = createLedger(
    new Kysely<Tables>({ dialect: kyselyOnNodeSqlite(file) }),
    sqliteDialect(file, place.path),
    { timing: {} },
  );
  const { id } = await loadReady(ledger, [3, 2, 2, 2]);
  const first = await submitNext(ledger, id);
  await ledger.postpone(first, minute(1));
  await settleAll(ledger, first, [1]);
  await ledger.refuseBatch(await submitNext(ledger, id), reason());
  await ledger.abandonBatch(await submitNext(ledger, id));
  await ledger.commitRetry(id, batch(0, [record(1), record(4)], 2));
  await ledger.dropRecords((await ledger.batchesIn(id, 'sealed'))[0]?.id ?? 0, {
    rejections: [rejection(8), rejection(9)],
  });
  for (const look of [
    ledger.nextWithdrawals(id),
    ledger.duePolls(id, minute(1), 1),
    ledger.nextDue(id),
    ledger.recordsOf(first),
    ledger.tally(id),
    ledger.findBatch(id, '0'),
    ledger.recoverInterrupted(id),
    ledger.lastGeneration(id),
  ])
    await look;
  await all(ledger.records(id, 'refused'));
  await all(ledger.rejections(id));

  // These sort the records of one batch, the batches that lose records to a retry, and what a person looks
  // for.
  const bounded = /order by "row_no"$|as gone where|"provider_batch_id" = /;
  // The search for duplicates and twins, the claims, and whether anything is there to compare with.
  const ofAnIntake = /as twice|hashes is not null|insert into claim|as ended|batch\.intake <> \?/;
  const walks = [...file.statements]
    .filter((text) => /^\s*(select|update|insert|delete|with)/i.test(text) && !ofAnIntake.test(text))
    .map((text) => ({
      text,
      plan: file
        .prepare(`explain query plan ${text}`)
        .all()
        .map(({ detail }) => String(detail)),
    }))
    .filter(({ text, plan }) =>
      plan.some(
        (line) =>
          /SCAN (batch|batch_record|body|rejection|unsent|twin|seen|register|claim)\b/.test(line) ||
          (/TEMP B-TREE/.test(line) && !bounded.test(text)),
      ),
    );
  expect(file.statements.size).toBeGreaterThan(40);
  expect(walks).toEqual([]);
  await ledger.close();
});
