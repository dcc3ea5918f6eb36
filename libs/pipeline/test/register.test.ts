import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openInput, Pipeline } from '../src/index.ts';
import { file, office, panOf, row, rows } from './office.ts';

const nothingUnsent = {
  unchanged: 0,
  changed: 0,
  'in-flight': 0,
  unresolved: 0,
  'refused-before': 0,
  removed: 0,
};

describe('a card is enrolled once, whatever files it stands in:', () => {
  it('a canary and then the whole file with one corrected row', async () => {
    const { run, doubled, world } = await office();
    await run(file(rows(1, 10)));
    const whole = [...rows(1, 99), row(100, { city: 'Corrected' })];
    const { tally, addsUp } = await run(file(whole));
    expect(tally).toMatchObject({ rows: 100, enrolled: 90, unsent: { ...nothingUnsent, unchanged: 10 } });
    expect(addsUp).toBe(true);
    expect(world.size).toBe(100);
    expect(doubled()).toEqual([]);
  });

  it('the same rows in another order, with other line ends, or cumulated with new ones', async () => {
    const { run, doubled, sent } = await office();
    await run(file(rows(1, 12)));
    const before = sent.length;
    for (const text of [file(rows(1, 12).toReversed()), file(rows(1, 12), '\r\n')]) {
      const { tally, addsUp, intake } = await run(text);
      expect(tally).toMatchObject({ records: 0, unsent: { unchanged: 12 } });
      expect(addsUp).toBe(true);
      expect(intake.state).toBe('settled');
    }
    expect(sent).toHaveLength(before);
    expect((await run(file(rows(1, 15)))).tally).toMatchObject({ enrolled: 3, unsent: { unchanged: 12 } });
    expect(doubled()).toEqual([]);
  });

  it('the very same file again is the same intake until others were merged, and then is compared anew', async () => {
    const { run, doubled } = await office();
    const monday = file(rows(1, 5));
    const first = await run(monday);
    expect((await run(monday)).intake.id).toBe(first.intake.id);
    await run(file([row(1, { city: 'Elsewhere' }), ...rows(6, 8)]));
    const third = await run(monday);
    expect(third.intake.id).not.toBe(first.intake.id);
    expect(third.tally).toMatchObject({ records: 0, unsent: { unchanged: 5 } });
    expect(doubled()).toEqual([]);
  });

  it('who enrolled the unchanged ones is told', async () => {
    const { run } = await office();
    const one = await run(file(rows(1, 4)));
    const other = await run(file(rows(5, 7)));
    const { tally } = await run(file(rows(1, 7)));
    expect(tally.unchangedBy).toEqual({ [one.intake.id]: 4, [other.intake.id]: 3 });
  });

  it('a later row of the same file repeats one that is enrolled already', async () => {
    const { run, doubled } = await office();
    await run(file(rows(1, 3)));
    const { tally, addsUp } = await run(file([...rows(1, 3), row(1, { city: 'Other' }), row(4), row(4)]));
    expect(tally).toMatchObject({ rows: 6, enrolled: 1, rejected: 1 });
    expect(addsUp).toBe(true);
    expect(doubled()).toEqual([]);
  });
});

describe('a row that differs from what was agreed', () => {
  it.each([
    ['card', { pan: panOf(99) }],
    ['expiry', { expiry: '11/39' }],
    ['name', { firstName: 'Ann' }],
    ['contact', { email: 'new@example.com' }],
    ['address', { city: 'Elsewhere' }],
    ['consent', { privacyVersion: 'v2' }],
  ] as const)('in its %s is reported under that name, and not sent', async (group, change) => {
    const { run, ledger, sent } = await office();
    const first = await run(file(rows(1, 2)));
    const before = sent.length;
    const { tally, intake } = await run(file([row(1, change), row(2)]));
    expect(tally).toMatchObject({ records: 0, unsent: { changed: 1, unchanged: 1 } });
    expect(await Array.fromAsync(ledger.unsent(intake.id))).toMatchObject([
      { reason: 'changed', groups: [group], intakeId: first.intake.id, externalCardId: 'k-1' },
    ]);
    expect(sent).toHaveLength(before);
  });

  it('is enrolled anew only with a reason, which goes into the audit trail', async () => {
    const { run, ledger, doubled } = await office();
    await run(file(rows(1, 2)));
    const changed = file([row(1, { city: 'Elsewhere' }), row(2)]);
    const { tally, intake } = await run(changed, { actor: 'ops', reason: 'ticket 7' });
    expect(tally).toMatchObject({ enrolled: 2, unsent: nothingUnsent });
    expect(doubled()).toHaveLength(2);
    expect(await Array.fromAsync(ledger.events(intake.id))).toContainEqual(
      expect.objectContaining({ actor: 'ops', action: 'again', detail: { reason: 'ticket 7' } }),
    );
    expect((await run(changed)).intake.id).toBe(intake.id);
    // What was agreed last is what counts from now on.
    const other = file([row(2), row(1, { city: 'Elsewhere' })]);
    expect((await run(other)).tally).toMatchObject({ records: 0, unsent: { unchanged: 2 } });
    expect(doubled()).toHaveLength(2);
  });
});

describe('a card that another intake has in hand', () => {
  it('is not sent while it is in flight there', async () => {
    const { load, send, run, world, doubled } = await office();
    const first = await load(file(rows(1, 3)));
    const { tally, addsUp } = await run(file(rows(1, 5)));
    expect(tally).toMatchObject({ enrolled: 2, unsent: { 'in-flight': 3 } });
    expect(addsUp).toBe(true);
    await send(first);
    expect(world.size).toBe(5);
    expect(doubled()).toEqual([]);
  });

  it('is not sent while nobody knows what became of it, and is after that is decided', async () => {
    let lost = true;
    const { run, ledger, clock, doubled, world } = await office({
      submit: () =>
        lost
          ? {
              kind: 'unknown',
              reason: { httpStatus: 0, code: 'TIMEOUT', message: 'no answer', origin: 'transport' },
            }
          : undefined,
    });
    const first = await run(file(rows(1, 3)));
    lost = false;
    expect((await run(file(rows(1, 4)))).tally).toMatchObject({ enrolled: 1 });
    expect(world.size).toBe(1);
    const [batch] = await ledger.batchesIn(first.intake.id, 'unknown');
    await ledger.abandonBatch(batch?.id ?? 0);
    clock.advance(1_000);
    await run(file(rows(1, 5)));
    expect(doubled()).toEqual([]);
  });

  it('that two intakes read at the same time is sent by the one that claims it first', async () => {
    const { context, load, send, doubled, world, ledger } = await office();
    const path = rowsFile(rows(1, 6));
    const slow = await openInput(path);
    const pipeline = new Pipeline(context);
    const waiting = await pipeline.open(slow);
    const quick = await load(file([...rows(1, 6), row(7)]));
    await pipeline.load(waiting, slow, new AbortController().signal);
    await slow.close();
    await send(quick);
    await send((await ledger.findIntake(waiting.id)) ?? waiting);
    expect(world.size).toBe(7);
    expect(doubled()).toEqual([]);
  });
});

describe('a card that was refused before', () => {
  const refuse = (final: boolean) => ({
    refuse: ({ externalCardId, card }: { externalCardId: string; card: { expiryMonth: string } }) =>
      externalCardId === 'k-1' && card.expiryMonth === '12'
        ? { code: 'CARD_NOT_ELIGIBLE', recoverable: !final }
        : undefined,
  });

  it('finally and is unchanged is not sent, and is counted with its code and date', async () => {
    const { run, ledger, sent } = await office(refuse(true));
    await run(file(rows(1, 2)));
    const { tally, intake } = await run(file([...rows(1, 2), row(3)]));
    expect(tally).toMatchObject({ enrolled: 1, unsent: { 'refused-before': 1, unchanged: 1 } });
    expect(await Array.fromAsync(ledger.unsent(intake.id))).toMatchObject([
      { reason: 'refused-before', code: 'CARD_NOT_ELIGIBLE', at: expect.any(Date) as Date },
    ]);
    expect(sent.at(-1)).toHaveLength(1);
  });

  it('and is changed is sent', async () => {
    const { run } = await office(refuse(true));
    await run(file(rows(1, 2)));
    const { tally } = await run(file([row(1, { expiry: '11/39' }), row(2)]));
    expect(tally).toMatchObject({ enrolled: 1, unsent: { unchanged: 1 } });
  });

  it('and might be taken another time is sent again', async () => {
    const { run } = await office(refuse(false));
    await run(file(rows(1, 2)));
    expect((await run(file([...rows(1, 2), row(3)]))).tally).toMatchObject({ refused: 1, enrolled: 1 });
  });

  it('because its account range is not enabled yet is sent again three months later, and not before', async () => {
    const day = 24 * 3_600_000;
    const { run, clock } = await office({
      refuse: ({ externalCardId }) =>
        externalCardId === 'k-1' ? { code: 'PAN_INELIGIBLE', recoverable: true } : undefined,
    });
    await run(file(rows(1, 2)));
    clock.advance(80 * day);
    expect((await run(file(rows(1, 3)))).tally).toMatchObject({
      unsent: { 'refused-before': 1, unchanged: 1 },
    });
    clock.advance(20 * day);
    expect((await run(file(rows(1, 4)))).tally).toMatchObject({
      refused: 1,
      unsent: { 'refused-before': 0 },
    });
  });
});

describe('over the whole file and against the register', () => {
  const settings = { batchSize: 2 };

  it('a new card whose consumer has other data in a row that is not sent is rejected', async () => {
    const { run, ledger } = await office({ settings });
    await run(file(rows(1, 5)));
    const far = row(1, { card: 'k-9', pan: panOf(9), firstName: 'Somebody' });
    const { tally, intake } = await run(file([...rows(1, 5), far]));
    expect(tally).toMatchObject({ enrolled: 0, rejected: 1, unsent: { unchanged: 5 } });
    expect(
      (await Array.fromAsync(ledger.rejections(intake.id))).map(({ errors }) => errors[0]?.code),
    ).toEqual(['CONSUMER_CONFLICT']);
  });

  it('one consumer with other data far away is rejected', async () => {
    const { run, ledger } = await office({ settings });
    const far = row(1, { card: 'k-9', pan: panOf(9), firstName: 'Somebody' });
    const { tally, intake } = await run(file([...rows(1, 5), far]));
    expect(tally).toMatchObject({ enrolled: 5, rejected: 1 });
    expect(
      (await Array.fromAsync(ledger.rejections(intake.id))).map(({ errors }) => errors[0]),
    ).toMatchObject([{ code: 'CONSUMER_CONFLICT', message: expect.stringContaining('line 2') as string }]);
  });

  it.each([
    ['reject', 1],
    ['warn', 0],
  ] as const)('an e-mail and mobile under two consumers: %s', async (contact, rejected) => {
    const { run } = await office({ settings: { ...settings, duplicates: { contact, card: 'reject' } } });
    const { tally } = await run(file([...rows(1, 3), row(4, { email: 'Z1@example.com' })]));
    expect(tally).toMatchObject({ rejected, enrolled: 4 - rejected });
  });

  it.each([
    ['reject', 2],
    ['warn', 0],
  ] as const)('a card number under two consumers, or twice under one: %s', async (card, rejected) => {
    const { run } = await office({ settings: { ...settings, duplicates: { contact: 'reject', card } } });
    const text = file([...rows(1, 3), row(4, { pan: panOf(1) }), row(2, { card: 'k-9' })]);
    expect((await run(text)).tally).toMatchObject({ rejected, enrolled: 5 - rejected });
  });

  it('a contact and a card number of an earlier file count, too', async () => {
    const { run, ledger } = await office({ settings });
    const first = await run(file(rows(1, 3)));
    const later = file([row(4, { email: 'z1@example.com' }), row(5, { pan: panOf(2) }), row(6)]);
    const { tally, rejections, intake } = await run(later);
    expect(tally).toMatchObject({ enrolled: 1, rejected: 2 });
    expect(rejections.map(({ code }) => code).toSorted()).toEqual(['CARD_SHARED', 'CONTACT_SHARED']);
    const reported = (await Array.fromAsync(ledger.rejections(intake.id))).map(
      ({ errors }) => errors[0].message,
    );
    expect(reported.every((message) => message.includes(first.intake.id))).toBe(true);
  });
});

describe('a reading that was interrupted', () => {
  it('begins again when another intake was merged meanwhile, for what the register said is stale', async () => {
    const { context, run, doubled, world, ledger, send } = await office({ settings: { batchSize: 2 } });
    const path = rowsFile(rows(1, 400));
    const stop = new AbortController();
    const input = await openInput(path, { chunkBytes: 2_000 });
    const interrupted = new Pipeline({ ...context, notify: () => stop.abort() });
    const intake = await interrupted.open(input);
    expect(await interrupted.load(intake, input, stop.signal)).toBe(false);
    expect((await ledger.findIntake(intake.id))?.position.rows).toBeGreaterThan(0);
    await run(file(rows(1, 4)));
    const resumed = (await ledger.findIntake(intake.id)) ?? intake;
    expect(await new Pipeline(context).load(resumed, input, new AbortController().signal)).toBe(true);
    await input.close();
    await send((await ledger.findIntake(intake.id)) ?? intake);
    expect((await ledger.tally(intake.id)).unsent.unchanged).toBe(4);
    expect(world.size).toBe(400);
    expect(doubled()).toEqual([]);
  });
});

/** A file of a test's own. */
function rowsFile(lines: readonly string[]): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const path = folder.file('slow.csv');
  writeFileSync(path, file(lines));
  return path;
}
