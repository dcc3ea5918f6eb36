import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { waitFor } from './wait.ts';

/**
 * A PostgreSQL server for tests: its own, thrown away afterwards, or the one of
 * `ENROLLKIT_TEST_DATABASE_URL`.
 */
export interface Cluster extends Disposable {
  /** The address of a database without a ledger; the same database every time. */
  emptyDatabase(): Promise<string>;
  /** The address of a new database, for tests that run beside each other; `drop` it. */
  newDatabase(): Promise<{ readonly address: string; readonly drop: () => Promise<void> }>;
  /** Everything the server keeps on disk for that database; of a given server, every row in it. */
  bytesAtRest(): Promise<Buffer>;
  /** Stops an own server at once, as a crash would. */
  crash(): void;
  /** Starts it again. */
  start(): void;
  /** Where an own server listens, for a proxy to it. */
  readonly socket: string;
  /**
   * Copies an own server as it is now; `restore` puts the copy in its place, without anything that was
   * committed since.
   */
  copy(): { readonly restore: () => void };
  /**
   * Starts a second server, which has every commit before it is acknowledged; only an own server can be
   * followed.
   */
  follow(): Promise<Follower>;
}

/** A server that follows another one. */
export interface Follower {
  readonly socket: string;
  /** Makes it the one that is written to; the other one is gone by then. */
  promote(): void;
}

const usualPort = 5432;

/**
 * Where PostgreSQL's programs are, or undefined: where PATH leads to one of them, or where Debian keeps them.
 */
export function postgresBinaries(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), ...versions('/usr/lib/postgresql')];
  const found = folders.find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl')),
  );
  // On PATH there may be links to some of them.
  return found === undefined ? undefined : dirname(realpathSync(join(found, 'initdb')));
}

/** Whether this machine can run tests against PostgreSQL. */
export const canRunPostgres =
  process.env['ENROLLKIT_TEST_DATABASE_URL'] !== undefined || postgresBinaries() !== undefined;

/** Whether the server belongs to the tests, so that they can stop and start it. */
export const canStopPostgres =
  process.env['ENROLLKIT_TEST_DATABASE_URL'] === undefined && postgresBinaries() !== undefined;

/**
 * Starts a server, or takes the given one. An own one does not wait for its disk, unless it is to be
 * `durable`.
 */
export function startCluster({ durable = false } = {}): Cluster {
  const given = process.env['ENROLLKIT_TEST_DATABASE_URL'];
  return given === undefined ? ownCluster(durable) : givenCluster(given);
}

/** Runs PostgreSQL's programs on servers whose data and sockets lie in one folder. */
function programsIn(folder: TemporaryFolder, durable: boolean) {
  const binaries = postgresBinaries() ?? '';
  // PostgreSQL refuses to run as root.
  const root = process.getuid?.() === 0;
  const user = root ? { uid: 65_534, gid: 65_534 } : {};
  if (root) chownSync(folder.path, 65_534, 65_534);
  const run = (command: string, ...args: readonly string[]): void =>
    void execFileSync(join(binaries, command), args, {
      ...user,
      cwd: folder.path,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  // One folder for the sockets of both servers: their names end in the ports.
  const options = (port: number): string =>
    `-p ${port} -c listen_addresses= -c unix_socket_directories=${folder.path} -c fsync=${durable ? 'on' : 'off'} -c max_connections=100`;
  return {
    run,
    start: (data: string, port: number): void =>
      run('pg_ctl', '-D', data, '-w', '-l', `${data}.log`, 'start', '-o', options(port)),
    stop: (data: string): void => {
      if (existsSync(join(data, 'postmaster.pid')))
        run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop');
    },
  };
}

function ownCluster(durable: boolean): Cluster {
  const folder = temporaryFolder();
  let data = folder.file('data');
  let copies = 0;
  const { run, start, stop } = programsIn(folder, durable);
  const socketAt = (port: number) => folder.file(`.s.PGSQL.${port}`);
  run('initdb', '-D', data, '-U', 'tester', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N');
  start(data, usualPort);
  const server = `postgres://tester@localhost/postgres?host=${encodeURIComponent(folder.path)}`;
  const database = oneDatabase(server);
  return {
    emptyDatabase: database.empty,
    newDatabase: () => newDatabase(server),
    async bytesAtRest() {
      await query(database.address, 'checkpoint');
      const [row] = await query(
        database.address,
        'select oid from pg_database where datname = current_database()',
      );
      return Buffer.concat(
        [`base/${String(row?.['oid'])}`, 'pg_wal']
          .flatMap((part) => filesUnder(join(data, part)))
          .map((path) => readFileSync(path)),
      );
    },
    crash: () => run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop'),
    start: () => start(data, usualPort),
    socket: socketAt(usualPort),
    copy() {
      copies += 1;
      const older = folder.file(`copy-${copies}`);
      run('pg_basebackup', '-D', older, '-h', folder.path, '-U', 'tester', '-X', 'stream', '-c', 'fast');
      return {
        restore() {
          stop(data);
          data = older;
          start(data, usualPort);
        },
      };
    },
    async follow() {
      const copy = folder.file('follower');
      const port = usualPort + 1;
      run('pg_basebackup', '-D', copy, '-h', folder.path, '-U', 'tester', '-X', 'stream', '-c', 'fast', '-R');
      start(copy, port);
      await query(server, "alter system set synchronous_standby_names = '*'");
      await query(server, 'select pg_reload_conf()');
      await waitFor(
        'the follower to acknowledge every commit',
        async () =>
          (await query(server, "select from pg_stat_replication where sync_state = 'sync'")).length > 0,
        60_000,
      );
      return { socket: socketAt(port), promote: () => run('pg_ctl', '-D', copy, '-w', 'promote') };
    },
    [Symbol.dispose]() {
      stop(folder.file('follower'));
      stop(data);
      folder[Symbol.dispose]();
    },
  };
}

function givenCluster(server: string): Cluster {
  const database = oneDatabase(server);
  const notOurs = () => {
    throw new Error('The server of ENROLLKIT_TEST_DATABASE_URL is neither stopped, copied nor followed');
  };
  return {
    emptyDatabase: database.empty,
    newDatabase: () => newDatabase(server),
    async bytesAtRest() {
      const tables = await query(
        database.address,
        "select table_name as name from information_schema.tables where table_schema = 'enrollkit'",
      );
      const rows = await Promise.all(
        tables.map(({ name }) =>
          query(database.address, `select t::text as row from enrollkit.${String(name)} t`),
        ),
      );
      return Buffer.from(
        rows
          .flat()
          .map(({ row }) => String(row))
          .join('\n'),
      );
    },
    crash: notOurs,
    start: notOurs,
    socket: '',
    copy: notOurs,
    follow: notOurs,
    [Symbol.dispose]: () => undefined,
  };
}

/**
 * One database of this process's own on the server; emptied for each test, which is faster than a new one.
 */
function oneDatabase(server: string): { readonly address: string; readonly empty: () => Promise<string> } {
  const name = `enrollkit_test_${process.pid}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const address = url.href;
  let made: Promise<unknown> | undefined;
  return {
    address,
    async empty() {
      made ??= query(server, `drop database if exists ${name}`).then(() =>
        query(server, `create database ${name}`),
      );
      await made;
      await query(address, 'drop schema if exists enrollkit cascade');
      // The queues' tables stay, which is faster; no job may outlive its ledger.
      await query(
        address,
        "do $$ begin if to_regclass('enrollkit_queue.job') is not null then delete from enrollkit_queue.job; end if; end $$",
      );
      return address;
    },
  };
}

let made = 0;

async function newDatabase(
  server: string,
): Promise<{ readonly address: string; readonly drop: () => Promise<void> }> {
  made += 1;
  const name = `enrollkit_test_${process.pid}_${made}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await query(server, `create database ${name}`);
  return {
    address: url.href,
    drop: () =>
      query(server, `drop database ${name} with (force)`).then(
        () => undefined,
        () => undefined,
      ),
  };
}

/** Runs one statement over a connection of its own. */
export async function query(address: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function versions(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(folder, version, 'bin'))
    : [];
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
