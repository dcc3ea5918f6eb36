import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { LedgerLockedError, LedgerLockLostError } from '@enrollkit/ledger';
import { FakeClock, waitFor } from '@enrollkit/testkit';
import { foundBatch, identity, load, loadReady, minute } from '../builders.ts';
import type { NewPlace } from '../place.ts';

/** One runner at a time. */
export function lockSuite(newPlace: NewPlace): void {
  describe('the lock', () => {
    it('is held by one, and names it to the second', async () => {
      await using place = await newPlace();
      const one = await place.open();
      const two = await place.open();
      const lock = await one.lock('enrollkit run cards.csv');
      expect(lock.owner).toMatchObject({
        host: hostname(),
        pid: process.pid,
        command: 'enrollkit run cards.csv',
      });
      const error: unknown = await two.lock('enrollkit resume').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LedgerLockedError);
      expect(error).toMatchObject({ code: 'ledger-locked', owner: lock.owner });
      expect(String(error)).toContain(`\`enrollkit run cards.csv\`, process ${process.pid} on ${hostname()}`);
      expect(await two.owner()).toEqual(lock.owner);

      await lock.release();
      expect(await two.owner()).toBeUndefined();
      const next = await two.lock('enrollkit resume');
      expect(next.lost.aborted).toBe(false);
      await next.release();
    });

    it('is given back when the ledger is closed', async () => {
      await using place = await newPlace();
      const one = await place.open();
      await one.lock('one');
      await one.close();
      await expect((await place.open()).lock('two')).resolves.toBeDefined();
    });

    it('keeps everybody else from writing, but not from looking or from leaving an audit line', async () => {
      await using place = await newPlace();
      const one = await place.open();
      const two = await place.open();
      await one.lock('enrollkit run');
      await load(one, [2]);
      await expect(two.openIntake(identity({ id: 'other' }))).rejects.toThrow(LedgerLockedError);
      await expect(two.abandonBatch(1)).rejects.toThrow('the ledger is held by `enrollkit run`');
      expect(await two.tally('a1b2')).toMatchObject({ records: 2, abandoned: 0 });
      await two.appendEvent({ at: minute(1), actor: 'ada', action: 'abandon refused', detail: {} });
      expect(await two.listIntakes()).toHaveLength(1);
    });

    it('stays with a holder whose heart beats', async () => {
      await using place = await newPlace();
      const clock = new FakeClock();
      const one = await place.open({ now: clock.now, heartbeatMs: 5 });
      const two = await place.open({ now: clock.now });
      await one.lock('one');
      for (let i = 0; i < 3; i += 1) {
        clock.advance(10_000);
        await waitFor('a heartbeat', async () => (await two.owner())?.heartbeat.getTime() === clock.now());
        await expect(two.lock('two')).rejects.toThrow(LedgerLockedError);
      }
    });

    it('is taken from a holder that was silent for more than 15 seconds, who can write nothing from then on', async () => {
      await using place = await newPlace();
      const clock = new FakeClock();
      const one = await place.open({ now: clock.now, heartbeatMs: 1_000_000 });
      const two = await place.open({ now: clock.now, heartbeatMs: 1_000_000 });
      const lost = await one.lock('one');
      const { id } = await load(one, [2]);
      clock.advance(15_000);
      await expect(two.lock('two')).rejects.toThrow(LedgerLockedError);
      clock.advance(1);
      const taken = await two.lock('two');

      await expect(one.abandonBatch(1)).rejects.toThrow(LedgerLockLostError);
      await expect(one.openIntake(identity({ id: 'late' }))).rejects.toThrow(LedgerLockLostError);
      expect(lost.lost.aborted).toBe(true);
      expect(await two.tally(id)).toMatchObject({ abandoned: 0 });
      expect(await two.findIntake('late')).toBeUndefined();

      await lost.release();
      expect((await two.owner())?.command).toBe('two');
      await two.abandonBatch(1);
      await taken.release();
    });

    it('carries what a person tells the holder, from another connection, until the lock changes hands', async () => {
      await using place = await newPlace();
      const one = await place.open({ heartbeatMs: 25 });
      const two = await place.open();
      expect(await two.instruct('pause')).toBeUndefined();
      const lock = await one.lock('one');
      expect(lock.owner.instruction).toBeUndefined();
      expect(await two.instruct('pause')).toMatchObject({ command: 'one', instruction: 'pause' });
      await waitFor('the pause', () => lock.paused());
      expect(await two.owner()).toMatchObject({ instruction: 'pause' });
      expect((await two.instruct('go-on'))?.instruction).toBeUndefined();
      await waitFor('the word to go on', () => !lock.paused());
      expect(lock.stopped.aborted).toBe(false);
      await two.instruct('stop');
      await waitFor('the stop', () => lock.stopped.aborted);
      expect(await two.instruct('go-on'), 'not taken back').toMatchObject({ instruction: 'stop' });
      await lock.release();
      const next = await two.lock('two');
      expect(next.owner.instruction).toBeUndefined();
      expect((await one.owner())?.instruction).toBeUndefined();
    });

    it('tells the holder that lost it, at the next heartbeat', async () => {
      await using place = await newPlace();
      const clock = new FakeClock();
      const one = await place.open({ now: clock.now, heartbeatMs: 50 });
      const two = await place.open({ now: () => clock.now() + 16_000 });
      const lock = await one.lock('one');
      await two.lock('two');
      await waitFor('the signal', () => lock.lost.aborted);
      expect(lock.lost.reason).toBeInstanceOf(LedgerLockLostError);
    });

    it('knows that the process which recorded an intent is alive, and says who it is', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const lock = await ledger.lock('one');
      const { id } = await loadReady(ledger, [1]);
      expect(await ledger.senderAlive(1), 'nobody has').toBe('unknown');
      await ledger.recordIntent(1, minute(1));
      expect((await foundBatch(ledger, id, 1)).sender).toMatchObject({
        pid: process.pid,
        processId: lock.owner.processId,
      });
      expect(await ledger.senderAlive(1)).toBe('alive');
    });
  });
}
