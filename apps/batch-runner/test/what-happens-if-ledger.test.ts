import { hostname } from 'node:os';
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@enrollkit/testkit';
import { afterAll, beforeAll, describe, it, type TestContext } from 'vitest';
import type { SimulatorOptions } from '@enrollkit/provider-simulator';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';
import { smallDisk } from './disk.ts';

const slow = 'sending:\n  batchSize: 10\n  requestsPerSecond: 10\n  poll: { firstMs: 40, maxMs: 200 }\n';
const fast = ['--set', 'sending.requestsPerSecond=500'];
const addsUp = /the sums add up/;

async function harnessFor(
  onTestFinished: TestContext['onTestFinished'],
  settings = slow,
  options: SimulatorOptions = { onDuplicate: 'duplicate' },
): Promise<Harness> {
  const harness = await Harness.open(options, settings);
  onTestFinished(() => harness.close());
  return harness;
}

/**
 * What a run leaves when it is interrupted after its first batch: made once, and copied for each way to spoil
 * it.
 */
describe.concurrent('what happens to the ledger of an interrupted run if', { timeout: 180_000 }, () => {
  let harness: Harness;
  let sent: number;

  beforeAll(async () => {
    harness = await Harness.open({ onDuplicate: 'duplicate' }, slow);
    const running = harness.start('run', harness.write('in.csv', cardholders(200)));
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0, 60_000);
    running.process.kill('SIGINT');
    await running.ended;
    sent = harness.simulator.world().batches;
  }, 180_000);

  afterAll(() => harness.close());

  /** A copy of its own, and the flags that name it. */
  function copied(name: string): { readonly path: string; readonly flags: readonly string[] } {
    cpSync(harness.path('enrollkit.ledger.db'), harness.path(name));
    return { path: harness.path(name), flags: ['--set', `ledger.file=${name}`] };
  }

  function altered(name: string, statement: string): readonly string[] {
    const { path, flags } = copied(name);
    const file = new DatabaseSync(path);
    file.exec(statement);
    file.close();
    return flags;
  }

  /** The first bytes of every page from that one on. */
  function damaged(name: string, page: number): readonly string[] {
    const { path, flags } = copied(name);
    const file = new DatabaseSync(path);
    const size = Number(file.prepare('pragma page_size').get()?.['page_size']);
    file.close();
    const handle = openSync(path, 'r+');
    for (let at = page * size; at < statSync(path).size; at += size)
      writeSync(handle, Buffer.alloc(64, 0xa5), 0, 64, at);
    closeSync(handle);
    return flags;
  }

  it('another program has locked it', async ({ expect }) => {
    const { path, flags } = copied('held.db');
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const began = performance.now();
    const { code, err } = await harness.call(...flags, 'resume');
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringMatching(/another program kept the file locked\nhint: .*then resume/),
    });
    expect(performance.now() - began).toBeGreaterThan(5_000);
    expect(harness.simulator.world().batches).toBe(sent);
    // Given back in time, it was only waited for.
    const waiting = harness.call(...flags, 'abandon', '20');
    // The one wait by the clock: how long it is held is the input of this test.
    await delay(3_000);
    other.close();
    expect(await waiting).toMatchObject({ code: 0 });
  });

  it('its header is damaged', async ({ expect }) => {
    const { code, err } = await harness.call(...damaged('header.db', 0), 'resume');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/header\.db: the file is not a ledger\nhint: /),
    });
    expect(harness.simulator.world().batches).toBe(sent);
  });

  it('its pages are damaged', async ({ expect }) => {
    const { code, err } = await harness.call(...damaged('pages.db', 2), 'resume');
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringMatching(/pages\.db: the file is damaged\nhint: .*restore a backup/),
    });
    expect(harness.simulator.world().batches).toBe(sent);
  });

  it('a newer version wrote it', async ({ expect }) => {
    const { code, err } = await harness.call(...altered('newer.db', 'pragma user_version = 999'), 'resume');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(
        /newer\.db has schema 999, this program knows \d+\nhint: A newer enrollkit wrote it/,
      ),
    });
    expect(harness.simulator.world().batches).toBe(sent);
  });

  it('the machine was rebooted, and its process id belongs to somebody else', async ({ expect }) => {
    const heldSince = (ms: number) =>
      `update runner set host = '${hostname()}', pid = ${process.pid}, command = 'run', since = ${Date.now() + ms}, heartbeat = ${Date.now() + ms}`;
    // A heartbeat ten seconds ahead stays fresh for 25: that leaves a crowded machine its time to start a
    // process.
    expect(await harness.call(...altered('fresh.db', heldSince(10_000)), 'abandon', '20')).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        new RegExp(`held by .run., process ${process.pid} on .*\nhint: .*15 seconds`),
      ),
    });
    expect(await harness.call(...altered('stale.db', heldSince(-20_000)), 'abandon', '20')).toMatchObject({
      code: 0,
    });
    // The clock was set back at the reboot.
    expect(await harness.call(...altered('future.db', heldSince(600_000)), 'abandon', '20')).toMatchObject({
      code: 0,
    });
  });

  it('the disk is read-only', async ({ expect }) => {
    const folder = harness.path('read-only');
    mkdirSync(folder);
    for (const name of [
      'enrollkit.yaml',
      'enrollkit.ledger.db',
      'enrollkit.fingerprint.key',
      'signing-key.pem',
      'in.csv',
    ]) {
      cpSync(harness.path(name), join(folder, name));
    }
    chmodSync(join(folder, 'enrollkit.ledger.db'), 0o400);
    chmodSync(harness.folder, 0o755);
    chmodSync(folder, 0o555);
    const { code, err } = await harness.startIn({ folder, unprivileged: true }, 'resume').ended;
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/enrollkit\.ledger\.db: .*(may not write it|cannot be written).*\nhint: /),
    });
    expect(harness.simulator.world().batches).toBe(sent);
  });
});

/** A policy that trusts a provider which dedupes: what was in the air is sent again. */
const resending = `${slow}  onUnknown: resend\n`;

describe.concurrent('what happens in mid-run if', { timeout: 180_000 }, () => {
  it('the ledger is deleted', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished, resending, {});
    const running = harness.start('run', harness.write('in.csv', cardholders(200)));
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0, 60_000);
    for (const end of ['', '-wal', '-shm']) rmSync(harness.path(`enrollkit.ledger.db${end}`));
    expect(await running.ended).toMatchObject({
      code: 4,
      err: expect.stringMatching(
        /ledger\.db was removed while it was open; all that it held is kept in .*\.kept\nhint: /,
      ),
    });
    expect(statSync(harness.path('enrollkit.ledger.db.kept')).mode & 0o777).toBe(0o600);
    renameSync(harness.path('enrollkit.ledger.db.kept'), harness.path('enrollkit.ledger.db'));
    expect(await harness.call(...fast, 'resume')).toMatchObject({
      code: 0,
      out: expect.stringMatching(addsUp),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 200, enrolledMoreThanOnce: 0 });
  });

  it('the disk is full while the input is read', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(
      onTestFinished,
      resending.replace('batchSize: 10', 'batchSize: 250'),
      {},
    );
    const disk = smallDisk(harness.path('disk'), { mebibytes: 1, fileKibibytes: 1024 });
    onTestFinished(() => disk.remove());
    const place = ['--set', 'ledger.file=disk/enrollkit.ledger.db'];
    const file = harness.write('in.csv', cardholders(5_000));
    expect(await harness.startIn(disk.surroundings, ...place, ...fast, 'run', file).ended).toMatchObject({
      code: 4,
      err: expect.stringMatching(/(the disk is full|the disk failed).*\nhint: .*, then resume/),
    });
    expect(harness.simulator.world()).toMatchObject({ batches: 0 });
    disk.enlarge();
    expect(await harness.call(...place, ...fast, 'resume')).toMatchObject({
      code: 0,
      out: expect.stringMatching(addsUp),
    });
    expect(harness.simulator.world()).toMatchObject({
      enrolled: 5_000,
      enrolledMoreThanOnce: 0,
      batches: 20,
    });
  });

  it('the disk is full while batches are sent', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished, resending, {});
    const disk = smallDisk(harness.path('disk'), { mebibytes: 16, fileKibibytes: 64 });
    onTestFinished(() => disk.remove());
    const place = ['--set', 'ledger.file=disk/enrollkit.ledger.db'];
    const first = harness.start(...place, 'run', harness.write('in.csv', cardholders(400)));
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0, 60_000);
    first.process.kill('SIGINT');
    expect(await first.ended).toMatchObject({ code: 130 });
    const before = harness.simulator.world().batches;
    const second = harness.startIn(disk.surroundings, ...place, 'resume');
    await waitFor('another batch to arrive', () => harness.simulator.world().batches > before, 60_000);
    disk.fill();
    expect(await second.ended).toMatchObject({
      code: 4,
      err: expect.stringMatching(/(the disk is full|the disk failed).*\nhint: .*, then resume/),
    });
    disk.enlarge();
    expect(await harness.call(...place, ...fast, 'resume')).toMatchObject({
      code: 0,
      out: expect.stringMatching(addsUp),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 400, enrolledMoreThanOnce: 0 });
  });
});
