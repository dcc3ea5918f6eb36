import { hostname } from 'node:os';
import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openSqliteLedger } from '@enrollkit/ledger';
import { createLedger } from '../src/sql/ledger.ts';
import type { Tables } from '../src/sql/tables.ts';
import { kyselyOnNodeSqlite, sqliteDialect } from '../src/sqlite/dialect.ts';
import { all, batch, body, found, identity, loadReady, record, rejection, step } from './builders.ts';
import { scan } from './scan.ts';
import { sqlitePlace } from './sqlite-place.ts';

describe('a file that somebody takes away while it is open', () => {
  it.each([
    ['the file is removed', (path: string) => rmSync(path), 'was removed'],
    ['its log is removed', (path: string) => rmSync(`${path}-wal`), 'was removed'],
    [
      'another one is put in its place',
      (path: string) => {
        renameSync(path, `${path}.old`);
        writeFileSync(path, '');
      },
      'was replaced',
    ],
  ])(
    '%s: it is noticed at the next write, and all that was acknowledged is kept beside it',
    async (_, takeAway, says) => {
      await using place = await sqlitePlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [3]);
      takeAway(place.path);
      const refused = ledger.appendEvent({ at: new Date(0), actor: 'ada', action: 'x', detail: {} });
      await expect(refused).rejects.toMatchObject({
        code: 'ledger-gone',
        message: expect.stringContaining(says),
      });
      await expect(ledger.openIntake(identity())).rejects.toMatchObject({ code: 'ledger-gone' });
      expect(statSync(`${place.path}.kept`).mode & 0o777).toBe(0o600);
      await ledger.close();
      const kept = await openSqliteLedger(`${place.path}.kept`);
      expect(await kept.tally(id)).toMatchObject({ rows: 3, records: 3, waiting: 3 });
      expect(await all(kept.records(id))).toHaveLength(3);
      await kept.close();
    },
  );

  it('says so when it cannot be kept, and overwrites nothing', async () => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    writeFileSync(`${place.path}.kept`, 'an older one');
    rmSync(place.path);
    await expect(ledger.openIntake(identity())).rejects.toMatchObject({
      code: 'ledger-gone',
      message: expect.stringContaining('cannot be made'),
    });
    expect(readFileSync(`${place.path}.kept`, 'utf8')).toBe('an older one');
  });
});

describe('a disk that takes no more', () => {
  it('ends the run with a typed error; what was acknowledged is there, and it goes on when there is room', async () => {
    await using place = await sqlitePlace();
    const child = new URL('child.ts', import.meta.url).pathname;
    const { stdout, status } = spawnSync(
      'sh',
      [
        '-c',
        'ulimit -f 2000; exec "$0" --conditions=@enrollkit/source "$1" fill "$2"',
        process.execPath,
        child,
        place.path,
      ],
      { encoding: 'utf8' },
    );
    expect(status).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^failed ledger-(disk-full|unavailable)$/);
    const acknowledged = Math.max(...[...stdout.matchAll(/rows (\d+)/g)].map(([, rows]) => Number(rows)));
    const ledger = await place.open();
    const intake = await found(ledger, identity().id);
    expect(intake.position.rows).toBe(acknowledged);
    await ledger.commitRead(step(intake, batch(intake.position.batches, [record(intake.position.rows + 1)])));
    expect(await ledger.tally(intake.id)).toMatchObject({ rows: acknowledged + 1 });
  });
});

describe('a full database', () => {
  it('undoes the step that did not fit, and takes it when there is room', async () => {
    await using place = await sqlitePlace();
    await (await place.open()).close();
    const file = new DatabaseSync(place.path);
    file.exec('pragma max_page_count = 100');
    const ledger = createLedger(
      new Kysely<Tables>({ dialect: kyselyOnNodeSqlite(file) }),
      sqliteDialect(file, place.path),
      { timing: {} },
    );
    const intake = await ledger.openIntake(identity());
    const large = step(
      intake,
      { ...batch(0, [record(1)]), body: { ...body('external-1-0'), bytes: new Uint8Array(1_000_000) } },
      [rejection(2)],
    );
    await expect(ledger.commitRead(large)).rejects.toMatchObject({
      code: 'ledger-disk-full',
      where: place.path,
    });
    expect(await ledger.tally(intake.id)).toEqual({
      ...(await scan(ledger, intake.id)),
      rows: 0,
      rejected: 0,
      records: 0,
    });
    file.exec('pragma max_page_count = 1000');
    await ledger.commitRead(large);
    expect(await ledger.tally(intake.id)).toMatchObject({ rows: 2, rejected: 1, records: 1 });
    await ledger.close();
  });
});

describe('two processes with one host name and one pid, as in containers', () => {
  it.each([
    ['a pid that nobody has here', 4_194_303],
    ['the pid of this very process', process.pid],
  ])('are two: an owner on another machine is judged by its heartbeat alone (%s)', async (_, pid) => {
    await using place = await sqlitePlace();
    await (await place.open()).close();
    const now = Date.now();
    const file = new DatabaseSync(place.path);
    file
      .prepare(
        "update runner set fence = 1, host = ?, pid = ?, process_id = 'theirs', machine = 'another boot', command = 'run', since = ?, heartbeat = ?",
      )
      .run(hostname(), pid, now, now);
    file.close();
    const ledger = await place.open();
    await expect(ledger.lock('resume')).rejects.toMatchObject({
      code: 'ledger-locked',
      owner: { pid, processId: 'theirs' },
    });
    await ledger.close();
    const later = await place.open({ now: () => now + 15_001 });
    await (await later.lock('resume')).release();
  });
});
