import { readdirSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isEnrollkitError } from '@enrollkit/base';
import { openSqliteLedger, openSqliteLedgerView, type Ledger, type LedgerView } from '@enrollkit/ledger';
import { temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { openSqliteLedgerOverview } from '../src/sqlite/open.ts';
import { all, loadReady, settleAll, submitNext } from './builders.ts';
import { sqlitePlace } from './sqlite-place.ts';

describe('a look at the ledger', () => {
  it('is possible beside a runner, sees every commit, and can write nothing', async () => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    await ledger.lock('enrollkit run');
    const view = await openSqliteLedgerView(place.path);
    const { id } = await loadReady(ledger, [2]);
    expect(await view.tally(id)).toMatchObject({ records: 2, waiting: 2 });
    expect((await view.owner())?.command).toBe('enrollkit run');
    await settleAll(ledger, await submitNext(ledger, id));
    expect(await view.tally(id)).toMatchObject({ enrolled: 2 });
    expect(await all(view.records(id, 'enrolled'))).toHaveLength(2);
    await expect(
      (view as LedgerView as Ledger).appendEvent({ at: new Date(0), actor: 'ada', action: 'x', detail: {} }),
    ).rejects.toMatchObject({ code: 'ledger-read-only' });
    await view.close();
  });

  it('shows at a glance what the whole view shows, also of a purged intake', async () => {
    await using place = await sqlitePlace();
    const ledger = await place.open();
    await ledger.lock('enrollkit run');
    const { id } = await loadReady(ledger, [2, 3]);
    await settleAll(ledger, await submitNext(ledger, id));
    const view = await openSqliteLedgerView(place.path);
    const overview = openSqliteLedgerOverview(place.path);
    const same = async (): Promise<void> => {
      expect(await overview.listIntakes()).toEqual(await view.listIntakes());
      expect(await overview.tally(id)).toEqual(await view.tally(id));
      expect(await overview.owner()).toEqual(await view.owner());
    };
    await same();
    await settleAll(ledger, await submitNext(ledger, id));
    await ledger.settleIntake(id);
    await ledger.purge(id);
    await same();
    await expect(overview.tally('none')).rejects.toMatchObject({ code: 'ledger-conflict' });
    await view.close();
    await overview.close();
  });

  it('makes no ledger where there is none', async () => {
    using folder = temporaryFolder();
    await expect(openSqliteLedgerView(folder.file('none'))).rejects.toMatchObject({
      code: 'ledger-not-found',
      where: folder.file('none'),
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('finds none in a file that a first run has just created, and all of it once it is there', async () => {
    using folder = temporaryFolder();
    const path = folder.file('new.ledger');
    writeFileSync(path, '');
    await expect(openSqliteLedgerView(path)).rejects.toMatchObject({ code: 'ledger-not-found' });
    const seen: string[] = [];
    class Watched extends DatabaseSync {
      override exec(sql: string): void {
        super.exec(sql);
        try {
          void openSqliteLedgerOverview(path).close();
          seen.push('a ledger');
        } catch (error) {
          seen.push(isEnrollkitError(error) ? error.code : String(error));
        }
      }
    }
    await (await openSqliteLedger(path, {}, Watched)).close();
    expect(seen.length).toBeGreaterThan(10);
    expect(new Set(seen.slice(0, seen.indexOf('a ledger')))).toEqual(new Set(['ledger-not-found']));
    expect(new Set(seen.slice(seen.indexOf('a ledger')))).toEqual(new Set(['a ledger']));
  });
});
