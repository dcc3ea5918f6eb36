import fs, { readlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { backupSqliteLedger, openSqliteLedger } from '@enrollkit/ledger';
import { loadReady } from './builders.ts';
import { sqlitePlace } from './sqlite-place.ts';

it('every commit is on the disk before it is acknowledged: the connection that writes is never less than synchronous=full', async () => {
  await using place = await sqlitePlace();
  const opened: DatabaseSync[] = [];
  class Remembered extends DatabaseSync {
    constructor(path: string) {
      super(path);
      opened.push(this);
    }
  }
  const ledger = await openSqliteLedger(place.path, {}, Remembered);
  await loadReady(ledger, [2]);
  const [connection] = opened;
  const pragma = (name: string) => connection?.prepare(`pragma ${name}`).get()?.[name];
  expect({
    connections: opened.length,
    // 2 is `full`: the write-ahead log is synced at each commit, and not at each checkpoint only.
    synchronous: pragma('synchronous'),
    journal: pragma('journal_mode'),
    secureDelete: pragma('secure_delete'),
  }).toEqual({ connections: 1, synchronous: 2, journal: 'wal', secureDelete: 1 });
  await ledger.close();
});

it.skipIf(process.platform !== 'linux')(
  'a backup is on the disk when it is done: its bytes are synced before it gets its name, and its folder after that',
  async () => {
    await using place = await sqlitePlace();
    await loadReady(await place.open(), [2]);
    const target = `${place.folder}/backup`;
    const steps: string[] = [];
    using _ = recording(steps);
    await backupSqliteLedger(place.path, target);
    const renamed = steps.indexOf(`rename ${target}`);
    expect(renamed).toBeGreaterThan(0);
    expect(steps.slice(0, renamed)).toContainEqual(expect.stringMatching(/^sync .*backup\.\d+\.part$/));
    expect(steps.slice(renamed)).toContain(`sync ${place.folder}`);
  },
);

/** Notes every sync and rename of this process, in their order, and makes them all the same. */
function recording(steps: string[]): Disposable {
  const { fsyncSync, renameSync } = fs;
  fs.fsyncSync = (handle) => {
    steps.push(`sync ${readlinkSync(`/proc/self/fd/${handle}`)}`);
    fsyncSync(handle);
  };
  fs.renameSync = (from, to) => {
    steps.push(`rename ${String(to)}`);
    renameSync(from, to);
  };
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]() {
      Object.assign(fs, { fsyncSync, renameSync });
      syncBuiltinESMExports();
    },
  };
}
