import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { Pool, types, type ClientBase } from 'pg';
import type { BrowsingPort, LedgerBrowser } from '../port/browsing.ts';
import type { SharedLedger } from '../port/shared.ts';
import type { LedgerOptions } from '../options.ts';
import type { Db, Tables } from '../sql/tables.ts';
import { mapError } from './error-mapping.ts';
import { Sockets } from './sockets.ts';
import { migrate, requireCurrent } from './migrate.ts';
import { pipelined, type TransactionOf } from './transaction.ts';
import { createSharedLedger } from './shared-ledger.ts';

/** Connections of one process: the methods are short, and one runner makes few at once. */
const poolSize = 4;

/** Milliseconds to wait for a connection. */
const connectTimeoutMs = 10_000;

/**
 * Every `bigint` of ours is a number that JavaScript holds exactly; bytes are bytes, whatever the driver
 * makes of them.
 */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  20: Number,
  17: (text) => Uint8Array.fromHex(text.slice('\\x'.length)),
};

/**
 * Opens the ledger in a PostgreSQL database (tested on 15), in a schema `enrollkit` of its own, made when it
 * is not there and brought up to date. The address is a `postgres://` URL.
 *
 * Every commit is on the server's disk when its promise resolves. After a broken connection the next method
 * connects again. Throws `LedgerStorageError` (no such database, unreachable, login refused, not allowed to
 * write) and `LedgerVersionError` (written by a newer version).
 */
export function openPostgresLedger(address: string, options: LedgerOptions = {}): Promise<SharedLedger> {
  return opening(address, { prepare: migrate, readOnly: false, options });
}

/**
 * Opens an existing ledger to look at it. Writes nothing, makes nothing; throws `LedgerVersionError` for an
 * older schema too, and `LedgerStorageError` (`ledger-not-found`) before there is one.
 */
export function openPostgresLedgerView(address: string): Promise<LedgerBrowser> {
  return opening(address, { prepare: requireCurrent, readOnly: true, options: {} });
}

interface Opening {
  readonly prepare: (client: ClientBase, where: string) => Promise<void>;
  readonly readOnly: boolean;
  readonly options: LedgerOptions;
}

async function opening(
  address: string,
  { prepare, readOnly, options }: Opening,
): Promise<SharedLedger & BrowsingPort> {
  const where = withoutPassword(address);
  const lines = new Sockets();
  const pool = new Pool({
    connectionString: address,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'enrollkit',
    stream: lines.connect,
    pipeline: true,
    types: { getTypeParser: (oid, format) => parsers[oid] ?? types.getTypeParser(oid, format) },
  });
  // A connection breaks: the method that uses it is told through its promise, the pool makes another for the
  // next one. Without listeners the same news would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  try {
    const client = await pool.connect();
    try {
      await prepare(client, where);
    } finally {
      client.release();
    }
    const { db, transaction } = await kysely(pool, readOnly);
    return createSharedLedger(db, { address, where, options, lines, transaction });
  } catch (error) {
    await pool.end();
    throw mapError(error, where) ?? error;
  }
}

/** Initialized at once, so that closing it closes the pool. */
async function kysely(
  pool: Pool,
  readOnly: boolean,
): Promise<{ readonly db: Db; readonly transaction: TransactionOf }> {
  const settings =
    CompiledQuery.raw(`select set_config('search_path', 'enrollkit', false), set_config('synchronous_commit', 'on', false),
    set_config('default_transaction_isolation', 'read committed', false), set_config('default_transaction_read_only', '${readOnly ? 'on' : 'off'}', false),
    set_config('idle_in_transaction_session_timeout', '60s', false)`);
  const dialect = new PostgresDialect({
    pool,
    onCreateConnection: async (connection) => void (await connection.executeQuery(settings)),
  });
  const db = new Kysely<Tables>({ dialect });
  await db.connection().execute(() => Promise.resolve());
  return { db, transaction: pipelined(dialect) };
}

function withoutPassword(address: string): string {
  if (!URL.canParse(address)) return 'the database';
  const url = new URL(address);
  url.password = '';
  return `${url.protocol}//${url.username === '' ? '' : `${url.username}@`}${url.host}${url.pathname}`;
}
