import { describe, expect, it } from 'vitest';
import { SeededRandom } from '@enrollkit/base';
import { placedRecords } from '@enrollkit/testkit';
import {
  all,
  batch,
  found,
  identity,
  load,
  loadReady,
  minute,
  record,
  rejection,
  settleAll,
  step,
  submitNext,
} from '../builders.ts';
import type { NewPlace } from '../place.ts';

/** Streams, the audit trail, and what is at rest. */
export function viewSuite(newPlace: NewPlace): void {
  describe('streams', () => {
    it('come in row order over page borders, whole', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const intake = await ledger.openIntake(identity({ batchSize: 2500 }));
      await ledger.commitRead(
        step(
          intake,
          batch(
            0,
            Array.from({ length: 2500 }, (_, index) => record(index * 2 + 1)),
          ),
          Array.from({ length: 2500 }, (_, index) => rejection(index * 2 + 2)),
        ),
      );
      expect((await all(ledger.records(intake.id))).map(({ place: { row } }) => row)).toEqual(
        Array.from({ length: 2500 }, (_, index) => index * 2 + 1),
      );
      expect(await all(ledger.records(intake.id, 'batched'))).toHaveLength(2500);
      expect(await all(ledger.records(intake.id, 'enrolled'))).toHaveLength(0);
      expect((await all(ledger.rejections(intake.id))).map(({ place: { row } }) => row)).toEqual(
        Array.from({ length: 2500 }, (_, index) => index * 2 + 2),
      );
    });

    it('hold nothing back from a writer while they run', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await load(ledger, [3]);
      for await (const {
        place: { row },
      } of ledger.records(id)) {
        await ledger.commitRead(step(await found(ledger, id), undefined, [rejection(100 + row)]));
      }
      expect(await ledger.tally(id)).toMatchObject({ records: 3, rejected: 3 });
    });
  });

  describe('a look whether everything adds up', () => {
    it('finds nothing in a ledger with settled, submitted, abandoned and retried batches', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { id } = await loadReady(ledger, [2, 2, 2, 2]);
      await settleAll(ledger, await submitNext(ledger, id), [1]);
      await ledger.commitRetry(id, batch(0, [record(1)], 2));
      await ledger.abandonBatch(await submitNext(ledger, id));
      await submitNext(ledger, id);
      expect(await ledger.verify()).toEqual([]);
    });
  });

  describe('the audit trail', () => {
    it('tells who did what, in order, for all or for one intake', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const events = [
        {
          at: minute(1),
          actor: 'ada',
          action: 'run',
          intakeId: 'a1b2',
          detail: { config: 'sha256:1', kid: 'k', dryRun: false, rows: 3 },
        },
        { at: minute(2), actor: 'bob', action: 'resolve', intakeId: 'a1b2', batchId: 7, detail: {} },
        { at: minute(3), actor: 'ada', action: 'init', detail: {} },
      ];
      for (const event of events) await ledger.appendEvent(event);
      expect(await all(ledger.events())).toEqual(events);
      expect(await all(ledger.events('a1b2'))).toEqual(events.slice(0, 2));
    });
  });

  describe('at rest', () => {
    it('no PAN is in any file, though its masked form is', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const cards = placedRecords(new SeededRandom(5), 25).map(
        ({
          record: {
            card: { pan },
          },
        }) => pan,
      );
      const intake = await ledger.openIntake(identity());
      const records = cards.map((pan, index) => ({
        ...record(index + 1),
        maskedPan: `${pan.slice(0, 6)}******${pan.slice(-4)}`,
      }));
      await ledger.commitRead(step(intake, batch(0, records), [rejection(26)]));
      const bytes = await place.bytesAtRest();
      expect(bytes.includes(records[0]?.maskedPan ?? '')).toBe(true);
      expect(cards.filter((pan) => bytes.includes(pan))).toEqual([]);
    });
  });
}
