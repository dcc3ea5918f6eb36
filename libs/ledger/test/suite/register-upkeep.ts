import { describe, expect, it } from 'vitest';
import { LedgerBindingError, type LedgerBinding, type SealedBatch } from '@enrollkit/ledger';
import { all, body, reason, settleAll } from '../builders.ts';
import { cards, digestsOf, keyOfCard, keysOf, read, recordOfCard } from '../cards.ts';
import type { NewPlace } from '../place.ts';
import { enroll, look } from '../register-steps.ts';

const binding: LedgerBinding = {
  environment: 'https://api.example.com',
  programme: 'programme-1',
  keyCheck: new Uint8Array(16).fill(7),
  digestVersion: 1,
};

/** What else changes the register, and who may. */
export function registerUpkeepSuite(newPlace: NewPlace): void {
  describe('the binding', () => {
    it('is made once, and refuses another environment, programme, key or version of the digests', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      expect(await ledger.binding()).toBeUndefined();
      await ledger.bind(binding);
      await ledger.bind(binding);
      expect(await ledger.binding()).toEqual({ environment: binding.environment, programme: 'programme-1' });
      const codes = async (other: Partial<LedgerBinding>) => {
        const error: unknown = await ledger.bind({ ...binding, ...other }).catch((thrown: unknown) => thrown);
        return error instanceof LedgerBindingError ? error.code : error;
      };
      expect(await codes({ environment: 'https://sandbox.example.com' })).toBe('ledger-bound-elsewhere');
      expect(await codes({ programme: 'programme-2' })).toBe('ledger-bound-elsewhere');
      expect(await codes({ keyCheck: new Uint8Array(16).fill(8) })).toBe('ledger-key-changed');
      expect(await codes({ digestVersion: 2 })).toBe('ledger-digest-version');
      await expect(ledger.bind({ ...binding, environment: 'https://sandbox.example.com' })).rejects.toThrow(
        'belongs to the environment https://api.example.com; this is https://sandbox.example.com',
      );
    });

    it('refuses a ledger that holds intakes of another programme', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(1) });
      await expect(ledger.bind({ ...binding, programme: 'programme-2' })).rejects.toThrow('programme-1');
    });
  });

  describe('an import', () => {
    it('makes cards known that were enrolled by other means, and takes their digests from the first file', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(1) });
      await enroll(ledger, 'first');
      const epoch = await ledger.registerEpoch();
      expect(await ledger.importEntries(keysOf(cards(3)))).toBe(2);
      expect(await ledger.registerEpoch()).toBeGreaterThan(epoch);
      const [, card = { consumer: '', card: '' }] = cards(3);
      expect(await look(ledger, card)).toMatchObject({
        state: 'enrolled',
        digestsMissing: true,
        changed: [],
      });
      await ledger.fillDigests({ keys: keyOfCard(card), digests: digestsOf([card]) });
      expect(await look(ledger, card)).toBe('unchanged');
      const changed = { ...card, fields: { address: 'second' } };
      await ledger.fillDigests({ keys: keyOfCard(card), digests: digestsOf([changed]) });
      expect(await look(ledger, changed)).toMatchObject({ changed: ['address'] });
    });
  });

  describe('erasing a consumer', () => {
    it('leaves a tombstone and nothing of the person, and nobody enrolls them again by accident', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: [...cards(2), { consumer: 'person-1', card: 'second' }] });
      await enroll(ledger, 'first');
      const [card = { consumer: '', card: '' }] = cards(1);
      const of = { externalConsumerId: 'person-1', consumerKey: keyOfCard(card).subarray(0, 8) };
      expect(await ledger.forget(of)).toEqual({ entries: 2, rows: 2 });
      expect(await look(ledger, card)).toMatchObject({ state: 'erased' });
      const { unsent } = await read(ledger, 'second', { cards: cards(2) });
      expect(unsent).toEqual([{ reason: 'removed' }]);
      expect((await all(ledger.records('first'))).map((record) => record.externalConsumerId)).toEqual([
        '',
        'person-2',
        '',
      ]);
      expect((await ledger.tally('first')).enrolled).toBe(3);
      expect(await ledger.verify()).toEqual([]);
    });

    it('leaves their e-mail, mobile and card number free for others', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(1) });
      await enroll(ledger, 'first');
      const heir = {
        consumer: 'heir',
        card: '1',
        email: 'person-1@example.com',
        pan: 'number of person-1 card-1',
      };
      const before = await read(ledger, 'before', { cards: [heir], until: 'claimed' });
      expect(before.withdrawn).toMatchObject([{ reason: 'shared-contact' }]);
      const [card = { consumer: '', card: '' }] = cards(1);
      await ledger.forget({
        externalConsumerId: 'person-1',
        consumerKey: keyOfCard(card).subarray(0, 8),
      });
      expect((await read(ledger, 'after', { cards: [heir] })).withdrawn).toEqual([]);
    });

    it('is refused while a batch of the consumer has not ended', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(1) });
      const [card = { consumer: '', card: '' }] = cards(1);
      const of = { externalConsumerId: 'person-1', consumerKey: keyOfCard(card).subarray(0, 8) };
      await expect(ledger.forget(of)).rejects.toThrow('it must end before');
    });

    it('is spared by a purge, as the whole register is', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(2) });
      await enroll(ledger, 'first');
      await ledger.purge('first');
      const said = await Promise.all(cards(2).map((card) => look(ledger, card)));
      expect(said).toEqual(['unchanged', 'unchanged']);
      const { unchangedBy } = await ledger.lookUp({ keys: keysOf(cards(2)), digests: digestsOf(cards(2)) });
      expect(unchangedBy).toEqual({ first: 2 });
    });
  });

  describe('a ledger that was adopted', () => {
    it('sends nothing new until a person says that the lost time is accounted for', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(4) });
      await enroll(ledger, 'first', [2, 3]);
      await read(ledger, 'reading', { cards: cards(1, 20), until: 'read' });
      expect(await ledger.isInDoubt()).toBe(false);
      expect(await ledger.adopt()).toBe(0);
      expect(await ledger.isInDoubt()).toBe(true);
      await read(ledger, 'second', { cards: cards(2, 5) });
      expect(await ledger.batchesIn('second', 'sealed')).toEqual([]);
      expect(await ledger.batchesIn('second', 'unknown')).toMatchObject([
        { attempts: 1, reason: { code: 'LEDGER_ADOPTED' } },
      ]);
      await ledger.commitRetry('first', retryOf(2));
      expect(await ledger.batchesIn('first', 'sealed')).toEqual([]);
      await ledger.endDoubt();
      expect(await ledger.isInDoubt()).toBe(false);
      await ledger.commitRetry('first', retryOf(3));
      expect((await ledger.batchesIn('first', 'sealed')).length).toBe(1);
      await read(ledger, 'third', { cards: cards(2, 10) });
      await read(ledger, 'reading', { cards: cards(1, 20) });
      for (const id of ['third', 'reading'])
        expect((await ledger.batchesIn(id, 'sealed')).length, id).toBe(1);
      expect(await ledger.verify()).toEqual([]);
    });
  });

  describe('a card in a batch in state unknown', () => {
    it('is unresolved for other intakes once nothing else of its intake is on its way', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'third', { cards: cards(6, 20) });
      const [one, other] = await ledger.sendable('third', new Date(), 2);
      for (const batch of [one, other]) await ledger.recordIntent(batch?.id ?? 0, new Date());
      await ledger.markUnknown(one?.id ?? 0, reason());
      const [waiting = { consumer: '', card: '' }] = cards(1, 20);
      expect(await look(ledger, waiting, 'fourth')).toMatchObject({ state: 'in-flight' });
      await ledger.recordReceipt(other?.id ?? 0, 'provider', new Date());
      await settleAll(ledger, other?.id ?? 0);
      await ledger.mergeSettled();
      expect(await look(ledger, waiting, 'fourth')).toMatchObject({ state: 'unresolved', intakeId: 'third' });
    });
  });

  describe('a retry', () => {
    it('is refused when another intake has enrolled the card since it was looked up', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: cards(2) });
      await enroll(ledger, 'first', [2]);
      await read(ledger, 'second', { cards: cards(2).map((card) => ({ ...card, again: true })) });
      await enroll(ledger, 'second');
      await expect(ledger.commitRetry('first', retryOf(2))).rejects.toThrow('has come to another end');
      expect((await ledger.tally('first')).waiting).toBe(0);
    });
  });

  describe('the history of a consumer', () => {
    it('tells over all intakes what became of each card', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await read(ledger, 'first', { cards: [...cards(2), { consumer: 'person-1', card: 'second' }] });
      await enroll(ledger, 'first', [3]);
      const [card = { consumer: '', card: '' }] = cards(1);
      await read(ledger, 'second', { cards: [{ ...card, fields: { name: 'second' } }] });
      const of = { externalConsumerId: 'person-1', consumerKey: keyOfCard(card).subarray(0, 8) };
      const historyOf = async (more: object = {}) =>
        (await all(ledger.history({ ...of, ...more }))).map(({ intakeId, what, externalCardId, code }) => [
          intakeId,
          what,
          externalCardId,
          code,
        ]);
      expect(await historyOf()).toEqual(
        expect.arrayContaining([
          ['first', 'enrolled', 'card-1', undefined],
          ['first', 'refused', 'second', 'ISSUER_DECLINED'],
          ['second', 'changed', 'card-1', undefined],
        ]),
      );
      expect(await historyOf({ externalCardId: 'second' })).toEqual([
        ['first', 'refused', 'second', 'ISSUER_DECLINED'],
      ]);
      expect(await all(ledger.history({ ...of, externalConsumerId: 'person-9' }))).toEqual([]);
    });
  });
}

/** The retry of one row of `cards`. */
function retryOf(row: number): SealedBatch {
  const of = cards(1, row);
  return {
    generation: 2,
    position: row,
    body: body(`retry of ${row}`),
    records: of.map((card) => recordOfCard(card, row)),
    register: { keys: keysOf(of), digests: digestsOf(of), twins: new Uint8Array(24) },
  };
}
