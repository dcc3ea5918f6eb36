import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { luhn } from '@enrollkit/base';
import { Batcher, recordItems } from '@enrollkit/enrollment';
import { contextAt } from '@enrollkit/enrollment/validation';
import { openInput, openReader, Validator, type Validated } from '@enrollkit/pipeline';
import { temporaryFolder } from '@enrollkit/testkit';
import { runInProcess } from './in-process.ts';
import { sampleBytes, sampleRows, writeSample, type SampleSettings } from '../src/sample/index.ts';

const settings = {
  records: 3000,
  seed: 7,
  format: 'csv',
  firstExpiryYear: 2027,
} as const satisfies SampleSettings;

async function judged(path: string): Promise<Validated[]> {
  const input = await openInput(path);
  try {
    const reader = await openReader(input);
    return (
      await Array.fromAsync(new Validator(contextAt(new Date('2026-11-22'))).all(reader.rows()))
    ).flat();
  } finally {
    await input.close();
  }
}

describe.each(['csv', 'ndjson'] as const)('1,000 bad rows of every kind among good ones in %s', (format) => {
  it('are each rejected with the right line, field and reason, and no good row is lost', async () => {
    using folder = temporaryFolder();
    const path = folder.file(`sample.${format}`);
    const expected = await writeSample(path, { ...settings, format, records: 20_000, faulty: 1000 });
    const all = await judged(path);

    expect(expected).toHaveLength(1000);
    expect(new Set(expected.map(({ field, code }) => `${field} ${code}`)).size).toBeGreaterThanOrEqual(25);
    const found = all.flatMap((item) => ('rejection' in item ? [item.rejection] : []));
    expect(
      found.map(({ place, errors }) => ({
        line: place.line,
        found: errors.map(({ field, code }) => `${field} ${code}`),
      })),
    ).toEqual(expected.map(({ line, field, code }) => ({ line, found: [`${field} ${code}`] })));

    const made = [...sampleRows({ ...settings, format, records: 20_000, faulty: 1000 })]
      .filter(({ invalid }) => !invalid)
      .map(({ fields }) => [fields.externalCardId, fields.pan]);
    const records = all.flatMap((item) => ('record' in item ? [item.record] : []));
    expect(records.map(({ externalCardId, card }) => [externalCardId, card.pan])).toEqual(made);
    expect(JSON.stringify(found)).not.toMatch(
      new RegExp(
        records
          .slice(0, 2000)
          .map(({ card }) => card.pan)
          .join('|'),
      ),
    );
  });
});

describe('a sample', () => {
  const digest = (chosen: SampleSettings): string => {
    const hash = createHash('sha256');
    for (const bytes of sampleBytes(chosen)) hash.update(bytes);
    return hash.digest('hex');
  };

  it('is the same, byte for byte, for the same settings, and another for another seed', () => {
    expect(digest(settings)).toBe(digest(settings));
    expect(digest({ ...settings, seed: 8 })).not.toBe(digest(settings));
  });

  it('has as many records as asked for, down to none', () => {
    for (const records of [0, 1, 2, 999])
      expect([...sampleRows({ ...settings, records })]).toHaveLength(records);
  });

  it('has card numbers of the test ranges only, all different, and clear of those the simulator refuses', () => {
    const pans = [...sampleRows({ ...settings, records: 20_000 })].map(({ fields }) => fields.pan);
    expect(new Set(pans).size).toBe(pans.length);
    expect(pans.filter((pan) => !/^(?:520473|518600)(?!99)\d{10}$/.test(pan) || !luhn(pan))).toEqual([]);
  });

  it('covers many countries and scripts', () => {
    const rows = [...sampleRows(settings)].map(({ fields }) => fields);
    expect(new Set(rows.map(({ country }) => country)).size).toBeGreaterThanOrEqual(30);
    const names = rows.map(({ lastName }) => lastName).join('');
    const scripts = ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Devanagari', 'Thai', 'Han', 'Hangul'];
    expect(scripts.filter((script) => !new RegExp(`\\p{Script=${script}}`, 'u').test(names))).toEqual([]);
  });

  it('has consumers with several cards, side by side, whose rows agree', () => {
    const consumers = [...sampleRows(settings)].map(({ fields }) => fields.externalConsumerId);
    expect(new Set(consumers).size).toBeLessThan(consumers.length);
    expect(consumers.filter((consumer, index) => consumer !== consumers[index - 1]).length).toBe(
      new Set(consumers).size,
    );
    expect(
      [...sampleRows({ ...settings, multiCard: 0 })].every(({ fields }) =>
        fields.externalCardId.endsWith('-1'),
      ),
    ).toBe(true);
  });

  it('forms batches of which no record is rejected', async () => {
    using folder = temporaryFolder();
    const path = folder.file('sample.csv');
    expect(await writeSample(path, settings)).toEqual([]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const batcher = new Batcher({ batchSize: 250, items: recordItems });
    const batches: number[] = [];
    for (const item of await judged(path)) {
      if (!('record' in item)) throw new Error('A good row was rejected');
      const { error, complete } = batcher.add(item);
      expect(error).toBeUndefined();
      if (complete) batches.push(complete.length);
    }
    batches.push(batcher.flush().length);
    expect(batches.reduce((sum, length) => sum + length, 0)).toBe(3000);
    expect(Math.min(...batches.slice(0, -1))).toBeGreaterThan(246);
  });

  it('never replaces a file, nor follows a link', async () => {
    using folder = temporaryFolder();
    const taken = folder.file('taken.csv');
    const linked = folder.file('linked.csv');
    writeFileSync(taken, 'precious');
    symlinkSync(taken, linked);
    await expect(writeSample(taken, settings)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await runInProcess(['sample', '-n', '1', '-o', linked])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--force'),
    });
    expect(await runInProcess(['sample', '-n', '1', '-o', linked, '--force'])).toMatchObject({ code: 0 });
    expect(readFileSync(taken, 'utf8')).toBe('precious');
    expect(lstatSync(linked).isFile()).toBe(true);
  });
});
