import { describe, expect, it } from 'vitest';
import { LedgerConflictError } from '@enrollkit/ledger';
import { body, found, foundBatch, loadReady, minute, reason, settleAll, submitNext } from '../builders.ts';
import type { NewPlace } from '../place.ts';

/** From sealed to submitted, and what is due when. */
export function sendingSuite(newPlace: NewPlace): void {
  describe('sending', () => {
    it('offers sealed batches in order, with the bytes, no more than asked for', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2, 2, 2]);
      const offered = await ledger.sendable(id, minute(1), 2);
      expect(
        offered.map(({ position, body: { externalBatchId, bytes, kid } }) => [
          position,
          externalBatchId,
          Buffer.from(bytes).toString(),
          kid,
        ]),
      ).toEqual([
        [0, 'a1b2-1-0', 'sealed a1b2-1-0 version 1', 'kid-1'],
        [1, 'a1b2-1-1', 'sealed a1b2-1-1 version 1', 'kid-1'],
      ]);
    });

    it('counts the attempt with the intent and offers the batch no more', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2]);
      const [next] = await ledger.sendable(id, minute(1), 1);
      await ledger.recordIntent(next?.id ?? 0, minute(7));
      expect(await ledger.sendable(id, minute(9), 1)).toEqual([]);
      expect(await foundBatch(ledger, id, next?.id ?? 0)).toMatchObject({
        state: 'submitting',
        attempts: 1,
        submittedAt: minute(7),
      });
    });

    it('lets one of two racing for the same batch have it', async () => {
      await using place = await newPlace();
      const racers = [await place.open(), await place.open()];
      const { id } = await loadReady(await place.open(), [1, 1, 1, 1]);
      const batches = await (await place.open()).batchesIn(id, 'sealed');
      for (const batch of batches) {
        const ends = await Promise.allSettled(racers.map((racer) => racer.recordIntent(batch.id, minute(1))));
        expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({
          reason: { code: 'ledger-conflict' },
        });
        expect((await foundBatch(await place.open(), id, batch.id)).attempts).toBe(1);
      }
    });

    it('lets each of several changes made at once stand or fall by itself', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [1, 1, 1]);
      const [one, two, three] = await ledger.batchesIn(id, 'sealed');
      const ends = await Promise.allSettled([
        ledger.recordIntent(one?.id ?? 0, minute(1)),
        ledger.settle(three?.id ?? 0, []),
        ledger.recordIntent(two?.id ?? 0, minute(1)),
        ledger.recordIntent(two?.id ?? 0, minute(2)),
      ]);
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
      expect(await ledger.batchesIn(id, 'submitting')).toHaveLength(2);
    });

    it('offers a batch that was surely not taken again, with the same bytes, when its time has come', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2]);
      const [next] = await ledger.sendable(id, minute(1), 1);
      await ledger.recordIntent(next?.id ?? 0, minute(1));
      await ledger.returnToSealed(next?.id ?? 0, minute(5), reason('TOO_MANY_REQUESTS'));
      expect(await ledger.nextDue(id)).toEqual(minute(5));
      expect(await ledger.sendable(id, minute(4), 1)).toEqual([]);
      const [again] = await ledger.sendable(id, minute(5), 1);
      expect(again).toMatchObject({
        id: next?.id,
        attempts: 1,
        reason: reason('TOO_MANY_REQUESTS'),
        notBefore: minute(5),
      });
      expect(again?.body).toEqual(next?.body);
    });

    it('turns what a dead process left behind into unknown, and nothing else', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2, 2, 2]);
      await submitNext(ledger, id);
      const [next] = await ledger.sendable(id, minute(1), 1);
      await ledger.recordIntent(next?.id ?? 0, minute(1));
      expect(await ledger.recoverInterrupted(id)).toBe(1);
      expect(await ledger.recoverInterrupted(id)).toBe(0);
      expect(await ledger.tally(id)).toMatchObject({
        unknown: 2,
        submitted: 2,
        waiting: 2,
        batches: { unknown: 1, submitted: 1, sealed: 1, submitting: 0 },
      });
      expect((await ledger.batchesIn(id, 'unknown'))[0]?.reason).toMatchObject({
        httpStatus: 0,
        code: 'PROCESS_ENDED',
        origin: 'transport',
      });
    });

    it('lets what is unknown be found, sent again, or released by a person', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2, 2]);
      const [one, two] = await ledger.sendable(id, minute(1), 2);
      for (const batch of [one, two]) {
        await ledger.recordIntent(batch?.id ?? 0, minute(1));
        await ledger.markUnknown(batch?.id ?? 0, reason('CONNECTION_LOST'));
      }
      await ledger.recordReceipt(one?.id ?? 0, 'told by a person', minute(3));
      await ledger.releaseUnknown(two?.id ?? 0, minute(4));
      expect(await foundBatch(ledger, id, 'told by a person')).toMatchObject({
        id: one?.id,
        state: 'submitted',
        notBefore: minute(3),
      });
      expect((await ledger.sendable(id, minute(4), 9)).map((batch) => batch.id)).toEqual([two?.id]);
    });

    it('takes a new body for a sealed batch only, under the same id', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2]);
      const [next] = await ledger.sendable(id, minute(1), 1);
      await expect(ledger.replaceBody(next?.id ?? 0, body('another', 2))).rejects.toThrow(
        LedgerConflictError,
      );
      await ledger.replaceBody(next?.id ?? 0, body('a1b2-1-0', 2));
      const [replaced] = await ledger.sendable(id, minute(1), 1);
      expect(replaced?.kid).toBe('kid-2');
      expect(Buffer.from(replaced?.body.bytes ?? []).toString()).toBe('sealed a1b2-1-0 version 2');
      await ledger.recordIntent(next?.id ?? 0, minute(1));
      await expect(ledger.replaceBody(next?.id ?? 0, body('a1b2-1-0', 3))).rejects.toThrow(
        'it is submitting',
      );
    });
  });

  describe('asking', () => {
    it('offers submitted batches that are due, longest waiting first', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [1, 1, 1, 1]);
      const ids = [await submitNext(ledger, id), await submitNext(ledger, id), await submitNext(ledger, id)];
      await ledger.postpone(ids[0] ?? 0, minute(9));
      await ledger.postpone(ids[1] ?? 0, minute(8));
      expect((await ledger.duePolls(id, minute(2), 9)).map((row) => row.id)).toEqual([ids[2]]);
      expect((await ledger.duePolls(id, minute(9), 9)).map((row) => [row.id, row.polls])).toEqual([
        [ids[2], 0],
        [ids[1], 1],
        [ids[0], 1],
      ]);
      expect((await ledger.duePolls(id, minute(9), 1)).map((row) => row.id)).toEqual([ids[2]]);
    });

    it('counts the questions, and those whose answer was incomplete', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [1]);
      const one = await submitNext(ledger, id);
      await ledger.postpone(one, minute(1));
      await ledger.postpone(one, minute(2), 'incomplete');
      expect(await ledger.duePolls(id, minute(2), 1)).toMatchObject([{ polls: 2, incomplete: 1 }]);
    });

    it('knows how long every request is held back, also after a new start', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      expect(await ledger.pausedForMs()).toBe(0);
      await ledger.pauseFor(3_600_000);
      await ledger.pauseFor(1);
      await ledger.close();
      const held = await (await place.open()).pausedForMs();
      expect(held).toBeGreaterThan(3_000_000);
      expect(held).toBeLessThanOrEqual(3_600_000);
    });

    it('says when the next batch is due, and that none is', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [1, 1]);
      expect((await ledger.nextDue(id))?.getTime()).toBeLessThanOrEqual(minute(0).getTime());
      const one = await submitNext(ledger, id);
      const two = await submitNext(ledger, id);
      await ledger.postpone(one, minute(30));
      await ledger.postpone(two, minute(20));
      expect(await ledger.nextDue(id)).toEqual(minute(20));
      await settleAll(ledger, two);
      expect(await ledger.nextDue(id)).toEqual(minute(30));
      await settleAll(ledger, one);
      expect(await ledger.nextDue(id)).toBeUndefined();
    });

    it('ends the intake when every batch has ended', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [1, 1]);
      await settleAll(ledger, await submitNext(ledger, id));
      await expect(ledger.settleIntake(id)).rejects.toThrow('is sealed');
      await settleAll(ledger, await submitNext(ledger, id));
      await ledger.settleIntake(id);
      await ledger.settleIntake(id);
      expect((await found(ledger, id)).state).toBe('settled');
      await expect(ledger.markReady(id)).rejects.toThrow('it is settled');
    });

    it("finds a batch by our id, by the provider's, or by the ledger's number", async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [1]);
      const batchId = await submitNext(ledger, id);
      for (const reference of ['a1b2-1-0', `provider-${batchId}`, String(batchId)])
        expect((await foundBatch(ledger, id, reference)).id).toBe(batchId);
      for (const reference of ['', 'other', '0', '99999999999999999999', `${batchId} `])
        expect(await ledger.findBatch(id, reference)).toBeUndefined();
    });
  });
}
