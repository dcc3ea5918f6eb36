import { describe, expect, it } from 'vitest';
import { signatureValidMs } from '@enrollkit/enrollment';
import type { Ledger } from '@enrollkit/ledger';
import { all, minute, reason } from '../builders.ts';
import { read, type Card } from '../cards.ts';
import type { NewPlace } from '../place.ts';
import { changed, enroll, enrolled, originOf } from '../register-steps.ts';

const justBefore = (): Date => new Date(Date.now() + signatureValidMs - 60_000);
const after = (): Date => new Date(Date.now() + signatureValidMs + 60_000);

/** An intake with another card under the id of an enrolled one, which is to be deleted first. */
async function replacing(ledger: Ledger, card: Card, id = 'second'): Promise<number> {
  const origin = await originOf(ledger, card);
  const other = { ...changed(card), again: true, pan: 'another' };
  await read(ledger, id, { cards: [other], replaces: origin, deletesFirst: true });
  const [deletion = { id: 0 }] = await deletions(ledger, id);
  return deletion.id;
}

const deletions = (ledger: Ledger, id: string) =>
  ledger.dueChanges(id, { now: after(), phase: 'before-batches', limit: 10 });

/** Whether the batch of an intake may be sent at that time. */
const maySend = async (ledger: Ledger, id: string, at: Date): Promise<boolean> =>
  (await ledger.sendable(id, at, 10)).length > 0;

/** One attempt gets no answer; the next one does. */
async function unansweredThenDone(ledger: Ledger, id: number): Promise<void> {
  await ledger.recordChangeIntent(id);
  await ledger.postponeChange(id, { state: 'unknown', notBefore: minute(1), reason: reason() });
  await ledger.recordChangeIntent(id);
  await ledger.endChange(id, { state: 'done' });
}

/** Requests that could arrive after what was sent later. */
export function lateRequestSuite(newPlace: NewPlace): void {
  describe('a request that got no answer', () => {
    it('keeps the card that takes the place of a deleted one back until it cannot arrive any more', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const [card] = (await enrolled(ledger, 1)) as [Card];
      const deletion = await replacing(ledger, card);
      expect(await maySend(ledger, 'second', after()), 'before the deletion').toBe(false);
      await unansweredThenDone(ledger, deletion);
      expect(await maySend(ledger, 'second', justBefore())).toBe(false);
      expect(await maySend(ledger, 'second', after())).toBe(true);
    });

    it('keeps nothing back when it was answered at once', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const [card] = (await enrolled(ledger, 1)) as [Card];
      const deletion = await replacing(ledger, card);
      await ledger.recordChangeIntent(deletion);
      await ledger.endChange(deletion, { state: 'done' });
      expect(await maySend(ledger, 'second', new Date())).toBe(true);
    });

    it('keeps the new card back when its process died with the deletion under way', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const [card] = (await enrolled(ledger, 1)) as [Card];
      const deletion = await replacing(ledger, card);
      await ledger.recordChangeIntent(deletion);
      expect(await ledger.recoverChanges('second')).toBe(1);
      await ledger.recordChangeIntent(deletion);
      await ledger.endChange(deletion, { state: 'done' });
      expect(await maySend(ledger, 'second', justBefore())).toBe(false);
    });

    it('keeps back what a later input sends about the same consumer, although its own was purged', async () => {
      let now = Date.now();
      await using place = await newPlace();
      const ledger = await place.open({ now: () => now });
      const [card] = (await enrolled(ledger, 1)) as [Card];
      await unansweredThenDone(ledger, await replacing(ledger, card));
      const [{ id } = { id: 0 }] = await ledger.batchesIn('second', 'sealed');
      await ledger.abandonBatch(id);
      await ledger.settleIntake('second');
      await ledger.purge('second');
      await read(ledger, 'third', { cards: [{ ...card, card: 'one more' }] });
      expect(await maySend(ledger, 'third', justBefore())).toBe(false);
      now = after().getTime();
      await ledger.purge('first');
      expect(await all(ledger.changes('second')), 'which goes with the next purge').toEqual([]);
      expect(await ledger.verify()).toEqual([]);
    });

    it('keeps back what a later input sends about the same consumer, and nothing else', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const [card, other] = (await enrolled(ledger, 2)) as [Card, Card];
      await unansweredThenDone(ledger, await replacing(ledger, card));
      const [again, beside] = [card, other].map((of) => ({ ...of, card: 'one more' })) as [Card, Card];
      await read(ledger, 'third', { cards: [again] });
      await read(ledger, 'fourth', { cards: [beside] });
      expect(await maySend(ledger, 'third', justBefore())).toBe(false);
      expect(await maySend(ledger, 'third', after())).toBe(true);
      expect(await maySend(ledger, 'fourth', new Date())).toBe(true);
      await enroll(ledger, 'fourth');
      expect(await ledger.verify()).toEqual([]);
    });
  });

  it('a card whose successor was surely not sent yet is told from one whose successor may be enrolled', async () => {
    await using place = await newPlace();
    const ledger = await place.open();
    const [card] = (await enrolled(ledger, 1)) as [Card];
    const deletion = await replacing(ledger, card);
    const state = async () => (await deletions(ledger, 'second'))[0]?.successor?.state;
    expect(await state()).toBe('sealed');
    const [batch = { id: 0 }] = await ledger.batchesIn('second', 'sealed');
    await ledger.recordIntent(batch.id, minute(1));
    await ledger.returnToSealed(batch.id, minute(1), reason());
    expect(await state()).toBe('open');
    await ledger.endChange(deletion, { state: 'dropped' });
  });
}
