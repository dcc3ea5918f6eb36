import { describe, expect, it } from 'vitest';
import {
  HASH_BYTES,
  LedgerConflictError,
  type Ledger,
  type NewChange,
  type Withdrawal,
} from '@enrollkit/ledger';
import { all, identity, minute, placesOf, reason, rejection } from '../builders.ts';
import { cards, digestsOfCard, keyOfCard, read, recordOfCard, twinsOfCard, type Card } from '../cards.ts';
import type { NewPlace } from '../place.ts';
import { changed, due, enroll, enrolled, look, originOf } from '../register-steps.ts';

/** What changes: contact and address of each card. `before` has claimed nothing yet when they are read. */
interface Changing {
  readonly of: readonly Card[];
  /** The e-mail address that they have from then on. */
  readonly email?: string;
  readonly before?: string;
}

/** Makes an intake whose rows change what is enrolled. */
async function change(
  ledger: Ledger,
  id: string,
  { of, email, before }: Changing,
): Promise<readonly Withdrawal[]> {
  await ledger.openIntake(identity({ id, digest: id }));
  const window = await ledger.lookUp({
    keys: Buffer.concat(of.map(keyOfCard)),
    digests: Buffer.concat(of.map((card) => digestsOfCard(changed(card)))),
    ...(before !== undefined && { intakeId: before }),
  });
  const changes = window.hits.flatMap(({ index, origin }): NewChange[] => {
    const card = of[index];
    if (card === undefined || origin === undefined) return [];
    const common = { row: index + 1, origin, key: keyOfCard(card), digests: digestsOfCard(changed(card)) };
    return [
      {
        ...common,
        kind: 'update-profile',
        groups: ['contact'],
        ...(email !== undefined && { contact: twinsOfCard({ ...card, email }).fill(0, 2 * HASH_BYTES) }),
      },
      { ...common, kind: 'update-card', groups: ['address'] },
    ];
  });
  const records = of.map((card, index) => recordOfCard(card, index + 1));
  await ledger.commitRead({
    intakeId: id,
    rejections: [],
    unsent: records.map((record) => ({ ...record, reason: 'applied' })),
    changes,
    ...placesOf(records, { first: 1, rows: of.length }),
    position: { rows: of.length, offset: 1_000, line: of.length + 1, batches: 0 },
  });
  await ledger.finishLoading(id);
  const withdrawn = await ledger.nextWithdrawals(id);
  await ledger.dropChanges(
    id,
    withdrawn.map(({ place }) => rejection(place.row)),
  );
  await ledger.claimRecords(id);
  await ledger.markReady(id);
  return withdrawn;
}

/** Single requests that change what is enrolled. */
export function changeSuite(newPlace: NewPlace): void {
  describe('a change', () => {
    it('is one request for all cards of a profile, and is agreed in the register when it is done', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const [one = { consumer: '', card: '' }] = await enrolled(ledger, 1);
      await read(ledger, 'other card', { cards: [{ ...one, card: 'other' }] });
      await enroll(ledger, 'other card');
      const both = [one, { ...one, card: 'other' }];
      await change(ledger, 'second', { of: both });
      const requests = await due(ledger, 'second');
      expect(requests.map(({ kind }) => kind)).toEqual(['update-profile', 'update-card', 'update-card']);
      expect(requests[0]).toMatchObject({
        state: 'waiting',
        place: { row: 1 },
        address: { externalCardId: one.card },
      });
      for (const { id } of requests) {
        await ledger.recordChangeIntent(id);
        await ledger.endChange(id, { state: 'done' });
      }
      for (const card of both) expect(await look(ledger, changed(card))).toBe('unchanged');
      expect((await ledger.tally('second')).changes).toMatchObject({
        'update-profile': { done: 1 },
        'update-card': { done: 2 },
      });
      await ledger.settleIntake('second');
      expect(await ledger.verify()).toEqual([]);
    });

    it('of a contact is found where another consumer has it, and frees what was there before once it is done', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const [one, other] = (await enrolled(ledger, 2)) as [Card, Card];
      const email = `${other.consumer}@example.com`;
      expect(await change(ledger, 'second', { of: [one], email })).toMatchObject([
        { batchId: 0, place: { row: 1 }, reason: 'shared-contact', intakeId: 'first' },
      ]);
      expect(await due(ledger, 'second')).toEqual([]);
      expect(await change(ledger, 'third', { of: [one], email: 'new' })).toEqual([]);
      const taken = { consumer: 'new-1', card: 'new-1', email: 'new' };
      const free = { consumer: 'new-2', card: 'new-2', email: `${one.consumer}@example.com` };
      const found = async (id: string) =>
        (await read(ledger, id, { cards: [taken, free] })).withdrawn.map(({ place: { row } }) => row);
      expect(await found('while it is on its way')).toEqual([1, 2]);
      for (const { id } of await due(ledger, 'third')) {
        await ledger.recordChangeIntent(id);
        await ledger.endChange(id, { state: 'done' });
      }
      expect(await found('after it was done')).toEqual([1]);
    });

    it('is unknown after its process died, is sent again, and holds the intake open until it ends', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await change(ledger, 'second', { of: await enrolled(ledger, 1) });
      const [profile, card] = (await due(ledger, 'second')).map(({ id }) => id) as [number, number];
      await ledger.recordChangeIntent(profile);
      await ledger.recordChangeIntent(card);
      await ledger.postponeChange(card, { state: 'unknown', notBefore: minute(30), reason: reason() });
      expect(await ledger.recoverChanges('second')).toBe(1);
      expect(
        (await due(ledger, 'second', 10)).map(({ id, state, attempts }) => ({ id, state, attempts })),
      ).toEqual([{ id: profile, state: 'unknown', attempts: 1 }]);
      expect(await ledger.nextChangeDue('second', 'after-batches', minute(10))).toEqual(minute(30));
      await expect(ledger.settleIntake('second')).rejects.toThrow(LedgerConflictError);
      for (const id of [profile, card]) {
        await ledger.recordChangeIntent(id);
        await ledger.endChange(id, { state: 'refused', reason: reason('INVALID') });
      }
      await expect(ledger.endChange(card, { state: 'done' })).rejects.toThrow('it is refused');
      await ledger.settleIntake('second');
      const [first] = cards(1);
      expect(await look(ledger, changed(first ?? { consumer: '', card: '' }))).toMatchObject({
        state: 'enrolled',
      });
    });

    it('of data is given up when the ledger is adopted, for newer ones may have been sent since', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const of = await enrolled(ledger, 2);
      await change(ledger, 'second', { of });
      const [first] = (await due(ledger, 'second')).map(({ id }) => id) as [number];
      await ledger.recordChangeIntent(first);
      await ledger.adopt();
      expect(await due(ledger, 'second')).toEqual([]);
      expect((await all(ledger.changes('second'))).map(({ state }) => state)).toEqual(
        Array.from({ length: 4 }, () => 'dropped'),
      );
      await ledger.settleIntake('second');
      expect(await look(ledger, changed(of[0] ?? { consumer: '', card: '' }))).toMatchObject({
        state: 'enrolled',
        changed: ['contact', 'address'],
      });
      expect(await ledger.verify()).toEqual([]);
    });

    it('of a card that another intake is changing is not made, and its row is in flight there', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const all2 = await enrolled(ledger, 2);
      await change(ledger, 'second', { of: all2.slice(0, 1) });
      await change(ledger, 'third', { of: all2, before: 'second' });
      expect((await ledger.tally('third')).unsent).toMatchObject({ 'in-flight': 1, applied: 1 });
      expect((await due(ledger, 'third')).map(({ address }) => address?.externalConsumerId)).toEqual([
        all2[1]?.consumer,
        all2[1]?.consumer,
      ]);
      expect(await ledger.verify()).toEqual([]);
    });
  });

  describe('the number and the contact of a card', () => {
    const [card = { consumer: '', card: '' }] = cards(1);
    const others: readonly Card[] = [
      { consumer: 'other', card: 'a', email: `${card.consumer}@example.com` },
      { consumer: 'another', card: 'b', pan: `number of ${card.consumer} ${card.card}` },
    ];

    /** How many of the others share something with a card, and the hashes of it that a plan compares. */
    const shared = async (ledger: Ledger, id: string) => {
      const { findings } = await read(ledger, id, { cards: others, until: 'read' });
      const held = (await all(ledger.twins())).filter(
        ({ keys, twins }) => Buffer.compare(keys, keyOfCard(card)) === 0 && twins.some((byte) => byte !== 0),
      );
      return [findings.sharedContacts, findings.sharedCards, held.length];
    };

    it.each(['delete-card', 'delete-profile', 'delete-replaced'] as const)(
      'are free for others once %s is done, and no sooner',
      async (kind) => {
        await using place = await newPlace();
        const ledger = await place.open();
        await enrolled(ledger, 1);
        expect(await shared(ledger, 'before')).toEqual([1, 1, 1]);
        const origin = await originOf(ledger, card);
        await ledger.openIntake(identity({ id: 'removal', digest: 'removal' }));
        const removed = recordOfCard(card, 1);
        await ledger.commitRead({
          intakeId: 'removal',
          rejections: [],
          unsent: [{ ...removed, reason: 'applied' }],
          ...placesOf([removed], { first: 1, rows: 1 }),
          changes: [{ kind, row: 1, key: keyOfCard(card), origin, groups: [] }],
          position: { rows: 1, offset: 100, line: 2, batches: 0 },
        });
        await ledger.finishLoading('removal');
        await ledger.claimRecords('removal');
        await ledger.markReady('removal');
        const [{ id } = { id: 0 }] = await due(ledger, 'removal');
        await ledger.recordChangeIntent(id);
        expect(await shared(ledger, 'meanwhile')).toEqual([1, 1, 1]);
        await ledger.endChange(id, { state: 'done' });
        expect(await shared(ledger, 'after')).toEqual([0, 0, 0]);
        expect(await ledger.verify()).toEqual([]);
      },
    );

    it('are free for others once the provider no longer has it', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      await enrolled(ledger, 1);
      await ledger.acceptRemoved(keyOfCard(card));
      expect(await shared(ledger, 'after')).toEqual([0, 0, 0]);
    });
  });
}
