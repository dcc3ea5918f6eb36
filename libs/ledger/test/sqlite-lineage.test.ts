import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { backupSqliteLedger, openLedger, type Ledger, type MarkPlace } from '@enrollkit/ledger';
import { temporaryFolder } from '@enrollkit/testkit';
import { identity, load, loadReady, minute, reason, submitNext } from './builders.ts';

/** A ledger's folder, a state folder beside it, and the ways in which the ledger goes back in time. */
function machine() {
  const folder = temporaryFolder();
  const state = temporaryFolder();
  const path = folder.file('enrollkit.ledger');
  const mark: MarkPlace = { folder: state.path, key: new Uint8Array(32).fill(1) };
  const files = () => readdirSync(folder.path).filter((name) => name.startsWith('enrollkit.ledger'));
  return {
    path,
    mark,
    folder,
    open: () => openLedger(path, { mark }),
    remove() {
      for (const name of files()) rmSync(folder.file(name));
    },
    [Symbol.dispose]() {
      folder[Symbol.dispose]();
      state[Symbol.dispose]();
    },
  };
}

/** The error with which a ledger refuses to be written; undefined when it does not. */
async function refusal(ledger: Ledger): Promise<unknown> {
  return ledger.openIntake(identity({ id: 'another' })).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const rewound = (why: string) => ({
  code: 'ledger-rewound',
  message: expect.stringContaining(why) as string,
  hint: expect.stringContaining('ledger adopt') as string,
});

describe('a ledger that went back in time', () => {
  it('is the same when it is opened again, and after a crash that lost the mark its last second', async () => {
    using at = machine();
    const ledger = await at.open();
    const { id } = await loadReady(ledger, [2, 2]);
    await submitNext(ledger, id);
    await ledger.close();
    const again = await openLedger(at.path, {});
    await submitNext(again, id);
    await again.close();
    const third = await at.open();
    expect(await refusal(third)).toBeUndefined();
    await third.close();
  });

  it('is noticed when a copy of its files goes on at another place, and so is the one that stayed behind', async () => {
    using at = machine();
    const ledger = await at.open();
    const { id } = await loadReady(ledger, [2, 2]);
    await ledger.close();
    const path = at.folder.file('copy.db');
    copyFileSync(at.path, path);
    const open = (of: string) => openLedger(of, { mark: at.mark });
    const copy = await open(path);
    await submitNext(copy, id);
    await copy.close();
    const first = await at.open();
    expect(await refusal(first)).toMatchObject(rewound('it was copied or restored, or lost commits'));
    expect(await first.adopt()).toBe(2);
    expect(await refusal(first)).toBeUndefined();
    await first.close();
    const going = await open(path);
    expect(await refusal(going), 'which the adopted one is not any more').toBeUndefined();
    await going.close();
  });

  it('is noticed when it was restored from a copy of its files, and nothing is sent', async () => {
    using at = machine();
    const ledger = await at.open();
    const { id } = await loadReady(ledger, [2, 2]);
    await ledger.close();
    copyFileSync(at.path, at.folder.file('saved'));
    const later = await at.open();
    await submitNext(later, id);
    await later.close();
    at.remove();
    copyFileSync(at.folder.file('saved'), at.path);
    const restored = await at.open();
    expect(await refusal(restored)).toMatchObject(rewound('it was copied or restored, or lost commits'));
    const [sealed] = await restored.sendable(id, minute(60), 1);
    await expect(restored.recordIntent(sealed?.id ?? 0, minute(1))).rejects.toMatchObject(
      rewound('it was copied or restored, or lost commits'),
    );
    expect((await restored.batchesIn(id, 'sealed')).length, 'it can still be read').toBe(2);
    await restored.close();
  });

  it('is noticed when it was deleted, or another one was put in its place', async () => {
    using at = machine();
    const ledger = await at.open();
    await loadReady(ledger, [2]);
    await ledger.close();
    at.remove();
    const anew = await at.open();
    expect(await refusal(anew)).toMatchObject(rewound('it was deleted or replaced'));
    await anew.close();
  });

  it('is noticed when it is a backup, which must be adopted before it is written', async () => {
    using at = machine();
    const ledger = await at.open();
    const { id } = await loadReady(ledger, [2]);
    await ledger.close();
    const target = at.folder.file('backup');
    await backupSqliteLedger(at.path, target);
    const backup = await openLedger(target, { mark: at.mark });
    expect(await refusal(backup)).toMatchObject(rewound('it is a backup'));
    expect(await backup.adopt()).toBe(1);
    expect(await refusal(backup)).toBeUndefined();
    expect(await backup.batchesIn(id, 'unknown')).toMatchObject([{ reason: { code: 'LEDGER_ADOPTED' } }]);
    await backup.close();
    const original = await at.open();
    expect(await refusal(original)).toBeUndefined();
    await original.close();
  });

  it('is noticed by a living process, without any mark, at its next intent', async () => {
    using at = machine();
    const ledger = await openLedger(at.path);
    const { id } = await loadReady(ledger, [2, 2, 2]);
    await submitNext(ledger, id);
    await submitNext(ledger, id);
    const file = new DatabaseSync(at.path);
    file.exec("update lineage set serial = serial - 1; update batch set state = 'sealed' where id = 2");
    file.close();
    const [sealed] = await ledger.sendable(id, minute(60), 1);
    await expect(ledger.recordIntent(sealed?.id ?? 0, minute(1))).rejects.toMatchObject(
      rewound('lost commits'),
    );
    expect(await ledger.batchesIn(id, 'submitting')).toEqual([]);
    await ledger.close();
  });

  it('is noticed when its mark was forged or written with another key', async () => {
    using at = machine();
    const ledger = await at.open();
    await loadReady(ledger, [1]);
    await ledger.close();
    const [name = ''] = readdirSync(at.mark.folder);
    writeFileSync(`${at.mark.folder}/${name}`, Buffer.alloc(64, 1));
    const other = await at.open();
    expect(await refusal(other)).toMatchObject(rewound('not written with this key'));
    await other.close();
  });

  it('goes on once it is adopted: everything that is not settled is unknown, also what is still being read', async () => {
    using at = machine();
    const ledger = await at.open();
    const { id } = await loadReady(ledger, [2, 2, 2]);
    await ledger.markUnknown(await submitting(ledger, id), reason());
    await submitNext(ledger, id);
    await load(ledger, [2], { id: 'reading' });
    await ledger.close();
    at.remove();
    const empty = await at.open();
    await expect(loadReady(empty, [2], { id: 'lost' })).rejects.toMatchObject(rewound('deleted'));
    await empty.adopt();
    await load(empty, [2], { id: 'new' });
    await empty.close();
    const again = await at.open();
    expect(await refusal(again)).toBeUndefined();
    await again.close();

    using other = machine();
    const first = await other.open();
    await loadReady(first, [2, 2, 2], { id });
    await submitNext(first, id);
    await load(first, [2], { id: 'reading' });
    expect(await first.adopt()).toBe(2);
    expect((await first.batchesIn(id, 'submitted')).length, 'what has a receipt is still polled').toBe(1);
    expect(await first.sendable(id, minute(60), 10)).toEqual([]);
    await first.finishLoading('reading');
    await first.claimRecords('reading');
    await first.markReady('reading');
    expect(await first.sendable('reading', minute(60), 10)).toEqual([]);
    expect((await first.batchesIn('reading', 'unknown')).length).toBe(1);
    expect(await first.verify()).toEqual([]);
    await first.close();
  });
});

/** Records the intent of the next batch; answers its number. */
async function submitting(ledger: Ledger, intakeId: string): Promise<number> {
  const [next] = await ledger.sendable(intakeId, minute(60), 1);
  if (next === undefined) throw new Error('nothing to send');
  await ledger.recordIntent(next.id, minute(1));
  return next.id;
}
