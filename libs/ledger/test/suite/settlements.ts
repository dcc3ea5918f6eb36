import { describe, expect, it } from 'vitest';
import { SeededRandom } from '@enrollkit/base';
import { all, foundBatch, loadReady, minute, outcome, reason, settleAll, submitNext } from '../builders.ts';
import type { NewPlace } from '../place.ts';
import { scan } from '../scan.ts';

/** How batches end, and that the sums hold. */
export function settlingSuite(newPlace: NewPlace): void {
  describe('settling', () => {
    it('matches outcomes by key in any order, counts the missing and the unmatched, and leaves the others alone', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [4, 2]);
      const batchId = await submitNext(ledger, id);
      const [one, two, three] = await ledger.recordsOf(batchId);
      const [other] = (await all(ledger.records(id))).slice(4);
      if (!one || !two || !three || !other) throw new Error('records are missing');
      const counts = await ledger.settle(batchId, [
        outcome(three),
        outcome(other),
        outcome(two, 'INVALID_PAN'),
        { ...outcome(one), externalCardId: 'unheard-of' },
        outcome(one),
      ]);
      expect(counts).toEqual({ settled: true, missing: 1, unmatched: 2 });

      const records = await all(ledger.records(id));
      expect(records.map(({ state, batchState, code }) => [state, batchState, code])).toEqual([
        ['enrolled', 'settled', undefined],
        ['refused', 'settled', 'INVALID_PAN'],
        ['enrolled', 'settled', undefined],
        ['refused', 'settled', 'RESULT_MISSING'],
        ['batched', 'sealed', undefined],
        ['batched', 'sealed', undefined],
      ]);
      expect(records[2]).toMatchObject({ providerConsumerId: 'pc-3', providerCardId: 'pk-3' });
      expect(records[1]).toMatchObject({ message: 'refused with INVALID_PAN' });
      expect((await all(ledger.records(id, 'refused'))).map(({ place: { row } }) => row)).toEqual([2, 4]);
      expect(await ledger.tally(id)).toMatchObject({
        records: 6,
        enrolled: 2,
        refused: 2,
        waiting: 2,
        submitted: 0,
      });
    });

    it('settles nothing while a record has no outcome, though a stranger brings the count up, unless what is missing is accepted', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2]);
      const batchId = await submitNext(ledger, id);
      const [one] = await ledger.recordsOf(batchId);
      if (!one) throw new Error('records are missing');
      const outcomes = [outcome(one), { ...outcome(one), externalCardId: 'never-sent' }];
      expect(await ledger.settle(batchId, outcomes, 'wait')).toEqual({
        settled: false,
        missing: 1,
        unmatched: 1,
      });
      expect(await foundBatch(ledger, id, batchId)).toMatchObject({ state: 'submitted' });
      expect(await ledger.settle(batchId, outcomes)).toMatchObject({ settled: true, missing: 1 });
    });

    it('prefers enrolled when one record is reported both ways', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2]);
      const batchId = await submitNext(ledger, id);
      const [one, two] = await ledger.recordsOf(batchId);
      if (!one || !two) throw new Error('records are missing');
      expect(
        await ledger.settle(batchId, [outcome(one, 'NO'), outcome(one), outcome(two), outcome(two, 'NO')]),
      ).toEqual({ settled: true, missing: 0, unmatched: 0 });
      expect(await ledger.tally(id)).toMatchObject({ enrolled: 2, refused: 0 });
    });

    it('refuses all records of a refused batch with the reason, and abandons those of an abandoned one', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2, 3, 1]);
      await ledger.refuseBatch(await submitNext(ledger, id), reason('INVALID_STATE'));
      await ledger.abandonBatch(await submitNext(ledger, id));
      const records = await all(ledger.records(id));
      expect(records.map(({ state, code, message }) => [state, code, message])).toEqual([
        ...Array.from({ length: 2 }, () => ['refused', 'INVALID_STATE', 'the provider said INVALID_STATE']),
        ...Array.from({ length: 3 }, () => ['abandoned', undefined, undefined]),
        ['batched', undefined, undefined],
      ]);
      expect(await ledger.tally(id)).toMatchObject({ records: 6, refused: 2, abandoned: 3, waiting: 1 });
      expect((await ledger.batchesIn(id, 'refused'))[0]?.reason).toEqual(reason('INVALID_STATE'));
    });
  });

  describe('the sums', () => {
    it.each([1, 2, 3, 4])('equal a full scan after anything that may happen (seed %i)', async (seed) => {
      await using place = await newPlace();
      const ledger = await place.open();
      const random = new SeededRandom(seed);
      const { id } = await loadReady(
        ledger,
        Array.from({ length: 24 }, () => random.integer(1, 6)),
      );
      for (let turn = 0; turn < 60; turn += 1) {
        const [next] = await ledger.sendable(id, minute(60), 1);
        const [asked] = await ledger.duePolls(id, minute(60), 1);
        if (next && random.chance(0.5)) {
          await ledger.recordIntent(next.id, minute(1));
          await random.pick([
            () => ledger.recordReceipt(next.id, `provider-${next.id}`, minute(2)),
            () => ledger.recordReceipt(next.id, `provider-${next.id}`, minute(2)),
            () => ledger.markUnknown(next.id, reason()),
            () => ledger.refuseBatch(next.id, reason()),
            () => ledger.returnToSealed(next.id, minute(2), reason()),
            () => ledger.recoverInterrupted(id),
          ])();
        } else if (asked) {
          await random.pick([
            () => settleAll(ledger, asked.id, [random.integer(1, 60), random.integer(1, 60)]),
            () => ledger.settle(asked.id, []),
            () => ledger.abandonBatch(asked.id),
          ])();
        }
        expect(await ledger.tally(id), `turn ${turn}`).toEqual(await scan(ledger, id));
      }
      expect(await foundBatch(ledger, id, 1)).toBeDefined();
    });
  });
}
