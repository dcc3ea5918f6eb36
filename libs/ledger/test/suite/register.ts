import { describe, expect, it } from 'vitest';
import { LedgerConflictError, TWIN_BYTES } from '@enrollkit/ledger';
import { all, minute, outcome, reason } from '../builders.ts';
import { cards, digestsOf, keyOfCard, read } from '../cards.ts';
import type { NewPlace } from '../place.ts';
import { enroll, look, submitAll } from '../register-steps.ts';

/** The register. */
export function registerSuite(newPlace: NewPlace): void {
  describe('the register', () => {
    it('lets each card of each consumer be enrolled once, however the next file is made', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'canary', { cards: cards(2) });
      await enroll(ledger, 'canary');
      const whole = await read(ledger, 'whole', { cards: cards(5).toReversed() });
      expect(await ledger.tally('whole')).toMatchObject({
        rows: 5,
        records: 3,
        unsent: { unchanged: 2 },
        unchangedBy: { canary: 2 },
      });
      expect(whole.unsent).toEqual([]);
      await enroll(ledger, 'whole');
      const corrected = cards(5).map((card, index) =>
        index === 3 ? { ...card, fields: { name: 'second' } } : card,
      );
      const { unsent } = await read(ledger, 'corrected', { cards: corrected });
      expect(unsent).toEqual([{ reason: 'changed', groups: ['name'], intakeId: 'whole' }]);
      expect(await ledger.tally('corrected')).toMatchObject({
        records: 0,
        unsent: { unchanged: 4, changed: 1 },
      });
      expect(await all(ledger.unsent('corrected'))).toMatchObject([
        { externalConsumerId: 'person-4', place: { row: 4 }, reason: 'changed', groups: ['name'] },
      ]);
      expect(await ledger.registerSize()).toBe(5);
      expect(await ledger.verify()).toEqual([]);
    });

    it('names every group of fields that differs, and no other', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(1) });
      await enroll(ledger, 'first');
      const [card = { consumer: '', card: '' }] = cards(1);
      expect(
        await look(ledger, { ...card, fields: { card: 'other', contact: 'other', consent: 'other' } }),
      ).toMatchObject({ state: 'enrolled', changed: ['card', 'contact', 'consent'], digestsMissing: false });
      expect(await look(ledger, card)).toBe('unchanged');
      expect(await look(ledger, { ...card, card: 'another' })).toBe('new');
    });

    it('keeps what was agreed when a later change is refused', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(1) });
      await enroll(ledger, 'first');
      const again = cards(1).map((card) => ({ ...card, fields: { name: 'second' }, again: true }));
      await read(ledger, 'second', { cards: again });
      await enroll(ledger, 'second', [1]);
      const [card = { consumer: '', card: '' }] = cards(1);
      expect(await look(ledger, card)).toBe('unchanged');
      await read(ledger, 'third', { cards: again });
      await enroll(ledger, 'third');
      expect(await look(ledger, card)).toMatchObject({ state: 'enrolled', changed: ['name'] });
    });

    it('knows who was refused, with the code, and does not send a final refusal again until the row changes', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(3) });
      const [batch = 0] = await submitAll(ledger, 'first');
      const [one, two, three] = await ledger.recordsOf(batch);
      if (!one || !two || !three) throw new Error('records are missing');
      await ledger.settle(batch, [
        { ...outcome(one, 'INVALID_PAN'), recoverable: false },
        { ...outcome(two, 'NO_RESPONSE_FROM_ISSUER'), recoverable: true },
      ]);
      await ledger.settleIntake('first');
      const { unsent } = await read(ledger, 'second', { cards: cards(3) });
      expect(unsent).toEqual([
        { reason: 'refused-before', intakeId: 'first', code: 'INVALID_PAN' },
        { reason: 'unresolved', intakeId: 'first' },
      ]);
      expect(await ledger.tally('second')).toMatchObject({ records: 1 });
      const changed = cards(1).map((card) => ({ ...card, fields: { card: 'second' } }));
      await read(ledger, 'third', { cards: changed });
      expect(await ledger.tally('third')).toMatchObject({ records: 1 });
    });

    it('leaves a card in doubt unresolved when its batch was sent and abandoned, and free when it never left', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(4), batchSize: 2 });
      const [sent, unsent] = await ledger.sendable('first', minute(60), 2);
      await ledger.recordIntent(sent?.id ?? 0, minute(1));
      await ledger.markUnknown(sent?.id ?? 0, reason());
      await ledger.abandonBatch(sent?.id ?? 0);
      await ledger.abandonBatch(unsent?.id ?? 0);
      await ledger.settleIntake('first');
      const said = await Promise.all(cards(4).map((card) => look(ledger, card)));
      expect(said).toMatchObject([{ state: 'unresolved' }, { state: 'unresolved' }, 'new', 'new']);
    });
  });

  describe('a claim', () => {
    it('keeps a card that is on its way, or unknown, out of every other intake, and names the one that has it', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(3) });
      const [batch] = await ledger.sendable('first', minute(60), 1);
      await ledger.recordIntent(batch?.id ?? 0, minute(1));
      await ledger.markUnknown(batch?.id ?? 0, reason());
      const { unsent } = await read(ledger, 'one more', { cards: cards(4) });
      expect(unsent).toEqual([1, 2, 3].map(() => ({ reason: 'unresolved', intakeId: 'first' })));
      expect(await ledger.tally('one more')).toMatchObject({ records: 1, unsent: { unresolved: 3 } });
      expect(await look(ledger, cards(1)[0] ?? { consumer: '', card: '' }, 'first')).toBe('new');
    });

    it('is won by one of two intakes that were read at the same time; the loser takes the rows out before it is ready', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(3), until: 'read' });
      await read(ledger, 'second', { cards: cards(5), until: 'read' });
      await expect(ledger.markReady('first')).rejects.toThrow('its records are not claimed');
      const first = await read(ledger, 'first', { cards: cards(3) });
      const second = await read(ledger, 'second', { cards: cards(5) });
      expect([first.withdrawn.length, second.withdrawn.map(({ reason: why }) => why)]).toEqual([
        0,
        ['in-flight', 'in-flight', 'in-flight'],
      ]);
      expect(await ledger.tally('second')).toMatchObject({ records: 2, unsent: { 'in-flight': 3 } });
      expect(await ledger.verify()).toEqual([]);
    });

    it('is lost to what was merged since the rows were looked up, though nobody holds it any more', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'slow', { cards: cards(3), until: 'read' });
      await read(ledger, 'quick', { cards: cards(2) });
      await enroll(ledger, 'quick');
      const slow = await read(ledger, 'slow', { cards: cards(3) });
      expect(slow.withdrawn.map(({ place: { row } }) => row).sort()).toEqual([1, 2]);
      expect(await ledger.tally('slow')).toMatchObject({ records: 1 });
    });

    it('of a retry is refused while another intake has the card', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(1) });
      await enroll(ledger, 'first', [1]);
      const [card = { consumer: '', card: '' }] = cards(1);
      await read(ledger, 'second', { cards: [{ ...card, again: true }] });
      const [refused] = await all(ledger.records('first', 'refused'));
      if (refused === undefined) throw new Error('nobody was refused');
      const retry = {
        generation: 2,
        position: 0,
        body: { externalBatchId: 'retry', bytes: Buffer.from('x'), kid: 'k' },
        records: [refused],
        register: { keys: keyOfCard(card), digests: digestsOf([card]), twins: new Uint8Array(TWIN_BYTES) },
      };
      await expect(ledger.commitRetry('first', retry)).rejects.toThrow('in flight in intake second');
      await enroll(ledger, 'second', [1]);
      await ledger.commitRetry('first', retry);
      await enroll(ledger, 'first');
      expect(await look(ledger, card)).toBe('unchanged');
    });
  });

  describe('an intake of the same bytes', () => {
    it('is the same while nothing else was merged, and another one when the register has moved on since', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const monday = async () => (await ledger.findCurrentIntake('monday', 'programme-1'))?.id;
      expect(await monday()).toBeUndefined();
      await read(ledger, 'monday', { cards: cards(2), until: 'read' });
      expect(await monday()).toBe('monday');
      await read(ledger, 'monday', { cards: cards(2) });
      await enroll(ledger, 'monday');
      expect(await monday(), 'its own merges do not make it another').toBe('monday');
      await read(ledger, 'tuesday', { cards: cards(2).map((card) => ({ ...card, again: true })) });
      await enroll(ledger, 'tuesday');
      expect(await monday()).toBeUndefined();
    });

    it('is read again from its first row when the register has moved on while its reading was interrupted', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'slow', { cards: cards(4), until: 'read' });
      await read(ledger, 'quick', { cards: cards(2) });
      await enroll(ledger, 'quick');
      const stale = await ledger.findIntake('slow');
      expect(stale?.epoch).not.toBe(await ledger.registerEpoch());
      expect(await ledger.restartReading('slow')).toMatchObject({
        position: { rows: 0, batches: 0, offset: 0, line: 1 },
        epoch: await ledger.registerEpoch(),
      });
      await read(ledger, 'slow', { cards: cards(4) });
      expect(await ledger.tally('slow')).toMatchObject({ rows: 4, records: 2, unsent: { unchanged: 2 } });
      await expect(ledger.restartReading('slow')).rejects.toThrow(LedgerConflictError);
      expect(await ledger.verify()).toEqual([]);
    });
  });

  describe('the end of the load', () => {
    it('finds a key that comes twice though its first row was not sent', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(1) });
      await enroll(ledger, 'first');
      const [card = { consumer: '', card: '' }] = cards(1);
      const { withdrawn, findings } = await read(ledger, 'second', {
        cards: [card, ...cards(3, 10), { ...card, fields: { name: 'second' }, again: true }],
      });
      expect(findings).toMatchObject({ duplicates: 1 });
      expect(withdrawn).toMatchObject([{ reason: 'duplicate', place: { row: 5 }, firstLine: 2 }]);
    });

    it('finds a consumer with two identities anywhere in the input, and one contact or card number under two consumers', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { withdrawn, findings } = await read(ledger, 'first', {
        batchSize: 1,
        cards: [
          { consumer: 'ada', card: '1' },
          { consumer: 'bob', card: '1', email: 'ada@example.com' },
          { consumer: 'cat', card: '1', pan: 'number of ada 1' },
          { consumer: 'dan', card: '1' },
          { consumer: 'ada', card: '2', identity: 'somebody else' },
          { consumer: 'ada', card: '3' },
        ],
      });
      expect(findings).toEqual({ duplicates: 0, consumerConflicts: 1, sharedContacts: 1, sharedCards: 1 });
      expect(withdrawn).toMatchObject([
        { reason: 'shared-contact', place: { row: 2 }, firstLine: 2 },
        { reason: 'shared-card', place: { row: 3 }, firstLine: 2 },
        { reason: 'consumer-conflict', place: { row: 5 }, firstLine: 2 },
      ]);
    });

    it('finds them against what other intakes enrolled, but not against what was refused', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', {
        cards: [
          { consumer: 'ada', card: '1' },
          { consumer: 'eve', card: '1' },
        ],
      });
      await enroll(ledger, 'first', [2]);
      const { withdrawn } = await read(ledger, 'second', {
        cards: [
          { consumer: 'bob', card: '1', email: 'ada@example.com' },
          { consumer: 'ada', card: '2', pan: 'number of ada 1' },
          { consumer: 'fay', card: '1', email: 'eve@example.com' },
          { consumer: 'ada', card: '3' },
        ],
      });
      expect(withdrawn).toMatchObject([
        { reason: 'shared-contact', place: { row: 1 }, intakeId: 'first' },
        { reason: 'shared-card', place: { row: 2 }, intakeId: 'first' },
      ]);
    });

    it('only counts shared contacts and card numbers where they warn', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const { withdrawn, findings } = await read(ledger, 'first', {
        rules: { contact: 'warn', card: 'warn' },
        cards: [
          { consumer: 'ada', card: '1' },
          { consumer: 'bob', card: '1', email: 'ada@example.com' },
          { consumer: 'cat', card: '1', pan: 'number of ada 1' },
        ],
      });
      expect([withdrawn, findings]).toMatchObject([[], { sharedContacts: 1, sharedCards: 1 }]);
      expect(await ledger.tally('first')).toMatchObject({ records: 3, rejected: 0 });
    });
  });
}
