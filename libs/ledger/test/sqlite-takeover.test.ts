import { describe, expect, it } from 'vitest';
import { LedgerLockedError, openSqliteLedger } from '@enrollkit/ledger';
import { temporaryFolder } from '@enrollkit/testkit';
import { loadReady, submitNext } from './builders.ts';

describe('a ledger in a file whose owner was silent', () => {
  it('is not taken over right behind an intent, which is a sign of life', async () => {
    using folder = temporaryFolder();
    let now = 1_000_000;
    const open = () => openSqliteLedger(folder.file('ledger.db'), { heartbeatMs: 600_000, now: () => now });
    const owner = await open();
    const other = await open();
    await owner.lock('run');
    const { id } = await loadReady(owner, [1, 1]);
    now += 14_000;
    await submitNext(owner, id);
    now += 14_000;
    await expect(other.lock('resume')).rejects.toBeInstanceOf(LedgerLockedError);
    now += 2_000;
    await other.lock('resume');
    await expect(submitNext(owner, id)).rejects.toMatchObject({ code: 'ledger-lock-lost' });
    await owner.close();
    await other.close();
  });
});
