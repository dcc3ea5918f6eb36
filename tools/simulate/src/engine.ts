import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqliteEngine } from '@enrollkit/ledger';
import { KilledError } from './errors.ts';
import type { SimulatedProcess } from './process.ts';

/** Looks at the database right after a commit. */
export type Watch = (file: Pick<DatabaseSync, 'prepare'>) => void;

/** Connections that are open, by path. */
const open = new Map<string, Set<object>>();

/** Whether no simulated process has the file open. */
export function isAtRest(path: string): boolean {
  return (open.get(path)?.size ?? 0) === 0;
}

/**
 * SQLite for one process: it may be killed before and after each statement. Then the file and its write-ahead
 * log stay as they are at that moment, as after `kill -9`; what the closing connection would still do to them
 * is undone.
 */
export function engineOf(proc: SimulatedProcess, watch: Watch): SqliteEngine {
  return class extends DatabaseSync {
    readonly #forget: () => void;

    constructor(path: string) {
      super(path);
      const connections = open.get(path) ?? new Set();
      open.set(path, connections.add(this));
      this.#forget = () => void connections.delete(this);
      proc.onKill(() => {
        if (!this.isOpen) return;
        this.#forget();
        // Beside other connections a close only rolls back, as the end of the process does.
        if (isAtRest(path)) leaveBehind(path, () => super.close());
        else super.close();
      });
    }

    override close(): void {
      this.#forget();
      super.close();
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
