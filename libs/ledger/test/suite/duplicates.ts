import { describe, expect, it } from 'vitest';
import { LedgerConflictError, type Ledger } from '@enrollkit/ledger';
import { all, batch, body, found, identity, record, rejection, step, submitNext } from '../builders.ts';
import type { NewPlace } from '../place.ts';

/** Finding the same key twice, and taking rows out of sealed batches. */
export function duplicateSuite(newPlace: NewPlace): void {
  /** Rows 1..3, 4..6 and 7..8; 3 and 5 repeat 1, 6 repeats 4, and 7 and 8 repeat 2. */
  async function loaded(ledger: Ledger) {
    for (const [position, keys] of [
      [1, 2, 1],
      [4, 1, 4],
      [2, 2],
    ].entries()) {
      const intake = await ledger.openIntake(identity());
      const records = keys.map((key, index) => record(intake.position.rows + index + 1, key));
      await ledger.commitRead(step(intake, batch(position, records)));
    }
    await ledger.finishLoading(identity().id);
    return found(ledger, identity().id);
  }

  describe('duplicates', () => {
    it('are every later row of a key, batch by batch, with the line of the first', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const intake = await loaded(ledger);
      const [first] = await ledger.batchesIn(intake.id, 'sealed');
      expect(await ledger.nextWithdrawals(intake.id)).toEqual([
        {
          batchId: first?.id,
          place: record(3).place,
          firstLine: 2,
          key: { externalConsumerId: 'consumer-1', externalCardId: 'card-1' },
          reason: 'duplicate',
        },
      ]);
      await expect(ledger.markReady(intake.id)).rejects.toThrow('row 3 is a duplicate');
    });

    it('leave as rejections, and the search resumes where it was', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const intake = await loaded(ledger);
      const taken: number[][] = [];
      for (;;) {
        const duplicates = await ledger.nextWithdrawals(intake.id);
        const [first] = duplicates;
        if (first === undefined) break;
        const rows = duplicates.map(({ place: { row } }) => row);
        const left = (await ledger.recordsOf(first.batchId)).length - rows.length;
        const { externalBatchId } = (await ledger.findBatch(intake.id, String(first.batchId))) ?? {
          externalBatchId: '',
        };
        await ledger.dropRecords(
          first.batchId,
          { rejections: rows.map((row) => rejection(row, 'DUPLICATE')) },
          left === 0 ? undefined : body(externalBatchId, 2),
        );
        taken.push(rows);
        // A run that dies here looks again from the start.
        await ledger.finishLoading(intake.id);
      }
      expect(taken).toEqual([[3], [5, 6], [7, 8]]);
      await ledger.claimRecords(intake.id);
      await ledger.markReady(intake.id);
      expect((await all(ledger.records(intake.id))).map(({ place: { row } }) => row)).toEqual([1, 2, 4]);
      expect((await all(ledger.rejections(intake.id))).map(({ place: { row } }) => row)).toEqual([
        3, 5, 6, 7, 8,
      ]);
      expect(await ledger.tally(intake.id)).toMatchObject({
        rows: 8,
        rejected: 5,
        records: 3,
        waiting: 3,
        batches: { sealed: 2 },
      });
      const sendable = await ledger.sendable(intake.id, new Date(), 10);
      expect(
        sendable.map(({ records, kid, body: { bytes } }) => ({
          records,
          kid,
          bytes: Buffer.from(bytes).toString(),
        })),
      ).toEqual([
        { records: 2, kid: 'kid-2', bytes: 'sealed external-1-0 version 2' },
        { records: 1, kid: 'kid-2', bytes: 'sealed external-1-1 version 2' },
      ]);
    });

    it('are looked for within one intake only', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      for (const id of ['one', 'two']) {
        await ledger.commitRead(
          step(await ledger.openIntake(identity({ id })), {
            ...batch(0, id === 'one' ? [record(1)] : [record(1, 9), record(2, 1)]),
            body: body(id),
          }),
        );
        await ledger.finishLoading(id);
        expect(await ledger.nextWithdrawals(id)).toEqual([]);
      }
    });
  });

  describe('taking rows out', () => {
    it('is all or nothing, and only from a batch that was never sent', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const intake = await ledger.openIntake(identity());
      await ledger.commitRead(step(intake, batch(0, [record(1), record(2)])));
      await ledger.commitRead(step(await found(ledger, intake.id), batch(1, [record(3)])));
      const [first] = await ledger.batchesIn(intake.id, 'sealed');
      const id = first?.id ?? 0;
      const before = await ledger.tally(intake.id);
      await expect(
        ledger.dropRecords(id, { rejections: [rejection(3)] }, body('external-1-0', 2)),
        'a row of another batch',
      ).rejects.toThrow('has 0 of them');
      await expect(
        ledger.dropRecords(id, { rejections: [rejection(2)] }),
        'no body for what is left',
      ).rejects.toThrow('would keep 1 of 2 records, and no body');
      await expect(
        ledger.dropRecords(id, { rejections: [rejection(1), rejection(2)] }, body('external-1-0', 2)),
        'a body for nothing',
      ).rejects.toThrow('would keep 0');
      await expect(
        ledger.dropRecords(id, { rejections: [rejection(2)] }, body('external-1-1', 2)),
        'the body of another batch',
      ).rejects.toThrow('sealed for external-1-1');
      expect(await ledger.tally(intake.id)).toEqual(before);

      await ledger.finishLoading(intake.id);
      await ledger.claimRecords(intake.id);
      await ledger.markReady(intake.id);
      expect(await submitNext(ledger, intake.id)).toBe(id);
      await expect(
        ledger.dropRecords(id, { rejections: [rejection(2)] }, body('external-1-0', 2)),
      ).rejects.toThrow(LedgerConflictError);
    });
  });
}
