import { SeededRandom } from '@enrollkit/base';
import { defaultChangeRules, type PlacedRecord } from '@enrollkit/enrollment';
import { openSqliteLedger } from '@enrollkit/ledger';
import { placedRecords, temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { file, office, row } from './office.ts';
import { digestRows } from '../src/load/digest-rows.ts';
import { compareRows, Digests, type Compared } from '../src/index.ts';

const records = placedRecords(new SeededRandom(1), 2_500);
const [first] = records;
const digests = new Digests({
  fingerprintKey: Buffer.alloc(32, 7),
  environment: 'https://provider',
  programme: 'p',
});

/** A comparison with the register of a ledger, in which the first card was imported. */
async function comparing() {
  const folder = temporaryFolder();
  const ledger = await openSqliteLedger(folder.file('ledger.db'));
  onTestFinished(async () => {
    await ledger.close();
    folder[Symbol.dispose]();
  });
  await ledger.lock('test');
  if (first !== undefined) await ledger.importEntries(digests.keysOf([first.record]));
  const context = {
    ledger,
    again: false,
    today: new Date(),
    changes: defaultChangeRules,
    fills: true,
  };
  return async (portions: AsyncIterable<readonly PlacedRecord[]>) => {
    const rows: Compared[] = [];
    try {
      for await (const window of compareRows(digestRows(portions, digests), context))
        rows.push(...window.rows);
    } catch (error) {
      return { rows, error };
    }
    return { rows, error: undefined };
  };
}

async function* inPortions(all: readonly PlacedRecord[], brokenBy?: Error) {
  // Two of them make a window.
  for (let from = 0; from < all.length; from += 200) yield all.slice(from, from + 200);
  await Promise.resolve();
  if (brokenBy !== undefined) throw brokenBy;
}

it('gives every row once and in order, however many windows they make', async () => {
  const { rows } = await (await comparing())(inPortions(records));
  expect(rows.map((row) => 'place' in row && row.place.row)).toEqual(records.map(({ place }) => place.row));
});

it('gives the whole windows before the input broke, and then the error', async () => {
  const broken = new Error('broken');
  const { rows, error } = await (await comparing())(inPortions(records, broken));
  expect(rows).toHaveLength(2_400);
  expect(error).toBe(broken);
});

it('compares a card that stands again in the next window with the fields that were filled in from this one', async () => {
  if (first === undefined) throw new Error('no records');
  const other = { ...first.record, card: { ...first.record.card, expiryYear: '2044' } };
  const again = { record: other, place: { ...first.place, row: 401, line: 402 } };
  const { rows } = await (
    await comparing()
  )(inPortions([...records.slice(0, 400), again, ...records.slice(401, 800)]));
  expect(rows[0]).not.toHaveProperty('unsent');
  expect(rows[400]).toMatchObject({ unsent: { reason: 'changed', groups: ['expiry'] } });
});

describe('a row that differs from what was agreed', () => {
  it('only in how its letters are coded, or in the case of its e-mail address, does not differ', async () => {
    const { run, sent } = await office();
    const card = (number: number, firstName: string, email: string) =>
      row(number, { consumer: 'c-1', card: `k-${number}`, firstName, email });
    await run(file([card(1, 'Zo\u00eb', 'zoe@example.com')]));
    const again = file([card(1, 'Zoe\u0308', 'Zoe@Example.com'), card(2, 'Zo\u00eb', 'ZOE@example.com')]);
    const { tally, addsUp } = await run(again);
    expect(tally).toMatchObject({ enrolled: 1, rejected: 0, unsent: { unchanged: 1, changed: 0 } });
    expect(addsUp).toBe(true);
    expect(sent).toHaveLength(2);
  });
});
