import { expect } from 'vitest';
import { DIGEST_BYTES, fieldGroups, openLedger, type Ledger, type RecordRow } from '@enrollkit/ledger';
import { all, keyOf, minute, settleAll } from '../builders.ts';
import type { OldIntake, OldLedger } from '../old-ledgers.ts';

/**
 * Opens a ledger of an earlier layout and compares everything it says with what the program that wrote it
 * said. Of the first layout the digests of the enrolled cards are missing.
 */
export async function checkCarriedOver(
  address: string,
  old: OldLedger,
  { digestsMissing }: { readonly digestsMissing: boolean },
): Promise<void> {
  const ledger = await openLedger(address);
  try {
    expect(await ledger.verify()).toEqual([]);
    expect((await ledger.listIntakes()).map(({ id }) => id)).toEqual(
      old.intakes.map(({ intake }) => intake.id),
    );
    for (const intake of old.intakes)
      await (intake.intake.state === 'reading'
        ? expectReadAnew(ledger, intake)
        : expectSameIntake(ledger, intake));
    expect((await all(ledger.events())).map(({ action }) => action)).toEqual(
      old.events.map(({ action }) => action),
    );
    await expectGoesOn(ledger, digestsMissing);
  } finally {
    await ledger.close();
  }
}

async function expectReadAnew(ledger: Ledger, { intake }: OldIntake): Promise<void> {
  expect(await ledger.findIntake(intake.id)).toMatchObject({
    state: 'reading',
    position: { offset: 0, line: 1, rows: 0, batches: 0 },
  });
  expect(await all(ledger.records(intake.id))).toEqual([]);
}

async function expectSameIntake(ledger: Ledger, old: OldIntake): Promise<void> {
  const { id, purgedAt, ...intake } = old.intake;
  expect(await ledger.findIntake(id)).toMatchObject({
    ...intake,
    createdAt: new Date(intake.createdAt),
    ...(purgedAt !== undefined && { purgedAt: new Date(purgedAt) }),
  });
  expect(await ledger.tally(id)).toMatchObject(old.tally);
  expect(await all(ledger.records(id))).toEqual(old.records);
  expect(await all(ledger.rejections(id))).toMatchObject(
    old.rejections.map(({ place, faults }) => ({ place, errors: faults })),
  );
  for (const { notBefore, ...batch } of old.batches) {
    expect(await ledger.findBatch(id, batch.externalBatchId)).toMatchObject({
      ...batch,
      notBefore: new Date(notBefore),
      ...('submittedAt' in batch && { submittedAt: new Date(String(batch.submittedAt)) }),
    });
    expect(await ledger.recordsOf(batch.id)).toEqual(
      old.records.filter(({ batchId }) => batchId === batch.id),
    );
  }
  for (const [batchId, former] of old.former) expect(await ledger.formerRecordsOf(batchId)).toEqual(former);
}

/** What was interrupted is recovered, decided and sent; who was enrolled is in the register from then on. */
async function expectGoesOn(ledger: Ledger, digestsMissing: boolean): Promise<void> {
  for (;;) {
    const batch = await ledger.nextUnregistered();
    if (batch === undefined) break;
    await ledger.registerBatch(batch.batchId, Buffer.concat(batch.records.map(keyOf)));
  }
  await ledger.mergeSettled();
  const open = (await ledger.listIntakes()).filter(({ state }) => state === 'ready');
  for (const { id } of open) {
    await ledger.recoverInterrupted(id);
    for (const batch of await ledger.batchesIn(id, 'unknown'))
      await ledger.releaseUnknown(batch.id, minute(0));
    for (const batch of await ledger.sendable(id, new Date('2100-01-01'), 1000)) {
      await ledger.recordIntent(batch.id, minute(1));
      await ledger.recordReceipt(batch.id, `late-${batch.id}`, minute(2));
      await settleAll(ledger, batch.id);
    }
    await ledger.settleIntake(id);
  }
  expect(await ledger.verify()).toEqual([]);
  const enrolled: RecordRow[] = [];
  for (const { id } of await ledger.listIntakes())
    enrolled.push(...(await all(ledger.records(id, 'enrolled'))));
  // The keys of the first layout are the ones given above; a register has its own.
  const keys = digestsMissing
    ? Buffer.concat(enrolled.map(keyOf))
    : Buffer.concat((await all(ledger.twins())).map((twins) => twins.keys));
  const digests = new Uint8Array(enrolled.length * DIGEST_BYTES).fill(1);
  const { unchanged, hits } = await ledger.lookUp({ keys, digests });
  expect(unchanged).toEqual([]);
  expect(hits.map(({ state, digestsMissing: missing, changed }) => ({ state, missing, changed }))).toEqual(
    enrolled.map(() => ({
      state: 'enrolled',
      missing: digestsMissing,
      changed: digestsMissing ? [] : fieldGroups,
    })),
  );
}
