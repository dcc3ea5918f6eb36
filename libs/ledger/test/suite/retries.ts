import { describe, expect, it } from 'vitest';
import { LedgerConflictError, type Ledger, type LedgerRecord } from '@enrollkit/ledger';
import { all, batch, found, identity, loadReady, record, settleAll, submitNext } from '../builders.ts';
import type { NewPlace } from '../place.ts';
import { scan } from '../scan.ts';

/** Later generations. */
export function retrySuite(newPlace: NewPlace): void {
  /** Two settled batches of 3; rows 2, 3 and 5 were refused. */
  async function withRefusals(ledger: Ledger) {
    const { id } = await loadReady(ledger, [3, 3]);
    await settleAll(ledger, await submitNext(ledger, id), [2, 3]);
    await settleAll(ledger, await submitNext(ledger, id), [5]);
    await ledger.settleIntake(id);
    return id;
  }

  describe('a retry', () => {
    it('moves refused records into a batch of the next generation, and the intake is ready again', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const id = await withRefusals(ledger);
      await ledger.commitRetry(id, batch(0, [record(2), record(5)], 2));

      expect((await found(ledger, id)).state).toBe('ready');
      expect(await ledger.lastGeneration(id)).toBe(2);
      expect(await ledger.tally(id)).toMatchObject({
        records: 6,
        enrolled: 3,
        refused: 1,
        waiting: 2,
        batches: { settled: 2, sealed: 1 },
      });
      expect(await ledger.tally(id)).toEqual(await scan(ledger, id));
      const moved = (await all(ledger.records(id))).filter(({ generation }) => generation === 2);
      expect(
        moved.map(({ place: { row }, state, code, externalBatchId }) => [row, state, code, externalBatchId]),
      ).toEqual([
        [2, 'batched', undefined, 'external-2-0'],
        [5, 'batched', undefined, 'external-2-0'],
      ]);

      const [first] = await ledger.batchesIn(id, 'settled');
      expect(await ledger.formerRecordsOf(first?.id ?? 0)).toEqual([
        { externalConsumerId: 'consumer-2', externalCardId: 'card-2', line: 3, code: 'ISSUER_DECLINED' },
      ]);

      await settleAll(ledger, await submitNext(ledger, id), [5]);
      await ledger.settleIntake(id);
      expect(await ledger.tally(id)).toEqual(await scan(ledger, id));
      await ledger.commitRetry(id, batch(0, [record(5)], 3));
      expect(await ledger.tally(id)).toEqual(await scan(ledger, id));
      expect(await ledger.tally(id)).toMatchObject({ enrolled: 4, refused: 1, waiting: 1 });
    });

    it.each<[string, LedgerRecord[]]>([
      ['is enrolled', [record(2), record(1)]],
      ['is not in the intake', [record(2), record(77)]],
      ['has another key than its row', [record(2), record(5, 6)]],
    ])('is refused as a whole when a record %s', async (_, records) => {
      await using place = await newPlace();
      const ledger = await place.open();
      const id = await withRefusals(ledger);
      const before = await ledger.tally(id);
      await expect(ledger.commitRetry(id, batch(0, records, 2))).rejects.toThrow(LedgerConflictError);
      expect(await ledger.tally(id)).toEqual(before);
      expect((await found(ledger, id)).state).toBe('settled');
    });

    it('counts its generations from the first batch', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      expect(await ledger.lastGeneration((await ledger.openIntake(identity())).id)).toBe(0);
      const { id } = await loadReady(ledger, [1]);
      expect(await ledger.lastGeneration(id)).toBe(1);
    });

    it('never uses an id again', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const id = await withRefusals(ledger);
      await ledger.commitRetry(id, batch(0, [record(2)], 2));
      await expect(ledger.commitRetry(id, batch(0, [record(3)], 2))).rejects.toThrow(LedgerConflictError);
      expect(await ledger.tally(id)).toEqual(await scan(ledger, id));
    });

    it('goes on while the refused records are streamed', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const id = await withRefusals(ledger);
      let position = 0;
      for await (const refused of ledger.records(id, 'refused')) {
        await ledger.commitRetry(id, batch(position, [record(refused.place.row)], 2));
        position += 1;
      }
      expect(position).toBe(3);
      expect(await ledger.tally(id)).toMatchObject({ refused: 0, waiting: 3 });
    });
  });
}
