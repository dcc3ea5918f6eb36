import { describe, expect, it } from 'vitest';
import { defaultSettings, openInput, Pipeline } from '../src/index.ts';
import { temporaryFolder } from '@enrollkit/testkit';
import { writeFileSync } from 'node:fs';
import { file, office, row, rows } from './office.ts';

const never = new AbortController().signal;

/** A file of so many rows, of which some cannot be enrolled. */
function fileWith(total: number, bad: number): string {
  const invalid = Array.from({ length: bad }, (_, index) => row(index + 1, { expiry: '13/39' }));
  return file([...invalid, ...rows(bad + 1, total)]);
}

describe('the share of failures that is tolerated', () => {
  it.each([
    { total: 100, bad: 6, percent: 5, sent: 0 },
    { total: 100, bad: 5, percent: 5, sent: 95 },
    { total: 8, bad: 4, percent: 5, sent: 4 },
    { total: 8, bad: 5, percent: 5, sent: 0 },
    { total: 100, bad: 1, percent: 0, sent: 0 },
    { total: 8, bad: 7, percent: 100, sent: 1 },
  ])(
    'lets $sent records be sent of a file with $bad bad rows of $total at $percent %',
    async ({ total, bad, percent, sent }) => {
      const place = await office({ settings: { tolerated: { percent } } });
      const { intake, tally } = await place.run(fileWith(total, bad));
      expect(place.sent.flat()).toHaveLength(sent);
      expect(tally).toMatchObject({ rows: total, rejected: bad, enrolled: sent });
      expect(intake.state).toBe(sent === 0 ? 'reading' : 'settled');
    },
  );

  it('is 5 % by default', () => {
    expect(defaultSettings.tolerated).toEqual({ percent: 5 });
  });

  it('leaves the cards of a file that was stopped by it to other files', async () => {
    const place = await office();
    await place.run(fileWith(20, 10));
    await place.run(file(rows(11, 20)));
    expect(place.sent.flat()).toHaveLength(10);
  });

  it('is judged anew when it was raised, or the file is read by other settings', async () => {
    using folder = temporaryFolder();
    const place = await office();
    const path = folder.file('in.csv');
    writeFileSync(path, fileWith(40, 20).replaceAll('13/39', '3912').replaceAll('12/39', '3911'));
    const input = await openInput(path);
    const load = async (changes: Partial<typeof place.context>) => {
      const pipeline = new Pipeline({ ...place.context, ...changes });
      const intake = await pipeline.open(input);
      return { ready: await pipeline.load(intake, input, never), limit: await pipeline.passedLimit(intake) };
    };
    expect(await load({})).toEqual({ ready: false, limit: { kind: 'limit', failed: 40, records: 40 } });
    expect(await load({}), 'a second time').toMatchObject({ ready: false });
    expect(await load({ reading: { expiry: 'YYMM' } })).toEqual({ ready: true, limit: undefined });
    await input.close();
    expect(await place.ledger.tally((await place.ledger.listIntakes())[0]?.id ?? '')).toMatchObject({
      rows: 40,
      rejected: 0,
      waiting: 40,
    });
  });
});
