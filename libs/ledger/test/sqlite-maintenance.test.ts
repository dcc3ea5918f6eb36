import { readFileSync, statSync, writeFileSync, writeSync, openSync, readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import {
  backupSqliteLedger,
  compactSqliteLedger,
  openSqliteLedger,
  openSqliteLedgerView,
  type Ledger,
} from '@enrollkit/ledger';
import {
  all,
  batch,
  body,
  found,
  identity,
  load,
  loadReady,
  record,
  rejection,
  settleAll,
  step,
  submitNext,
} from './builders.ts';
import { sqlitePlace } from './sqlite-place.ts';

/** SQL for the records of a batch that has lost one. */
const oneRecord = `cast('[[11,12,1100,99,"consumer-11","card-11","555555******4444"]]' as blob)`;

/** Batches in every state, rejections, and a retry. */
async function everyState(ledger: Ledger): Promise<string> {
  const { id } = await load(ledger, [2, 2, 2, 2, 2, 2]);
  const intake = await found(ledger, id);
  await ledger.commitRead(step(intake, undefined, [rejection(13)]));
  await ledger.finishLoading(id);
  await ledger.claimRecords(id);
  await ledger.markReady(id);
  await settleAll(ledger, await submitNext(ledger, id), [1]);
  await ledger.refuseBatch(await submitNext(ledger, id), {
    httpStatus: 400,
    code: 'NO',
    message: 'no',
    origin: 'service',
  });
  await ledger.abandonBatch(await submitNext(ledger, id));
  await submitNext(ledger, id);
  await ledger.commitRetry(id, batch(0, [record(1)], 2));
  return id;
}

describe('a look whether the ledger adds up', () => {
  it.each([
    ['rows read are rejected', 'update intake set rows_read = rows_read + 1'],
    ['the rejected rows are there', 'delete from rejection'],
    [
      'no row is both',
      "insert into rejection select intake, 1, line_no, byte_offset, byte_length, 'a', 'b', '[]' from rejection",
    ],
    [
      'the records of the batch are there',
      `update batch_record set packed = ${oneRecord}, fingerprints = zeroblob(32) where batch = 6`,
    ],
    ['as many of its records are enrolled', 'update batch set enrolled = enrolled + 1 where id = 1'],
    ['as many of its records are refused', 'update batch set refused = refused - 1 where id = 2'],
    [
      'every record is in a state',
      `update batch_record set outcomes = cast('[["enrolled",null,null],null]' as blob) where batch = 6`,
    ],
    ['has a sealed body until it has ended', 'delete from body where batch = 6'],
    ['and none from then on', "insert into body values (1, x'00')"],
    [
      'has the id that the provider gave it',
      "update batch set provider_batch_id = null where state = 'submitted'",
    ],
    ['what was sent was attempted', "update batch set attempts = 0 where state = 'submitted'"],
    ['every batch of a settled intake has ended', "update intake set state = 'settled'"],
    ['belongs to a row', 'pragma foreign_keys = off; update batch_record set batch = 77 where batch = 6'],
  ])('finds out when it does not hold that %s', async (what, change) => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    await everyState(ledger);
    expect(await ledger.verify()).toEqual([]);
    await ledger.close();
    const file = new DatabaseSync(place.path);
    file.exec(change);
    file.close();
    const view = await openSqliteLedgerView(place.path);
    expect((await view.verify()).map((finding) => finding.what).join('\n')).toContain(what);
    await view.close();
  });

  it('finds damage that reading the rows would not meet', async () => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    await loadReady(
      ledger,
      Array.from({ length: 50 }, () => 4),
    );
    await ledger.close();
    const file = new DatabaseSync(place.path, { readOnly: true });
    const page = Number(
      file.prepare("select rootpage from sqlite_master where name = 'batch_due'").get()?.['rootpage'],
    );
    const size = Number(file.prepare('pragma page_size').get()?.['page_size']);
    file.close();
    writeSync(openSync(place.path, 'r+'), Buffer.alloc(200, 0x33), 0, 200, page * size - 396);
    const view = await openSqliteLedgerView(place.path);
    expect(await view.verify()).toEqual(
      expect.arrayContaining([expect.objectContaining({ place: place.path })]),
    );
    await view.close();
  });
});

describe('a backup', () => {
  it('is taken while a runner writes, is sound, private, and as it was at one moment', async () => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    await ledger.lock('enrollkit run');
    const id = await everyState(ledger);
    const before = await ledger.tally(id);
    const target = `${place.folder}/copy.db`;
    const [{ after }] = await Promise.all([backupSqliteLedger(place.path, target), submitNext(ledger, id)]);
    expect(after).toBe(statSync(target).size);
    expect((statSync(target).mode & 0o777).toString(8)).toBe('600');
    const copy = await openSqliteLedger(target);
    const tally = await copy.tally(id);
    expect([before, await ledger.tally(id)]).toContainEqual(tally);
    expect(await all(copy.records(id))).toHaveLength(12);
    expect(await copy.verify()).toEqual([]);
    await copy.close();
    expect(readdirSync(place.folder).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('replaces nothing, and leaves nothing behind where it cannot be written', async () => {
    await using place = await sqlitePlace();
    await loadReady(await place.open(), [2]);
    writeFileSync(`${place.folder}/other`, 'mine');
    await expect(backupSqliteLedger(place.path, `${place.folder}/other`)).rejects.toMatchObject({
      code: 'ledger-conflict',
    });
    expect(readFileSync(`${place.folder}/other`, 'utf8')).toBe('mine');
    await expect(backupSqliteLedger(place.path, `${place.folder}/none/copy`)).rejects.toMatchObject({
      code: 'ledger-not-found',
    });
    await expect(backupSqliteLedger(`${place.folder}/none`, `${place.folder}/copy`)).rejects.toMatchObject({
      code: 'ledger-not-found',
    });
  });
});

describe('a compaction', () => {
  it('gives back what was deleted, keeps everything else, and is not made beside a runner', async () => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    const intake = await ledger.openIntake(identity());
    for (const position of [0, 1, 2]) {
      const large = {
        ...batch(position, [record(position + 1)]),
        body: { ...body(`external-${position}`), bytes: new Uint8Array(500_000) },
      };
      await ledger.commitRead(step(await found(ledger, intake.id), large));
    }
    await ledger.finishLoading(intake.id);
    await ledger.claimRecords(intake.id);
    await ledger.markReady(intake.id);
    for (const _ of [0, 1]) await settleAll(ledger, await submitNext(ledger, intake.id));
    const before = await ledger.tally(intake.id);
    const lock = await ledger.lock('enrollkit run');
    await expect(compactSqliteLedger(place.path)).rejects.toMatchObject({ code: 'ledger-locked' });
    await lock.release();
    const { before: large, after: small } = await compactSqliteLedger(place.path);
    expect(large - small).toBeGreaterThan(900_000);
    expect(await ledger.tally(intake.id)).toEqual(before);
    expect(await ledger.verify()).toEqual([]);
    await expect(compactSqliteLedger(`${place.folder}/none`)).rejects.toMatchObject({
      code: 'ledger-not-found',
    });
  });
});
