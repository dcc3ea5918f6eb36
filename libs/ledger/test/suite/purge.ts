import { describe, expect, it } from 'vitest';
import { LedgerConflictError, type Ledger } from '@enrollkit/ledger';
import {
  all,
  batch,
  found,
  identity,
  load,
  loadReady,
  minute,
  recordOf,
  rejection,
  settleAll,
  step,
  submitNext,
} from '../builders.ts';
import { read, type Card } from '../cards.ts';
import type { NewPlace } from '../place.ts';
import { changed, due, enrolled, submitAll, originOf } from '../register-steps.ts';

/** An intake of four records and a rejection, settled after a retry. */
async function settled(ledger: Ledger, id = 'a1b2'): Promise<string> {
  await load(ledger, [2, 2], { id });
  await ledger.commitRead(step(await found(ledger, id), undefined, [rejection(5)]));
  await ledger.finishLoading(id);
  await ledger.claimRecords(id);
  await ledger.markReady(id);
  await settleAll(ledger, await submitNext(ledger, id), [1]);
  await settleAll(ledger, await submitNext(ledger, id));
  await ledger.commitRetry(id, {
    ...batch(0, [recordOf(id, 1)], 2),
    body: { ...batch(0, []).body, externalBatchId: `${id}-2-0` },
  });
  await settleAll(ledger, await submitNext(ledger, id));
  await ledger.settleIntake(id);
  return id;
}

/** Retention. */
export function purgeSuite(newPlace: NewPlace): void {
  describe('a purge', () => {
    it('removes the rows of a settled intake and of no other, and keeps its sums, its empty batches and the audit trail', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const old = await settled(ledger, 'old');
      const kept = await settled(ledger, 'kept');
      await ledger.appendEvent({
        at: minute(1),
        actor: 'ada',
        action: 'run ended',
        intakeId: old,
        detail: {},
      });
      const before = await ledger.tally(old);
      expect(await ledger.purge(old)).toEqual({ records: 4, attempts: 1, rejections: 1, batches: 3 });

      expect([
        await all(ledger.records(old)),
        await all(ledger.rejections(old)),
        (await ledger.batchesIn(old, 'settled')).map(({ id }) => ledger.recordsOf(id)).length,
      ]).toEqual([[], [], 3]);
      expect(await ledger.tally(old)).toEqual(before);
      expect(await found(ledger, old)).toMatchObject({
        state: 'settled',
        purgedAt: expect.any(Date) as Date,
      });
      expect(await all(ledger.events(old))).toHaveLength(1);
      expect([await all(ledger.records(kept)), await all(ledger.rejections(kept))]).toMatchObject([
        { length: 4 },
        { length: 1 },
      ]);
      expect(await ledger.verify()).toEqual([]);
      expect(await ledger.purge(old)).toEqual({ records: 0, attempts: 0, rejections: 0, batches: 0 });
      expect(
        await ledger.openIntake(identity({ id: old })),
        'the same file is the same intake',
      ).toMatchObject({ id: old, state: 'settled' });
    });

    it('is refused for an intake that is not settled, and touches nothing of it', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2]);
      await expect(ledger.purge(id)).rejects.toThrow(LedgerConflictError);
      await submitNext(ledger, id);
      await expect(ledger.purge(id)).rejects.toThrow('it is ready');
      expect(await all(ledger.records(id))).toHaveLength(2);
      expect((await found(ledger, id)).purgedAt).toBeUndefined();
    });

    it('is refused while a change is still to be sent, and leaves the ids that a change of another intake needs', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const [card] = (await enrolled(ledger, 1)) as [Card];
      const origin = await originOf(ledger, card);
      await read(ledger, 'second', { cards: [{ ...changed(card), again: true }], replaces: origin });
      for (const batchId of await submitAll(ledger, 'second')) await settleAll(ledger, batchId);
      const waiting = await due(ledger, 'second');
      expect(waiting).toMatchObject([
        { address: { externalConsumerId: card.consumer, externalCardId: card.card } },
      ]);
      await expect(ledger.purge('second')).rejects.toThrow('it is ready');
      await expect(ledger.settleIntake('second')).rejects.toThrow(LedgerConflictError);
      await ledger.purge('first');
      expect(await due(ledger, 'second')).toEqual(waiting);
    });

    it('is offered for what has been quiet for long enough, and not again', async () => {
      await using place = await newPlace();
      const ledger = await place.open({ now: () => minute(10).getTime() });
      const id = await settled(ledger);
      const offered = async (since: number) =>
        (await ledger.purgeable(minute(since))).map((intake) => intake.id);
      expect(await offered(10)).toEqual([]);
      expect(await offered(11)).toEqual([id]);
      await ledger.appendEvent({ at: minute(20), actor: 'ada', action: 'report', intakeId: id, detail: {} });
      expect(await offered(20)).toEqual([]);
      expect(await offered(21)).toEqual([id]);
      await ledger.purge(id);
      expect(await offered(21)).toEqual([]);
    });
  });
}
