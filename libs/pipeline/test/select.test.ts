import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openInput, openReader, Pipeline, report, selectRows, type RowSelection } from '../src/index.ts';
import { file, office, row, rows } from './office.ts';

const never = new AbortController().signal;

/** A file, and an office that runs parts of it. */
async function withFile(text: string) {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const path = folder.file('in.csv');
  writeFileSync(path, text);
  const place = await office();
  const run = async (selection: RowSelection = {}, stop = never) => {
    const input = await openInput(path);
    try {
      const pipeline = new Pipeline(place.context);
      const intake = await pipeline.open(input, { selection });
      if (await pipeline.load(intake, input, stop)) await pipeline.send(intake, never, input);
      return await report(place.ledger, (await place.ledger.findIntake(intake.id)) ?? intake);
    } finally {
      await input.close();
    }
  };
  return { ...place, path, run };
}

/** Lines of the rows that a selection takes. */
async function linesOf(path: string, selection: RowSelection): Promise<number[]> {
  const input = await openInput(path);
  const reader = selectRows(await openReader(input), selection, await input.digest());
  const lines: number[] = [];
  for await (const portion of reader.rows()) lines.push(...portion.map(({ place }) => place.line));
  await input.close();
  return lines;
}

describe('a part of a file that is sent first', () => {
  it.each([{ limit: 7 }, { sample: 7 }])(
    'is followed by all the others, and everybody is enrolled once: %o',
    async (selection) => {
      const at = await withFile(file(rows(1, 35)));
      const first = await at.run(selection);
      expect(first).toMatchObject({
        intake: selection,
        addsUp: true,
        tally: { rows: 7, enrolled: 7 },
      });
      expect(at.world.size).toBe(7);
      const whole = await at.run();
      expect(whole.tally).toMatchObject({ rows: 35, enrolled: 28, unsent: { unchanged: 7 } });
      expect(at.world.size).toBe(35);
      expect(at.doubled()).toEqual([]);
      expect((await at.run(selection)).tally, 'once more').toMatchObject({ rows: 7, enrolled: 0 });
    },
  );

  it('is the same sample each time, from all over the file, and all of it when it has no more', async () => {
    const at = await withFile(file(rows(1, 500)));
    const lines = await linesOf(at.path, { sample: 50 });
    expect(lines).toHaveLength(50);
    expect(await linesOf(at.path, { sample: 50 })).toEqual(lines);
    expect(lines.filter((line) => line <= 251).length).toBeGreaterThan(10);
    expect(lines.filter((line) => line > 251).length).toBeGreaterThan(10);
    expect(await linesOf(at.path, { sample: 501 })).toHaveLength(500);
    expect(await linesOf(at.path, { limit: 501 })).toHaveLength(500);
    expect(await linesOf(at.path, { limit: 3 })).toEqual([2, 3, 4]);
  });

  it('begins with its first row again when its reading was interrupted', async () => {
    const at = await withFile(file(rows(1, 3_000)));
    const stop = new AbortController();
    stop.abort();
    const interrupted = await at.run({ sample: 1_000 }, stop.signal);
    expect(interrupted.intake.state).toBe('reading');
    expect(interrupted.tally.rows).toBeGreaterThan(0);
    expect((await at.run({ sample: 1_000 })).tally).toMatchObject({ rows: 1_000, enrolled: 1_000 });
    expect(at.doubled()).toEqual([]);
  });

  it('is not sent when the file is broken behind it', async () => {
    const at = await withFile(`${file(rows(1, 20))}c-21,"k-21`);
    await expect(at.run({ limit: 5 })).rejects.toMatchObject({ code: 'quote-broken' });
    expect(at.sent).toEqual([]);
  });

  it('is judged by its own rows, and the whole file by all of them', async () => {
    const bad = Array.from({ length: 5 }, (_, index) => row(index + 1, { expiry: '13/39' }));
    const at = await withFile(file([...bad, ...rows(6, 200)]));
    expect((await at.run({ limit: 20 })).intake.state, '5 of 20').toBe('reading');
    expect(at.sent).toEqual([]);
    expect((await at.run()).tally, '5 of 200').toMatchObject({ rejected: 5, enrolled: 195 });
  });
});
