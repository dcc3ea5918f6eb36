import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  LedgerStorageError,
  LedgerVersionError,
  openLedger,
  openLedgerView,
  type Ledger,
} from '@enrollkit/ledger';
import { all, batch, found, load, loadReady, record, settleAll, step, submitNext } from './builders.ts';
import {
  canRunPostgres,
  canStopPostgres,
  postgresBinaries,
  query,
  startCluster,
} from '@enrollkit/testkit/cluster';
import { ledgerSuite } from './ledger-suite.ts';
import { expectedOf, fixture } from './old-ledgers.ts';
import { checkCarriedOver } from './suite/old-ledgers.ts';
import type { Place } from './place.ts';

if (!canRunPostgres) {
  process.stderr.write(
    '\nNO POSTGRESQL HERE: the ledger on PostgreSQL is NOT tested. Install postgresql, or set ENROLLKIT_TEST_DATABASE_URL.\n\n',
  );
}

describe.skipIf(!canRunPostgres)('PostgreSQL', () => {
  const cluster = canRunPostgres ? startCluster() : undefined;
  afterAll(() => cluster?.[Symbol.dispose]());

  async function postgresPlace(): Promise<Place> {
    if (cluster === undefined) throw new Error('no PostgreSQL');
    const address = await cluster.emptyDatabase();
    const opened: Ledger[] = [];
    return {
      address,
      async open(timing) {
        const ledger = await openLedger(address, timing);
        opened.push(ledger);
        return ledger;
      },
      bytesAtRest: () => cluster.bytesAtRest(),
      async [Symbol.asyncDispose]() {
        await Promise.all(opened.map((ledger) => ledger.close()));
      },
    };
  }

  ledgerSuite('PostgreSQL', postgresPlace);

  it.each([
    ['of the first layout, with an intake of every kind,', 'postgres', true],
    ['of the first layout with a register', 'register-layout/postgres', false],
  ])(
    'a ledger %s migrates with everything it holds, verifies and goes on',
    async (_what, folder, digestsMissing) => {
      if (cluster === undefined) throw new Error('no PostgreSQL');
      const database = await cluster.newDatabase();
      const psql = join(postgresBinaries() ?? '', 'psql');
      execFileSync(psql, ['-q', '-v', 'ON_ERROR_STOP=1', database.address], {
        input: fixture(`${folder}/ledger.sql.gz`),
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      await expect(
        checkCarriedOver(database.address, expectedOf(folder), { digestsMissing }),
      ).resolves.toBeUndefined();
      await database.drop();
    },
    60_000,
  );

  it('has the schema that is committed beside its migrations', async () => {
    await using place = await postgresPlace();
    await place.open();
    const lines = await query(place.address, schemaLines);
    const dump = [
      '-- As the migrations make it. Compared in a test; do not edit.',
      ...lines.map(({ line }) => String(line)),
    ];
    await expect(`${dump.join('\n')}\n`).toMatchFileSnapshot('../migrations/postgres/schema.sql');
  });

  it('refuses to change or forget an audit line', async () => {
    await using place = await postgresPlace();
    await (await place.open()).appendEvent({ at: new Date(0), actor: 'ada', action: 'run', detail: {} });
    for (const change of [
      "update enrollkit.event set actor = 'bob'",
      'delete from enrollkit.event',
      'truncate enrollkit.event',
    ]) {
      await expect(query(place.address, change)).rejects.toThrow('append-only');
    }
  });

  it('is seen not to add up when somebody changed it', async () => {
    await using place = await postgresPlace();
    const ledger = await place.open();
    await loadReady(ledger, [2]);
    await query(place.address, 'update enrollkit.batch set records = 3');
    const view = await openLedgerView(place.address);
    expect(await view.verify()).toEqual(
      expect.arrayContaining([
        { what: 'the records of the batch are there', place: 'batch a1b2-1-0', expected: 3, found: 2 },
      ]),
    );
    await view.close();
  });

  it('lets somebody look beside a runner, and write nothing', async () => {
    await using place = await postgresPlace();
    await expect(openLedgerView(place.address), 'before there is a ledger').rejects.toMatchObject({
      code: 'ledger-not-found',
    });
    const ledger = await place.open();
    await ledger.lock('enrollkit run');
    const { id } = await loadReady(ledger, [2]);
    const view = await openLedgerView(place.address);
    expect((await view.owner())?.command).toBe('enrollkit run');
    await settleAll(ledger, await submitNext(ledger, id));
    expect(await all(view.records(id, 'enrolled'))).toHaveLength(2);
    await expect(
      (view as Ledger).appendEvent({ at: new Date(0), actor: 'ada', action: 'x', detail: {} }),
    ).rejects.toMatchObject({ code: 'ledger-read-only' });
    await view.close();
  });

  it('refuses a ledger of a newer version', async () => {
    await using place = await postgresPlace();
    await (await place.open()).close();
    await query(place.address, 'update enrollkit.schema_version set version = 99');
    for (const open of [openLedger, openLedgerView])
      await expect(open(place.address)).rejects.toBeInstanceOf(LedgerVersionError);
  });

  it.each([
    ['a database that is not there', (url: URL) => void (url.pathname = '/none'), 'ledger-not-found'],
    [
      'a server that is not there',
      (url: URL) => void url.searchParams.set('host', '/nowhere'),
      'ledger-unavailable',
    ],
    ['a user that is not there', (url: URL) => void (url.username = 'nobody-known'), 'ledger-unavailable'],
  ])('refuses %s, and never shows the password', async (_, spoil, code) => {
    await using place = await postgresPlace();
    const url = new URL(place.address);
    url.password = 'open-sesame';
    spoil(url);
    const error: unknown = await openLedger(url.href).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LedgerStorageError);
    expect(error).toMatchObject({ code, where: expect.stringContaining('postgres://') as string });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error)).not.toContain(
      'open-sesame',
    );
  });

  it.runIf(canStopPostgres)(
    'loses nothing acknowledged when the server dies, and goes on by itself when it is back',
    async () => {
      await using place = await postgresPlace();
      const ledger = await place.open();
      await ledger.lock('enrollkit run');
      const intake = await load(ledger, [3, 3]);
      cluster?.crash();
      await expect(found(ledger, intake.id)).rejects.toMatchObject({ code: 'ledger-unavailable' });
      await expect(ledger.commitRead(step(intake, batch(2, [record(7)])))).rejects.toMatchObject({
        code: 'ledger-unavailable',
      });
      cluster?.start();
      await ledger.commitRead(step(intake, batch(2, [record(7)])));
      expect(await ledger.tally(intake.id)).toMatchObject({ rows: 7, records: 7 });
      expect((await ledger.owner())?.command).toBe('enrollkit run');
    },
  );
});

/** The schema as lines that no server version changes. */
const schemaLines = `
  with ours as (select oid, relname from pg_class where relnamespace = 'enrollkit'::regnamespace and relkind = 'r')
  select line from (
    select 1 as part, relname as name, attnum as place, format('%s.%s %s%s%s', relname, attname, format_type(atttypid, atttypmod),
      case when attnotnull then ' not null' else '' end, coalesce(' default ' || pg_get_expr(adbin, adrelid), case when attidentity <> '' then ' identity' end)) as line
      from ours join pg_attribute on attrelid = ours.oid and attnum > 0 and not attisdropped left join pg_attrdef on adrelid = attrelid and adnum = attnum
    union all select 2, conname, 0, format('%s %s', conrelid::regclass, pg_get_constraintdef(pg_constraint.oid)) from pg_constraint join ours on conrelid = ours.oid where contype in ('c', 'f', 'p', 'u')
    union all select 3, indexname, 0, indexdef from pg_indexes where schemaname = 'enrollkit'
    union all select 4, tgname, 0, pg_get_triggerdef(pg_trigger.oid) from pg_trigger join ours on tgrelid = ours.oid where not tgisinternal
  ) as lines order by part, name collate "C", place, line collate "C"`;
