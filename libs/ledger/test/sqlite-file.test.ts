import {
  chmodSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import {
  LedgerStorageError,
  LedgerVersionError,
  openSqliteLedger,
  openSqliteLedgerView,
} from '@enrollkit/ledger';
import { temporaryFolder } from '@enrollkit/testkit';
import { requireSafeEngine } from '../src/sqlite/open.ts';
import { all, batch, body, found, identity, load, record, settleAll, step, submitNext } from './builders.ts';
import { sqlitePlace } from './sqlite-place.ts';

describe('the ledger file', () => {
  it('and its side files can be read by their owner only, even if somebody opened them up', async () => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    await load(ledger, [2]);
    const modes = () =>
      readdirSync(place.folder).map((name) => [
        name,
        (statSync(`${place.folder}/${name}`).mode & 0o777).toString(8),
      ]);
    expect(modes()).toEqual([
      ['enrollkit.ledger', '600'],
      ['enrollkit.ledger-shm', '600'],
      ['enrollkit.ledger-wal', '600'],
    ]);
    await ledger.close();
    chmodSync(place.path, 0o644);
    await place.open();
    expect(modes().map(([, mode]) => mode)).toEqual(['600', '600', '600']);
  });

  it.skipIf(process.platform !== 'linux')(
    'stays locked for who looks at it while the same process opens it once more',
    async () => {
      await using place = await sqlitePlace();
      await (await place.open()).close();
      const { ino } = statSync(place.path);
      const locks = () =>
        readFileSync('/proc/locks', 'utf8')
          .split('\n')
          .filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${ino} `)).length;
      const view = await openSqliteLedgerView(place.path);
      await view.listIntakes();
      const before = locks();
      expect(before).toBeGreaterThan(0);
      await (await place.open()).close();
      expect(locks()).toBe(before);
      await view.close();
      expect(locks()).toBe(0);
    },
  );

  it('has the schema that is committed beside its migrations', async () => {
    await using place = await sqlitePlace();
    await (await place.open()).close();
    const file = new DatabaseSync(place.path);
    const rows = file
      .prepare("select sql from sqlite_master where sql is not null order by type = 'trigger', type, name")
      .all();
    const statistics = file.prepare('select * from sqlite_stat1 order by tbl, idx').all();
    const version = file.prepare('pragma user_version').get()?.['user_version'];
    file.close();
    const dump = [
      `-- Schema ${String(version)}, as the migrations make it. Compared in a test; do not edit.`,
      ...rows.map(({ sql }) => `${String(sql)};`),
      ...statistics.map((row) => `-- ${JSON.stringify(row)}`),
    ];
    await expect(`${dump.join('\n\n')}\n`).toMatchFileSnapshot('../migrations/sqlite/schema.sql');
  });

  it('holds no sealed body of a batch that has ended', async () => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    const intake = await ledger.openIntake(identity());
    const secret = (name: string) => Buffer.from(`<sealed-${name}>`.repeat(1000));
    for (const [position, name] of ['settled', 'refused', 'abandoned', 'kept'].entries()) {
      const sealed = { ...body(`external-${position}`), bytes: secret(name) };
      await ledger.commitRead(
        step(await found(ledger, intake.id), { ...batch(position, [record(position + 1)]), body: sealed }),
      );
    }
    await ledger.finishLoading(intake.id);
    await ledger.claimRecords(intake.id);
    await ledger.markReady(intake.id);
    await settleAll(ledger, await submitNext(ledger, intake.id));
    await ledger.refuseBatch(await submitNext(ledger, intake.id), {
      httpStatus: 400,
      code: 'NO',
      message: 'no',
      origin: 'service',
    });
    await ledger.abandonBatch(await submitNext(ledger, intake.id));
    await ledger.close();
    const bytes = await place.bytesAtRest();
    expect(
      ['settled', 'refused', 'abandoned', 'kept'].filter((name) => bytes.includes(`<sealed-${name}>`)),
    ).toEqual(['kept']);
  });

  it('refuses to change or forget an audit line', async () => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    await ledger.appendEvent({ at: new Date(0), actor: 'ada', action: 'run', detail: {} });
    await ledger.close();
    const file = new DatabaseSync(place.path);
    expect(() => file.exec("update event set actor = 'bob'")).toThrow('append-only');
    expect(() => file.exec('delete from event')).toThrow('append-only');
    file.close();
  });
});

describe('what is refused at the door, with path and hint', () => {
  const refusal = async (path: string) => {
    const error: unknown = await openSqliteLedger(path).catch((thrown: unknown) => thrown);
    return error instanceof LedgerStorageError &&
      error.message.startsWith(`${path}: `) &&
      error.where === path &&
      error.hint.endsWith('.')
      ? error.code
      : error;
  };

  it('a folder that is not there', async () => {
    using folder = temporaryFolder();
    expect(await refusal(folder.file('none/enrollkit.ledger'))).toBe('ledger-not-found');
  });

  it('a folder in place of the file', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.file('ledger'));
    expect(await refusal(folder.file('ledger'))).toBe('ledger-foreign');
  });

  it('a file that is no database, untouched', async () => {
    using folder = temporaryFolder();
    const text = 'externalConsumerId,externalCardId\n'.repeat(200);
    writeFileSync(folder.file('cards.csv'), text, { mode: 0o644 });
    expect(await refusal(folder.file('cards.csv'))).toBe('ledger-foreign');
    expect(readFileSync(folder.file('cards.csv'), 'utf8')).toBe(text);
    expect(statSync(folder.file('cards.csv')).mode & 0o777).toBe(0o644);
  });

  it("another program's database, untouched", async () => {
    using folder = temporaryFolder();
    const other = new DatabaseSync(folder.file('other.db'));
    other.exec('create table cookie (name text)');
    other.close();
    const before = readFileSync(folder.file('other.db'));
    expect(await refusal(folder.file('other.db'))).toBe('ledger-foreign');
    expect(readFileSync(folder.file('other.db')).equals(before)).toBe(true);
  });

  it('a ledger of a newer version', async () => {
    await using place = await sqlitePlace();
    await (await place.open()).close();
    const file = new DatabaseSync(place.path);
    file.exec('pragma user_version = 99');
    file.close();
    for (const open of [openSqliteLedger, openSqliteLedgerView]) {
      const error: unknown = await open(place.path).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LedgerVersionError);
      expect(error).toMatchObject({
        code: 'ledger-version',
        found: 99,
        hint: 'A newer enrollkit wrote it: use that version or a later one.',
      });
      expect(String(error)).toContain(`${place.path} has schema 99, this program knows`);
    }
  });

  it.each([
    ['cut in half', (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2))],
    [
      'overwritten in the middle',
      (path: string) => {
        const { size } = statSync(path);
        writeSync(openSync(path, 'r+'), Buffer.alloc(size - 12_288, 0xa5), 0, size - 12_288, 8192);
      },
    ],
  ])('a ledger that was %s', async (_, damage) => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    const { id } = await load(ledger, [500, 500]);
    await ledger.close();
    damage(place.path);
    const look = async () => all((await place.open()).records(id));
    await expect(look()).rejects.toMatchObject({ code: 'ledger-corrupt', where: place.path });
  });

  it('a file that the user may not write', async () => {
    await using place = await sqlitePlace();
    await (await place.open()).close();
    chmodSync(place.path, 0o444);
    chmodSync(place.folder, 0o755);
    expect(await asUnprivileged(() => refusal(place.path))).toBe('ledger-read-only');
  });

  it('an SQLite that can damage a file which is read while it is written', () => {
    for (const version of ['3.51.2', '3.50.9', '2.99.99', '3.9.0']) {
      expect(() => requireSafeEngine(version, 'a.ledger')).toThrow(
        `a.ledger: this Node carries SQLite ${version}, the ledger needs 3.51.3 or later`,
      );
    }
    for (const version of ['3.51.3', '3.51.10', '3.53.0', '4.0.0'])
      expect(() => requireSafeEngine(version, 'a.ledger')).not.toThrow();
  });
});

/**
 * Runs the work without root's right to write everything. The work must do its file access before its first
 * wait.
 */
async function asUnprivileged<T>(work: () => Promise<T>): Promise<T> {
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  const done = work();
  if (root) process.seteuid?.(0);
  return done;
}
