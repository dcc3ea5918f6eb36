import { canRunPostgres, query, startCluster } from '@enrollkit/testkit/cluster';
import { waitFor } from '@enrollkit/testkit';
import {
  LedgerBatchLostError,
  LedgerConflictError,
  LedgerLockedError,
  LedgerTermsError,
  openSharedLedger,
  type LockRole,
  type SharedLedger,
  type Work,
} from '@enrollkit/ledger';
import { Client } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { all, foundBatch, identity, loadReady, minute, reason } from './builders.ts';

const terms = (rate: number, version = '1'): LockRole => ({
  as: 'worker',
  terms: { version, settings: { rate } },
});
const loader = (rate: number): LockRole => ({ as: 'loader', terms: { version: '1', settings: { rate } } });

describe.skipIf(!canRunPostgres)('a ledger that many hosts share', () => {
  const cluster = canRunPostgres ? startCluster() : undefined;
  afterAll(() => cluster?.[Symbol.dispose]());

  async function place(
    hosts: number,
  ): Promise<AsyncDisposable & { readonly address: string; readonly at: readonly SharedLedger[] }> {
    const address = (await cluster?.emptyDatabase()) ?? '';
    const at = [await openSharedLedger(address)];
    while (at.length < hosts) at.push(await openSharedLedger(address));
    return {
      address,
      at,
      [Symbol.asyncDispose]: async () => void (await Promise.all(at.map((ledger) => ledger.close()))),
    };
  }

  async function sending(
    ledger: SharedLedger,
  ): Promise<{ readonly id: number; readonly state: () => Promise<string> }> {
    const intake = await loadReady(ledger, [2]);
    const { id } = await foundBatch(ledger, intake.id, 'a1b2-1-0');
    await ledger.forAttempt('job/0').recordIntent(id, minute(1));
    return { id, state: async () => (await ledger.batch(id))?.state ?? 'gone' };
  }

  it('takes the late receipt of an attempt that was taken for dead, and nothing else', async () => {
    await using places = await place(1);
    const [ledger] = places.at as [SharedLedger];
    const { id, state } = await sending(ledger);
    expect(await ledger.takeOver(id, 'another/1'), 'whose attempt it is not').toBe(false);
    expect(await ledger.takeOver(id, 'job/1')).toBe(true);
    expect(await state()).toBe('unknown');
    const late = ledger.forAttempt('job/0');
    await expect(late.returnToSealed(id, minute(2), reason())).rejects.toBeInstanceOf(LedgerConflictError);
    await expect(late.refuseBatch(id, reason())).rejects.toBeInstanceOf(LedgerConflictError);
    await late.recordReceipt(id, 'provider-1', minute(2));
    expect(await state()).toBe('submitted');
  });

  it('makes an intake once, and settles it once, whoever of many is first', async () => {
    await using places = await place(3);
    for (let round = 0; round < 10; round++) {
      const id = `intake-${round}`;
      const opened = await Promise.all(
        places.at.map((ledger) => ledger.openIntake(identity({ id, digest: id }))),
      );
      expect(opened).toEqual(Array.from({ length: 3 }, () => opened[0]));
      const [ledger] = places.at as [SharedLedger];
      await ledger.finishLoading(id);
      await ledger.claimRecords(id);
      await ledger.markReady(id);
      await Promise.all(places.at.map((each) => each.settleIntake(id)));
      expect(await ledger.findIntake(id)).toMatchObject({ state: 'settled' });
    }
  });

  it('lets only the attempt that sends a batch say what became of it', async () => {
    await using places = await place(2);
    const [ledger, other] = places.at as [SharedLedger, SharedLedger];
    const { id, state } = await sending(ledger);
    await ledger.takeOver(id, 'job/1');
    await ledger.releaseUnknown(id, minute(2));
    await other.forAttempt('next/0').recordIntent(id, minute(3));
    const late = ledger.forAttempt('job/0');
    const words = [
      () => late.returnToSealed(id, minute(4), reason()),
      () => late.markUnknown(id, reason()),
      () => late.refuseBatch(id, reason()),
      () => late.recordReceipt(id, 'provider-0', minute(4)),
    ];
    for (const say of words) {
      await expect(say()).rejects.toBeInstanceOf(LedgerBatchLostError);
    }
    expect(await state()).toBe('submitting');
    await other.forAttempt('next/0').recordReceipt(id, 'provider-1', minute(4));
    expect(await state()).toBe('submitted');
  });

  it('tells workers of work that can be done at once, so that they need not ask for it', async () => {
    await using places = await place(1);
    const [ledger] = places.at as [SharedLedger];
    const consumer = await ledger.consume({
      concurrency: 2,
      timeoutSeconds: 60,
      handle: () => Promise.resolve(),
      onError: () => undefined,
    });
    const listens = `select query from pg_stat_activity where query like 'LISTEN %' and datname = current_database()`;
    const listen = await waitFor('a worker that listens', async () => {
      const [found] = await query(places.address, listens);
      return found?.['query'];
    });
    const client = new Client({ connectionString: places.address });
    await client.connect();
    const received = new Set<string | undefined>();
    client.on('notification', ({ payload }) => received.add(payload));
    await client.query(String(listen));
    await loadReady(ledger, [1]);
    expect(await waitFor('word of the batch', () => received.has('submit'))).toBe(true);
    await client.end();
    await consumer.stop();
  });

  it('counts an intent as a sign of life, and refuses it when the work was given to another', async () => {
    await using places = await place(1);
    const [ledger] = places.at as [SharedLedger];
    const intake = await loadReady(ledger, [1, 1]);
    await ledger.requeue(intake.id);
    const job = (set: string, batch: number) =>
      query(places.address, `update enrollkit_queue.job set ${set} where data->>'batch' = '${batch}'`);
    const intents: unknown[] = [];
    const consumer = await ledger.consume({
      concurrency: 2,
      timeoutSeconds: 60,
      onError: () => undefined,
      handle: async ({ kind, batchId, owner }) => {
        if (kind !== 'submit') return;
        if (batchId === 1) await job("heartbeat_on = now() - interval '9 seconds'", 1);
        else await job('retry_count = retry_count + 1', 2);
        const done = ledger.forAttempt(owner).recordIntent(batchId, minute(1));
        intents[batchId] = await done.then(
          () =>
            query(
              places.address,
              "select 1 from enrollkit_queue.job where data->>'batch' = '1' and heartbeat_on > now() - interval '5 seconds'",
            ),
          (error: unknown) => error,
        );
      },
    });
    await waitFor('both intents', () => intents[1] !== undefined && intents[2] !== undefined, 30_000);
    expect(intents[1]).toHaveLength(1);
    expect(intents[2]).toBeInstanceOf(LedgerBatchLostError);
    await consumer.stop();
  });

  it('says with each move what is to be done next, and not without it', async () => {
    await using places = await place(1);
    const [ledger] = places.at as [SharedLedger];
    const intake = await loadReady(ledger, [1, 1, 1]);
    await ledger.requeue(intake.id);
    const given: Work[] = [];
    const consumer = await ledger.consume({
      concurrency: 4,
      timeoutSeconds: 60,
      onError: () => undefined,
      handle: async (work) => void given.push(work),
    });
    const kinds = () => given.map(({ kind, batchId }) => `${kind} ${batchId}`).sort();
    await waitFor('every batch to be given once', () => given.length >= 3);
    expect(kinds()).toEqual(['submit 1', 'submit 2', 'submit 3']);
    const mine = ledger.forAttempt('mine/0');
    await mine.recordIntent(1, minute(1));
    await expect(mine.recordIntent(1, minute(1))).rejects.toBeInstanceOf(LedgerConflictError);
    await mine.recordReceipt(1, 'provider-1', minute(2));
    await waitFor('the question', () => kinds().includes('poll 1'));
    await ledger.settle(1, []);
    await waitFor('the end', () => kinds().includes('reconcile 1'));
    await consumer.stop();
    expect(kinds()).toEqual(['poll 1', 'reconcile 1', 'submit 1', 'submit 2', 'submit 3']);
    expect(await all(ledger.records(intake.id, 'refused'))).toHaveLength(1);
  });

  it('leaves it to the attempt of a job to see whether the intake has ended with its batch', async () => {
    await using places = await place(1);
    const [ledger] = places.at as [SharedLedger];
    const intake = await loadReady(ledger, [1, 1]);
    const announced = () =>
      query(places.address, "select 1 from enrollkit_queue.job where name = 'reconcile'");
    const attempt = ledger.forAttempt(`${crypto.randomUUID()}/0`);
    await expect(attempt.recordIntent(1, minute(1))).rejects.toBeInstanceOf(LedgerBatchLostError);
    for (const id of [1, 2]) {
      await ledger.recordIntent(id, minute(1));
      await ledger.recordReceipt(id, `provider-${id}`, minute(2));
    }
    await attempt.settle(1, []);
    expect(await announced()).toHaveLength(0);
    expect(await ledger.hasEnded(intake.id)).toBe(false);
    await ledger.settle(2, []);
    expect(await announced()).toHaveLength(1);
    expect(await ledger.hasEnded(intake.id)).toBe(true);
    await ledger.settleIntake(intake.id);
    expect(await ledger.hasEnded(intake.id), 'settled already').toBe(false);
  });

  it('gives a batch to send with the very bytes that were sealed, whatever they are', async () => {
    await using places = await place(1);
    const [ledger] = places.at as [SharedLedger];
    const intake = await loadReady(ledger, [1]);
    const { id, externalBatchId } = await foundBatch(ledger, intake.id, 'a1b2-1-0');
    const bytes = [
      Uint8Array.from({ length: 512 }, (_, index) => index % 256),
      Buffer.from('{"\\\\": "\\u00e4 \\101 ä"}'),
    ];
    for (const each of bytes) {
      await ledger.replaceBody(id, { externalBatchId, kid: 'k', bytes: each });
      const batch = await ledger.sendableBatch(id);
      expect(Buffer.from(batch?.body.bytes ?? []).equals(each)).toBe(true);
    }
  });

  it('has any number of members, who agree, and one at a time on each intake', async () => {
    await using places = await place(3);
    const [one, two, three] = places.at as [SharedLedger, SharedLedger, SharedLedger];
    const reading = await one.lock('run', loader(10));
    const working = await two.lock('worker', terms(10));
    await expect(three.lock('purge')).rejects.toBeInstanceOf(LedgerLockedError);
    await expect(three.lock('worker', terms(11))).rejects.toThrow('rate is 11 here and 10 there');
    await expect(three.lock('worker', terms(10, '2'))).rejects.toBeInstanceOf(LedgerTermsError);
    const claim = await reading.claim('a1b2');
    await loadReady(one, [1]);
    await expect(working.claim('a1b2')).rejects.toThrow('the ledger is held by `run`');
    await claim.release();
    await (await working.claim('a1b2')).release();
    // The terms bind a worker for as long as an intake is open; a loader may set others when nobody is at
    // work.
    await reading.release();
    await working.release();
    await expect(three.lock('worker', terms(11))).rejects.toBeInstanceOf(LedgerTermsError);
    await (await three.lock('resume', loader(11))).release();
    await (await three.lock('worker', terms(11))).release();
  });

  it('gives slots that are apart by the rate, and none while requests are held back', async () => {
    await using places = await place(2);
    const [one, two] = places.at as [SharedLedger, SharedLedger];
    expect(await one.acquireSlot(0.01)).toBe(0);
    const [second = 0, third = 0] = [await two.acquireSlot(0.01), await one.acquireSlot(0.01)];
    // A hundred seconds apart, less the moment it took to ask.
    expect(second).toBeGreaterThan(90_000);
    expect(third - second).toBeGreaterThan(90_000);
    expect(third - second).toBeLessThanOrEqual(100_000);
    expect(await one.pausedForMs()).toBe(0);
    await two.pauseFor(60_000);
    expect(await one.acquireSlot(0.01)).toBeUndefined();
    expect(await one.pausedForMs()).toBeGreaterThan(50_000);
  });
});
