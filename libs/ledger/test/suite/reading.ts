import { describe, expect, it } from 'vitest';
import { LedgerConflictError } from '@enrollkit/ledger';
import {
  all,
  batch,
  body,
  found,
  identity,
  load,
  loadReady,
  minute,
  record,
  rejection,
  step,
} from '../builders.ts';
import type { NewPlace } from '../place.ts';

/** Intakes and reading steps. */
export function readingSuite(newPlace: NewPlace): void {
  describe('an intake', () => {
    it('is made once and found again by its id, also by another opening', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const made = await ledger.openIntake(identity());
      expect(made).toMatchObject({
        ...identity(),
        state: 'reading',
        position: { offset: 0, line: 1, rows: 0, batches: 0 },
      });
      await ledger.close();
      const again = await place.open();
      expect(await again.openIntake(identity({ source: 'a/copy.csv' }))).toEqual(made);
      expect(await again.findIntake('none')).toBeUndefined();
    });

    it.each([
      ['batchSize', 5],
      ['readingDigest', 'r2'],
      ['digest', 'd2'],
      ['format', 'ndjson'],
    ] as const)('cannot be read again with another %s once it is ready', async (property, other) => {
      await using place = await newPlace();
      const ledger = await place.open();
      await loadReady(ledger, [1]);
      await expect(ledger.openIntake(identity({ [property]: other }))).rejects.toThrow(LedgerConflictError);
      await expect(ledger.openIntake(identity({ [property]: other }))).rejects.toThrow(String(other));
    });

    it('is read anew by other settings as long as it is not ready', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await load(ledger, [2, 1]);
      const reading = { format: 'ndjson', batchSize: 5, readingDigest: 'r2' } as const;
      expect((await ledger.openIntake(identity(reading))).position.rows).toBe(3);
      expect(await ledger.restartReading(id, reading)).toMatchObject({ ...reading, position: { rows: 0 } });
      expect(await ledger.tally(id)).toMatchObject({ rows: 0, records: 0 });
      await expect(ledger.openIntake(identity({ digest: 'd2' }))).rejects.toThrow(LedgerConflictError);
    });

    it('is listed newest first', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      for (const id of ['one', 'two', 'three']) await ledger.openIntake(identity({ id }));
      expect((await ledger.listIntakes()).map(({ id }) => id)).toEqual(['three', 'two', 'one']);
    });
  });

  describe('a reading step', () => {
    it('brings the batch, its records, the rejections and the position in together', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const intake = await ledger.openIntake(identity());
      await ledger.commitRead(step(intake, batch(0, [record(1), record(3)]), [rejection(2)]));

      expect((await found(ledger, intake.id)).position).toEqual({
        offset: 400,
        line: 5,
        rows: 3,
        batches: 1,
      });
      const records = await all(ledger.records(intake.id));
      expect(records.map(({ place: { row } }) => row)).toEqual([1, 3]);
      expect(records[0]).toMatchObject({
        ...record(1),
        state: 'batched',
        batchState: 'sealed',
        generation: 1,
        externalBatchId: 'external-1-0',
      });
      expect(await all(ledger.rejections(intake.id))).toEqual([rejection(2)]);
      expect(await ledger.tally(intake.id)).toMatchObject({
        rows: 3,
        rejected: 1,
        records: 2,
        waiting: 2,
        batches: { sealed: 1 },
      });
    });

    it('may bring rejections only', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const intake = await ledger.openIntake(identity());
      await ledger.commitRead(step(intake, undefined, [rejection(1), rejection(2)]));
      expect(await ledger.tally(intake.id)).toMatchObject({ rows: 2, rejected: 2, records: 0 });
    });

    it('is refused as a whole when it does not follow what is there', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const intake = await ledger.openIntake(identity());
      const first = step(intake, batch(0, [record(1), record(2)]), [rejection(3)]);
      await ledger.commitRead(first);
      await expect(ledger.commitRead(first), 'the same step again').rejects.toThrow(LedgerConflictError);
      const now = await found(ledger, intake.id);
      const gap = step({ id: now.id, position: { ...now.position, rows: 4 } }, batch(1, [record(5)]));
      await expect(ledger.commitRead(gap), 'a row is missing').rejects.toThrow('follows 4 rows');
      await expect(
        ledger.commitRead(step(now, { ...batch(1, [record(4)]), body: body('external-1-0') })),
        'an id twice',
      ).rejects.toThrow(LedgerConflictError);
      await expect(ledger.commitRead(step(now, batch(1, [record(2)]))), 'a row twice').rejects.toThrow(
        LedgerConflictError,
      );
      await expect(ledger.commitRead({ ...step(now, undefined), intakeId: 'none' })).rejects.toThrow(
        'intake none is not in the ledger',
      );

      expect(await found(ledger, intake.id)).toEqual(now);
      expect((await all(ledger.records(intake.id))).map(({ place: { row } }) => row)).toEqual([1, 2]);
      expect(await ledger.tally(intake.id)).toMatchObject({
        rows: 3,
        rejected: 1,
        records: 2,
        batches: { sealed: 1 },
      });
    });

    it('is refused once the intake is ready', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const intake = await load(ledger, [2]);
      await ledger.finishLoading(intake.id);
      await ledger.claimRecords(intake.id);
      await ledger.markReady(intake.id);
      await expect(ledger.commitRead(step(intake, batch(9, [record(3)])))).rejects.toThrow('is ready');
    });
  });

  describe('becoming ready', () => {
    it('takes a finished loading, after the very last row', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const intake = await load(ledger, [2]);
      await expect(ledger.markReady(intake.id)).rejects.toThrow('its loading was not finished');
      await ledger.finishLoading(intake.id);
      await ledger.commitRead(step(intake, batch(9, [record(3)])));
      await expect(ledger.markReady(intake.id)).rejects.toThrow('its loading was not finished after row 3');
      await ledger.finishLoading(intake.id);
      await ledger.claimRecords(intake.id);
      await ledger.markReady(intake.id);
      await ledger.markReady(intake.id);
      await ledger.finishLoading(intake.id);
      expect((await found(ledger, intake.id)).state).toBe('ready');
    });

    it('comes before anything is sent', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const intake = await load(ledger, [2]);
      expect(await ledger.sendable(intake.id, minute(1), 10)).toEqual([]);
      const [sealed] = await ledger.batchesIn(intake.id, 'sealed');
      await expect(ledger.recordIntent(sealed?.id ?? 0, minute(1))).rejects.toThrow('is reading, not ready');
      expect((await ledger.batchesIn(intake.id, 'sealed'))[0]).toMatchObject({ attempts: 0 });
    });
  });
}
