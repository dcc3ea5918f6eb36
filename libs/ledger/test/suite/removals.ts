import { describe, expect, it } from 'vitest';
import { KEY_BYTES, LedgerConflictError } from '@enrollkit/ledger';
import { all, body, found, minute, reason, settleAll } from '../builders.ts';
import { digestsOfCard, keyOfCard, read, recordOfCard, twinsOfCard, type Card } from '../cards.ts';
import type { NewPlace } from '../place.ts';
import { changed, due, enroll, enrolled, look, submitAll, originOf } from '../register-steps.ts';

/** Cards that are deleted: of who opts out, of a full extract, and of those that others take the place of. */
export function removalSuite(newPlace: NewPlace): void {
  describe('who opts out while a card is on its way', () => {
    it('is deleted as soon as it is enrolled: the card or, with the last one, the profile', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const [one, two, three] = ['one', 'two', 'three'].map((consumer) => ({ consumer, card: 'a' })) as [
        Card,
        Card,
        Card,
      ];
      await read(ledger, 'first', { cards: [one, { ...one, card: 'b' }, two, { ...two, card: 'b' }, three] });
      await ledger.optOut(Buffer.concat([keyOfCard(one).fill(0, KEY_BYTES / 2), keyOfCard(two)]));
      expect(await ledger.removeOptedOut('first')).toBe(0);
      for (const id of await submitAll(ledger, 'first')) await settleAll(ledger, id);
      await expect(ledger.settleIntake('first'), 'something is left to be deleted').rejects.toThrow(
        LedgerConflictError,
      );
      expect(await ledger.removeOptedOut('first'), 'made only once').toBe(0);
      const requests = await due(ledger, 'first');
      const seen = requests.map(({ kind, address }) => [kind, address?.externalConsumerId]).toSorted();
      expect(seen).toEqual([
        ['delete-card', 'two'],
        ['delete-profile', 'one'],
      ]);
      for (const { id } of requests) {
        await ledger.recordChangeIntent(id);
        await ledger.endChange(id, { state: 'done' });
      }
      await ledger.settleIntake('first');
      expect(await ledger.enrolledSize()).toBe(2);
      expect(await ledger.verify()).toEqual([]);
    });
  });

  it('a card that was deleted first is no more in the register when its successor is refused', async () => {
    await using place = await newPlace();
    const ledger = await place.open();
    const [card] = (await enrolled(ledger, 1)) as [Card];
    const origin = await originOf(ledger, card);
    const other = { ...changed(card), again: true, pan: 'another' };
    await read(ledger, 'second', { cards: [other], replaces: origin });
    const [{ id } = { id: 0 }] = await ledger.dueChanges('second', {
      now: minute(60),
      phase: 'before-batches',
      limit: 10,
    });
    await ledger.recordChangeIntent(id);
    await ledger.endChange(id, { state: 'done' });
    await enroll(ledger, 'second', [1]);
    expect(await look(ledger, other)).toMatchObject({ state: 'refused' });
    expect(await look(ledger, card), 'another number than the refused one').toMatchObject({
      state: 'refused',
      changed: ['contact', 'address'],
    });
    expect(await ledger.verify()).toEqual([]);
  });

  it('a card stays while its successor is refused, and is deleted once that is enrolled by a retry', async () => {
    await using place = await newPlace();
    const ledger = await place.open();
    const [card] = (await enrolled(ledger, 1)) as [Card];
    const origin = await originOf(ledger, card);
    const other = { ...changed(card), again: true, pan: 'another' };
    await read(ledger, 'second', { cards: [other], replaces: origin });
    const [id = 0] = await submitAll(ledger, 'second');
    await settleAll(ledger, id, [1]);
    const [deletion = { id: 0 }] = await due(ledger, 'second');
    await ledger.endChange(deletion.id, { state: 'dropped', reason: reason() });
    await ledger.settleIntake('second');
    expect(await ledger.droppedReplacements('second', [1, 2])).toEqual([{ row: 1, ...origin }]);
    await ledger.commitRetry('second', {
      generation: 2,
      position: 0,
      body: body('retry'),
      records: [recordOfCard(other, 1)],
      register: { keys: keyOfCard(other), digests: digestsOfCard(other), twins: twinsOfCard(other) },
    });
    expect(await ledger.droppedReplacements('second', [1])).toEqual([]);
    for (const batchId of await submitAll(ledger, 'second')) await settleAll(ledger, batchId);
    expect(await due(ledger, 'second')).toMatchObject([
      { state: 'waiting', kind: 'delete-replaced', successor: { state: 'enrolled' } },
    ]);
    await ledger.recordChangeIntent(deletion.id);
    await ledger.endChange(deletion.id, { state: 'done' });
    await ledger.settleIntake('second');
    expect(await look(ledger, other)).toBe('unchanged');
    expect(await ledger.verify()).toEqual([]);
  });

  describe('a full extract', () => {
    it('has the cards removed that it lacks, up to the limit, also after their batches were purged', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const known = await enrolled(ledger, 5);
      await ledger.purge('first');
      const [portion] = await all(ledger.enrolledKeys());
      expect(Buffer.from(portion?.keys ?? []).toString('hex')).toBe(
        known
          .map((card) => keyOfCard(card).toString('hex'))
          .toSorted()
          .join(''),
      );
      expect([...(portion?.withoutIds ?? [])]).toEqual([0, 0, 0, 0, 0]);
      expect(await ledger.enrolledSize()).toBe(5);
      await read(ledger, 'full', { cards: known.slice(0, 2), until: 'read' });
      const removed = { present: keyOfCard(known[2] ?? { consumer: '', card: '' }), most: 1 };
      expect(await ledger.removeMissing('full', removed)).toEqual({ missing: 2, removed: 0, withoutIds: 0 });
      expect(await ledger.removeMissing('full', { ...removed, most: 2 })).toMatchObject({ removed: 2 });
      expect(await ledger.removeMissing('full', { ...removed, most: 2 })).toMatchObject({ removed: 2 });
      await ledger.claimRecords('full');
      await ledger.markReady('full');
      const requests = await due(ledger, 'full');
      expect(requests.map(({ kind, address }) => [kind, address?.externalConsumerId]).toSorted()).toEqual([
        ['delete-card', 'person-4'],
        ['delete-card', 'person-5'],
      ]);
      for (const { id } of requests) {
        await ledger.recordChangeIntent(id);
        await ledger.endChange(id, { state: 'done' });
      }
      expect(await look(ledger, known[4] ?? { consumer: '', card: '' })).toMatchObject({ state: 'removed' });
      expect(await all(ledger.changes('full'))).toHaveLength(2);
      expect(await found(ledger, 'full')).toMatchObject({ state: 'ready' });
      expect((await ledger.tally('full')).missing).toBe(2);
    });
  });

  describe('who opted out', () => {
    it('is found under every card, whatever else is known, until a new consent', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const [one = { consumer: '', card: '' }, two = one] = await enrolled(ledger, 2);
      const consumer = Buffer.concat([keyOfCard(one).subarray(0, KEY_BYTES / 2)], KEY_BYTES);
      expect((await ledger.enrolledCards(consumer)).map(({ key }) => Buffer.from(key))).toEqual([
        keyOfCard(one),
      ]);
      expect(
        (await ledger.registered(consumer, 1)).map(({ address }) => address?.externalConsumerId),
      ).toEqual([one.consumer]);
      expect(await ledger.optOut(Buffer.concat([consumer, keyOfCard(two)]))).toBe(2);
      expect(await ledger.optOut(consumer)).toBe(0);
      await ledger.acceptRemoved(keyOfCard(one));
      for (const card of [one, { ...one, card: 'never seen' }, two])
        expect(await look(ledger, card)).toMatchObject({ state: 'opted-out' });
      expect(await look(ledger, { ...two, card: 'never seen' })).toBe('new');
      expect(await ledger.optIn(consumer)).toBe(1);
      expect(await look(ledger, one)).toBe('new');
      expect(await look(ledger, two)).toMatchObject({ state: 'opted-out' });
    });
  });
}
