import { readFileSync } from 'node:fs';
import { startCommand } from './process.ts';
import { waitFor } from '@enrollkit/testkit';
import { canRunPostgres, startCluster } from '@enrollkit/testkit/cluster';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';
import {
  cardsOf,
  move,
  nightSettings,
  optOuts,
  presentCards,
  secondNight,
  threeNights,
} from './three-nights.ts';

const night = { cards: 220, added: 8, addresses: 6, mobiles: 5, replaced: 10, missing: 7 };
/** Operations of a night that are not those of batches. */
const changing: ReadonlySet<string> = new Set(['updateProfile', 'updateCard', 'deleteCard']);

describe.skipIf(!canRunPostgres)('changes with the ledger in a database', { timeout: 900_000 }, () => {
  const cluster = canRunPostgres ? startCluster() : undefined;
  afterAll(() => cluster?.[Symbol.dispose]());

  async function address(): Promise<string> {
    if (cluster === undefined) throw new Error('no PostgreSQL');
    const database = await cluster.newDatabase();
    onTestFinished(() => database.drop());
    return database.address;
  }

  it('nights of extracts, a move to the directory, opt-outs on both sides, and single cards', async () => {
    const at = await Harness.open(
      { onDuplicate: 'duplicate' },
      `${nightSettings}ledger: ${await address()}\n`,
    );
    onTestFinished(() => at.close());
    await threeNights(at, night, { settings: [], deletesReplaced: true });
    const config = readFileSync(at.path('enrollkit.yaml'), 'utf8')
      .replace('provider:\n', 'provider:\n  family: credential-directory\n  directoryId: bank-1\n')
      .replace(/^ledger: .*$/m, `ledger: ${await address()}`);
    const there = ['--config', at.write('directory.yaml', config)];
    await move(at, night, { settings: there });
    await optOuts(at, night, { settings: [], count: 20 });
    await optOuts(at, night, { settings: there, count: 20 });
    expect(presentCards(at, 'old')).toEqual(presentCards(at, 'directory'));
    const one = at.write('one.csv', cardholders(1, [], 5_000));
    expect(await at.call(...there, 'enroll', one)).toMatchObject({ code: 0 });
    expect(presentCards(at, 'directory')).toContain('consumer-5000/card-5000');
    expect(await at.call(...there, 'card', 'delete', 'consumer-5000', 'card-5000')).toMatchObject({
      code: 0,
    });
    expect(presentCards(at, 'directory')).not.toContain('consumer-5000/card-5000');
  });

  it('with delete-first no worker sends a new card before the old one is deleted', async () => {
    const operations: string[] = [];
    const at = await Harness.open(
      { onDuplicate: 'idempotent', onRequest: (operation) => operations.push(operation) },
      `${nightSettings.replace('5000', '50').replace('changes:\n', 'changes:\n  replaceOrder: delete-first\n')}ledger: ${await address()}\n`,
    );
    onTestFinished(() => at.close());
    const cards = 40;
    const worker = startCommand({ folder: at.folder }, ['worker']);
    onTestFinished(() => void worker.process.kill('SIGKILL'));
    await waitFor('the worker', () => worker.said().includes('working'), 60_000);
    expect(await at.call('run', at.write('first.csv', cardholders(cards)))).toMatchObject({ code: 0 });
    operations.length = 0;
    const later = at.write('second.csv', cardholders(cards).replaceAll('12/39', '11/38'));
    expect(await at.call('run', later)).toMatchObject({ code: 0 });
    const firstBatch = operations.indexOf('enrollBatch');
    expect(operations.slice(0, firstBatch).filter((one) => one === 'deleteCard')).toHaveLength(cards);
    expect(operations.slice(firstBatch)).not.toContain('deleteCard');
    expect(presentCards(at)).toEqual(cardsOf(at.read('second.csv')));
  });

  it('a run that is killed at every few of its requests, beside a worker, ends as the file says', async () => {
    let left = 0;
    let asked: (() => void) | undefined;
    const at = await Harness.open(
      {
        onDuplicate: 'idempotent',
        onRequest: (operation) => {
          if (changing.has(operation) && (left -= 1) === 0) asked?.();
        },
      },
      `${nightSettings.replace('sending:\n', 'sending:\n  onUnknown: resend\n')}ledger: ${await address()}\n`,
    );
    onTestFinished(() => at.close());
    expect(await at.call('run', at.write('first.csv', cardholders(night.cards)))).toMatchObject({ code: 0 });
    const file = at.write('second.csv', secondNight(night));
    const worker = startCommand({ folder: at.folder }, ['worker']);
    onTestFinished(() => void worker.process.kill('SIGKILL'));
    for (const [attempt, after] of [1, 4, 3, 6, 2].entries()) {
      const reached = new Promise<void>((resolve) => (asked = resolve));
      left = after;
      const running = at.start('run', '--full', file);
      await Promise.race([reached, running.ended]);
      running.process.kill('SIGKILL');
      const { signal } = await running.ended;
      expect(signal, `attempt ${attempt}`).toBe('SIGKILL');
    }
    asked = undefined;
    const last = await waitFor(
      'a run that comes to its end',
      async () => {
        const ended = await at.enrollkit('run', '--full', file);
        return ended.code === 0 ? ended : undefined;
      },
      300_000,
    );
    expect(last.out).toContain('the sums add up');
    expect(presentCards(at)).toEqual(cardsOf(secondNight(night)));
    expect(at.simulator.world()).toMatchObject({ enrolledMoreThanOnce: 0 });
    expect((await at.call('run', '--full', at.write('third.csv', `${secondNight(night)}\n`))).out).toMatch(
      new RegExp(`unchanged +${night.cards - night.missing + night.added}\\n`),
    );
    expect(await at.call('ledger', 'verify')).toMatchObject({ code: 0 });
  });
});
