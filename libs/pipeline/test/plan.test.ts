import { KEY_BYTES } from '@enrollkit/ledger';
import { describe, expect, it } from 'vitest';
import { file, office, panOf, row, rows } from './office.ts';

const nothingUnsent = {
  unchanged: 0,
  changed: 0,
  'in-flight': 0,
  unresolved: 0,
  'refused-before': 0,
  removed: 0,
};

describe('a plan', () => {
  it('says what a run would do, and writes and sends nothing', async () => {
    const { run, plan, ledger, sent } = await office();
    const first = await run(file(rows(1, 5)));
    const before = sent.length;
    const text = file([
      ...rows(1, 3),
      row(4, { city: 'Elsewhere' }),
      row(6),
      row(6),
      row(7, { email: 'nobody' }),
      row(8, { email: 'z6@example.com' }),
    ]);
    const planned = await plan(text);
    expect(planned).toMatchObject({
      rows: 8,
      new: 1,
      rejected: 3,
      unsent: { ...nothingUnsent, unchanged: 3, changed: 1 },
      unchangedBy: { [first.intake.id]: 3 },
      changedGroups: { address: 1 },
      batches: 1,
      requests: 2,
    });
    expect(planned.notPlain).toMatchObject([
      { row: 4, line: 5, reason: 'changed', groups: ['address'] },
      { row: 6, reason: 'rejected', codes: ['DUPLICATE_RECORD'] },
      { row: 7, reason: 'rejected', codes: ['EMAIL_SHAPE'] },
      { row: 8, reason: 'rejected', codes: ['CONTACT_SHARED'] },
    ]);
    expect(sent).toHaveLength(before);
    expect(await ledger.listIntakes()).toHaveLength(1);
    // And a run does so.
    expect((await run(text)).tally).toMatchObject({
      enrolled: planned.new,
      rejected: planned.rejected,
      unsent: planned.unsent,
    });
  });

  it('rejects what shares a contact or a card number with an earlier input, as a run does', async () => {
    const { run, plan } = await office();
    await run(file([...rows(1, 3), row(4, { city: 'Elsewhere' })]));
    const text = file([
      row(1),
      row(4, { email: 'z9@example.com' }),
      // Its contact is the earlier input's; that of row 4 of this one is not sent, and nobody's.
      row(5, { email: 'z2@example.com' }),
      row(9),
      row(10, { pan: panOf(2) }),
      row(11),
    ]);
    const planned = await plan(text);
    const { tally } = await run(text);
    expect(planned).toMatchObject({ rejected: 2, new: 2 });
    expect(tally).toMatchObject({
      enrolled: planned.new,
      rejected: planned.rejected,
      unsent: planned.unsent,
    });
    expect(planned.notPlain).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ row: 3, codes: ['CONTACT_SHARED'] }),
        expect.objectContaining({ row: 5, codes: ['CARD_SHARED'] }),
      ]),
    );
  });

  it('to enroll anew counts what is enrolled as new', async () => {
    const { run, plan } = await office();
    await run(file(rows(1, 5)));
    expect(await plan(file(rows(1, 6)), true)).toMatchObject({ new: 6, unsent: nothingUnsent });
  });

  it('what a removed card had is free for another consumer, in a plan as in a run', async () => {
    const { run, plan, ledger } = await office();
    await run(file(rows(1, 1)));
    const moved = file([row(2, { pan: panOf(1), email: 'z1@example.com' })]);
    expect(await plan(moved)).toMatchObject({ new: 0, rejected: 1 });
    for (const { key } of await ledger.registered(new Uint8Array(KEY_BYTES), 10))
      await ledger.acceptRemoved(key);
    expect(await plan(moved)).toMatchObject({ new: 1, rejected: 0 });
    expect((await run(moved)).tally).toMatchObject({ enrolled: 1, rejected: 0 });
  });
});
