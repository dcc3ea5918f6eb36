import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqliteEngine } from '@enrollkit/ledger';
import { KilledError } from './errors.ts';
import type { SimulatedProcess } from './process.ts';

/** Looks at the database right after a commit. */
export type Watch = (file: Pick<DatabaseSync, 'prepare'>) => void;

/**
 * SQLite for one process: it may be killed before and after each statement. Then the file and its write-ahead log
 * stay as they are at that moment, as after `kill -9`; what the closing connection would still do to them is undone.
 */
export function engineOf(proc: SimulatedProcess, watch: Watch): SqliteEngine {
  return class extends DatabaseSync {
    constructor(path: string) {
      super(path);
      proc.onKill(() => {
        if (this.isOpen) leaveBehind(path, () => super.close());
      });
    }

    override exec(text: string): void {
      // Settings of the connection change nothing in the file.
      if (/^\s*pragma/i.test(text)) return super.exec(text);
      atStatement(briefly(text), () => super.exec(text));
    }

    override prepare(text: string): StatementSync {
      const statement = super.prepare(text);
      const what = briefly(text);
      const commits = /^\s*commit/i.test(text);
      const looking = { prepare: (request: string) => super.prepare(request) };
      for (const way of ['run', 'all', 'get', 'iterate'] as const) {
        const act = statement[way].bind(statement) as (...values: never[]) => unknown;
        Object.assign(statement, {
          [way]: (...values: never[]) => {
            const result = atStatement(what, () => act(...values));
            if (commits) watch(looking);
            return result;
          },
        });
      }
      return statement;
    }
  };

  function atStatement<T>(what: string, act: () => T): T {
    if (!proc.moment('statement', what)) throw new KilledError();
    const result = act();
    if (!proc.moment('statement', '')) throw new KilledError();
    return result;
  }
}

const briefly = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, 40);

/** Keeps an image of the files while they are closed. The shared memory beside them dies with a machine. */
function leaveBehind(path: string, close: () => void): void {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file));
  for (const file of files) copyFileSync(file, `${file}.image`);
  close();
  for (const file of [`${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
  for (const file of files) renameSync(`${file}.image`, file);
}
