import { describe, expect, it } from 'vitest';
import { openLedgerBrowser, type Ledger, type LedgerBrowser, type Page } from '@enrollkit/ledger';
import {
  batch,
  found,
  identity,
  load,
  loadReady,
  minute,
  reason,
  record,
  rejection,
  settleAll,
  step,
  submitNext,
} from '../builders.ts';
import type { NewPlace, Place } from '../place.ts';

/** Every item of a list, and how many pages it took. */
async function everyPage<Item, Place>(
  page: (from: Place | undefined) => Promise<Page<Item, Place>>,
): Promise<{ readonly items: readonly Item[]; readonly pages: number }> {
  const items: Item[] = [];
  let from: Place | undefined;
  for (let pages = 1; ; pages += 1) {
    const { items: some, next } = await page(from);
    items.push(...some);
    if (next === undefined) return { items, pages };
    from = next;
  }
}

interface Browsing extends AsyncDisposable {
  readonly place: Place;
  readonly ledger: Ledger;
  readonly browser: LedgerBrowser;
}

/** Reading page by page, beside a writer. */
export function browsingSuite(newPlace: NewPlace): void {
  async function beside(): Promise<Browsing> {
    const place = await newPlace();
    const ledger = await place.open();
    const browser = await openLedgerBrowser(place.address);
    return {
      place,
      ledger,
      browser,
      async [Symbol.asyncDispose]() {
        await browser.close();
        await place[Symbol.asyncDispose]();
      },
    };
  }

  describe('browsing', () => {
    it('gives intakes newest first, page by page, and counts them by state', async () => {
      await using at = await beside();
      for (const id of ['a1', 'a2', 'a3', 'a4', 'a5'])
        await at.ledger.openIntake(identity({ id, digest: id }));
      const { items, pages } = await everyPage<{ id: string }, number>((from) =>
        at.browser.intakePage({ from, limit: 2 }),
      );
      expect(items.map(({ id }) => id)).toEqual(['a5', 'a4', 'a3', 'a2', 'a1']);
      expect(pages).toBe(3);
      expect((await at.browser.intakePage({ states: ['ready', 'settled'], limit: 9 })).items).toEqual([]);
      expect(await at.browser.intakeCounts()).toEqual({ reading: 5, ready: 0, settled: 0 });
    });

    it('has no next page when the last one is full', async () => {
      await using at = await beside();
      for (const id of ['a1', 'a2']) await at.ledger.openIntake(identity({ id, digest: id }));
      expect(await at.browser.intakePage({ limit: 2 })).not.toHaveProperty('next');
    });

    it('gives batches as they were made, of one state if asked, with what became of their records', async () => {
      await using at = await beside();
      const { id } = await loadReady(at.ledger, [2, 2, 2]);
      await settleAll(at.ledger, await submitNext(at.ledger, id), [1]);
      const { items, pages } = await everyPage<{ position: number }, number>((from) =>
        at.browser.batchPage(id, { from, limit: 1 }),
      );
      expect(items.map(({ position }) => position)).toEqual([0, 1, 2]);
      expect(pages).toBe(3);
      const settled = await at.browser.batchPage(id, { state: 'settled', limit: 5 });
      expect(settled.items).toMatchObject([{ enrolled: 1, refused: 1, endedAt: expect.any(Date) as Date }]);
      expect(await at.browser.batchOf(id, settled.items[0]?.id ?? 0)).toEqual(settled.items[0]);
    });

    it('does not give a batch as one of another intake', async () => {
      await using at = await beside();
      const first = await loadReady(at.ledger, [1], { id: 'a1' });
      await loadReady(at.ledger, [1], { id: 'b2', digest: 'd2' });
      const [own] = (await at.browser.batchPage(first.id, { limit: 1 })).items;
      expect(await at.browser.batchOf('a1', own?.id ?? 0)).toBeDefined();
      expect(await at.browser.batchOf('b2', own?.id ?? 0)).toBeUndefined();
      expect(await at.browser.batchOf('none', own?.id ?? 0)).toBeUndefined();
    });

    it('finds what waits for a person, over all intakes', async () => {
      await using at = await beside();
      for (const id of ['a1', 'b2']) {
        const intake = await loadReady(at.ledger, [1, 1], { id, digest: id });
        const [next] = await at.ledger.sendable(intake.id, minute(9), 1);
        await at.ledger.recordIntent(next?.id ?? 0, minute(1));
        await at.ledger.markUnknown(next?.id ?? 0, reason());
      }
      expect(await at.browser.unknownCount()).toBe(2);
      const { items, pages } = await everyPage<{ intakeId: string; state: string }, number>((from) =>
        at.browser.unknownPage({ from, limit: 1 }),
      );
      expect(items.map(({ intakeId, state }) => [intakeId, state])).toEqual([
        ['a1', 'unknown'],
        ['b2', 'unknown'],
      ]);
      expect(pages).toBe(2);
    });

    it('gives every record once, where it is now, however the pages are cut', async () => {
      await using at = await beside();
      const { id } = await loadReady(at.ledger, [3, 3, 3, 3]);
      await settleAll(at.ledger, await submitNext(at.ledger, id), [1, 3]);
      await settleAll(at.ledger, await submitNext(at.ledger, id), [4]);
      await at.ledger.abandonBatch(await submitNext(at.ledger, id));
      await at.ledger.commitRetry(id, batch(0, [record(1), record(4)], 2));
      for (const limit of [1, 2, 5, 100]) {
        const { items } = await everyPage<{ place: { row: number } }, { batch: number; place: number }>(
          (from) => at.browser.recordPage(id, { from, limit }),
        );
        expect(items.map(({ place: { row } }) => row)).toEqual([2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 1, 4]);
      }
      const rows = async (filter: object): Promise<readonly number[]> =>
        (await at.browser.recordPage(id, { limit: 100, ...filter })).items.map(({ place: { row } }) => row);
      expect(await rows({ state: 'enrolled' })).toEqual([2, 5, 6]);
      expect(await rows({ state: 'refused' })).toEqual([3]);
      expect(await rows({ code: 'ISSUER_DECLINED' })).toEqual([3]);
      expect(await rows({ code: 'ANOTHER' })).toEqual([]);
      expect(await rows({ state: 'abandoned' })).toEqual([7, 8, 9]);
      expect(await rows({ state: 'batched' })).toEqual([10, 11, 12, 1, 4]);
      const last = (await at.browser.batchPage(id, { limit: 9 })).items.at(-1);
      expect(await rows({ batchId: last?.id })).toEqual([1, 4]);
      expect(await rows({ batchId: 4711 })).toEqual([]);
    });

    it('reads a bounded number of batches for one page of records, and says that there may be more', async () => {
      await using at = await beside();
      const { id } = await loadReady(
        at.ledger,
        Array.from({ length: 90 }, () => 1),
      );
      const { items, pages } = await everyPage<unknown, { batch: number; place: number }>((from) =>
        at.browser.recordPage(id, { from, limit: 500, state: 'refused' }),
      );
      expect(items).toEqual([]);
      expect(pages).toBe(3);
    });

    it('gives rejections in row order, of one code if asked, and counts them by code', async () => {
      await using at = await beside();
      const intake = await load(at.ledger, [2]);
      await at.ledger.commitRead(
        step(await found(at.ledger, intake.id), undefined, [
          rejection(3, 'PAN_LUHN'),
          rejection(4, 'EMAIL'),
          rejection(5, 'PAN_LUHN'),
        ]),
      );
      const { items, pages } = await everyPage<{ place: { row: number } }, number>((from) =>
        at.browser.rejectionPage(intake.id, { from, limit: 2 }),
      );
      expect(items.map(({ place: { row } }) => row)).toEqual([3, 4, 5]);
      expect(pages).toBe(2);
      const luhn = await at.browser.rejectionPage(intake.id, { code: 'PAN_LUHN', limit: 9 });
      expect(luhn.items.map(({ place: { row } }) => row)).toEqual([3, 5]);
      expect(await at.browser.rejectionCodes(intake.id)).toEqual([
        { code: 'PAN_LUHN', count: 2 },
        { code: 'EMAIL', count: 1 },
      ]);
    });

    it('counts refusals by code, those of a batch that was refused as a whole too', async () => {
      await using at = await beside();
      const { id } = await loadReady(at.ledger, [3, 2, 2]);
      await settleAll(at.ledger, await submitNext(at.ledger, id), [1]);
      await at.ledger.refuseBatch(await submitNext(at.ledger, id), reason('INVALID_STATE'));
      expect(await at.browser.refusalCodes(id)).toEqual([
        { code: 'INVALID_STATE', count: 2 },
        { code: 'ISSUER_DECLINED', count: 1 },
      ]);
    });

    it('gives outcomes over time that add up to the sums', async () => {
      await using at = await beside();
      const { id } = await loadReady(at.ledger, [3, 2, 2]);
      expect(await at.browser.outcomesOverTime(id, 10)).toMatchObject({ parts: [] });
      const before = new Date();
      await settleAll(at.ledger, await submitNext(at.ledger, id), [1]);
      await at.ledger.abandonBatch(await submitNext(at.ledger, id));
      const { parts, partMs } = await at.browser.outcomesOverTime(id, 10);
      const sum = (of: 'enrolled' | 'refused' | 'abandoned') =>
        parts.reduce((total, part) => total + part[of], 0);
      expect([sum('enrolled'), sum('refused'), sum('abandoned')]).toEqual([2, 1, 2]);
      expect(parts.length).toBeLessThanOrEqual(10);
      expect(parts[0]?.at.getTime()).toBeGreaterThanOrEqual(before.getTime());
      expect(partMs).toBeGreaterThanOrEqual(1000);
      expect(await at.browser.paceSince(id, before, new Date())).toMatchObject({ records: 3 });
      expect(await at.browser.paceSince(id, new Date(Date.now() + 60_000), new Date())).toMatchObject({
        records: 0,
      });
    });

    it('gives the audit trail newest first, of one intake or batch if asked, and its last number', async () => {
      await using at = await beside();
      expect(await at.browser.lastEvent()).toBe(0);
      for (const [n, of] of [{}, { intakeId: 'a1' }, { intakeId: 'a1', batchId: 7 }].entries())
        await at.ledger.appendEvent({
          at: minute(n),
          actor: 'ada',
          action: `step-${n}`,
          detail: { n },
          ...of,
        });
      const { items, pages } = await everyPage<{ id: number; action: string }, number>((from) =>
        at.browser.eventPage({ from, limit: 2 }),
      );
      expect(items.map(({ action }) => action)).toEqual(['step-2', 'step-1', 'step-0']);
      expect(pages).toBe(2);
      expect(await at.browser.lastEvent()).toBe(items[0]?.id);
      expect((await at.browser.eventPage({ intakeId: 'a1', limit: 9 })).items).toHaveLength(2);
      expect((await at.browser.eventPage({ batchId: 7, limit: 9 })).items).toMatchObject([
        { action: 'step-2' },
      ]);
    });

    it('sees what a writer has written meanwhile, and writes nothing', async () => {
      await using at = await beside();
      const { id } = await loadReady(at.ledger, [2, 2]);
      expect((await at.browser.tally(id)).waiting).toBe(4);
      await settleAll(at.ledger, await submitNext(at.ledger, id));
      expect((await at.browser.tally(id)).enrolled).toBe(2);
      expect(await at.browser.pausedForMs()).toBe(0);
    });
  });
}
