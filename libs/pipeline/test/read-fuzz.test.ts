import { CsvError, parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goodCells, goodFields, header, readAll, type ReadOut } from './reading.ts';

const names = header.split(',');
const chunkBytes = fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constant(65_536));
const lineEnd = fc.constantFrom('\n', '\r\n');
const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc
    .array(fc.constantFrom('a', '"', ',', '\r', '\n', 'é', '𠮷', ' ', '\\'), { maxLength: 8 })
    .map((list) => list.join('')),
);
const cells = fc.array(cell, { minLength: names.length, maxLength: names.length });

/** What a reading comes to, in a form that two readings can be compared by. */
const summary = ({ rows, error }: ReadOut): unknown => [rows, error?.code, error?.line, error?.offset];

function quoted(value: string, always: boolean): string {
  return always || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

describe('CSV', () => {
  it('gives back any values, with their places, whatever the portions', async () => {
    const row = fc.tuple(
      cells,
      fc.array(fc.boolean(), { minLength: names.length, maxLength: names.length }),
      fc.nat(2),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 8 }),
        lineEnd,
        chunkBytes,
        async (list, end, chunk) => {
          const lines = list.map(([values, always]) =>
            values.map((value, index) => quoted(value, always[index] === true)).join(','),
          );
          const content = Buffer.from(
            header +
              end +
              lines.map((line, index) => line + end + end.repeat(list[index]?.[2] ?? 0)).join(''),
          );
          const { rows, error } = await readAll(content, { chunkBytes: chunk });
          expect(error).toBeUndefined();
          expect(rows.map((read) => read.cells)).toEqual(list.map(([values]) => values));
          expect(
            rows.map(({ place }) => content.subarray(place.offset, place.offset + place.length).toString()),
          ).toEqual(lines);
          expect(rows.map(({ place }) => place.line)).toEqual(
            rows.map(({ place }) => content.subarray(0, place.offset).toString().split('\n').length),
          );
          const blank = list.map(([values]) => values.every((value) => value.trim() === ''));
          expect(rows.map(({ errors }) => errors !== undefined)).toEqual(blank);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('finds the rows that csv-parse finds in the whole, and breaks where it breaks', async () => {
    const body = fc
      .array(fc.constantFrom('a', 'b', ',', '"', '""', '\n', '\r\n', '\r', '"a"', ',"', '",', '"\n'), {
        maxLength: 30,
      })
      .map((list) => list.join(''));
    await fc.assert(
      fc.asyncProperty(body, chunkBytes, async (text, chunk) => {
        const { rows, error } = await readAll(`${header}\n${text}`, { chunkBytes: chunk });
        const found = error?.code === 'quote-broken' ? 'broken' : rows.map((row) => row.cells);
        expect(found).toEqual(wholeFile(text));
      }),
      { numRuns: 600 },
    );
  });

  function wholeFile(text: string): string[][] | 'broken' {
    try {
      return parse(text, {
        record_delimiter: ['\r\n', '\n'],
        relax_column_count: true,
        skip_empty_lines: true,
      });
    } catch (error) {
      if (error instanceof CsvError) return 'broken';
      throw error;
    }
  }
});

/** A file of good rows, and where they stand. */
interface GoodFile {
  readonly content: Buffer;
  /** Where each row ends, line end included. */
  readonly ends: readonly number[];
}

function goodFile(head: string, lines: readonly string[]): GoodFile {
  const ends: number[] = [];
  let content = Buffer.from(head);
  for (const line of lines) {
    content = Buffer.concat([content, Buffer.from(`${line}\n`)]);
    ends.push(content.length);
  }
  return { content, ends };
}

const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
const files: readonly (GoodFile & { readonly format: string })[] = [
  {
    format: 'CSV',
    ...goodFile(
      `${header}\n`,
      numbers.map((number) =>
        goodCells(number)
          .map((value, index) => quoted(value, (index + number) % 7 === 0))
          .join(','),
      ),
    ),
  },
  {
    format: 'NDJSON',
    ...goodFile(
      '',
      numbers.map((number) => JSON.stringify(goodFields(number))),
    ),
  },
];

describe.each(files)('$format with damaged bytes', ({ content, ends }) => {
  const bytes = fc.uint8Array({ maxLength: 12 });
  const marks = fc
    .constantFrom('"', '\n', '\r', ',', '\0', '{', '}', '\\', '\ufeff', '"\n"')
    .map((text) => Uint8Array.from(Buffer.from(text)));
  const change = fc.record({
    at: fc.integer({ min: 0, max: content.length }),
    drop: fc.nat(40),
    put: fc.oneof(bytes, marks),
  });
  const damaged = fc.array(change, { minLength: 1, maxLength: 3 });

  const apply = (changes: readonly { at: number; drop: number; put: Uint8Array }[]): Buffer =>
    changes.reduce(
      (buffer, { at, drop, put }) => Buffer.concat([buffer.subarray(0, at), put, buffer.subarray(at + drop)]),
      content,
    );

  it('is read to its end or to a typed error, and loses no row before the damage', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, async (changes) => {
        const broken = apply(changes);
        const { rows, error } = await readAll(broken);
        const first = Math.min(...changes.map(({ at }) => at));
        const headIntact = first > (ends[0] ?? 0);
        // A row is safe when the damage begins behind its line end: before that it could be made longer.
        const safe = headIntact ? ends.filter((end) => end <= first).length : 0;
        expect(rows.slice(0, safe).map(({ raw }) => raw.externalConsumerId)).toEqual(
          numbers.slice(0, safe).map((number) => `c-${number}`),
        );
        expect(rows.slice(0, safe).some(({ errors }) => errors)).toBe(false);
        expect(error === undefined || error.hint !== '').toBe(true);
        let end = 0;
        for (const { place } of rows) {
          expect(place.offset).toBeGreaterThanOrEqual(end);
          end = place.offset + place.length;
        }
        expect(end).toBeLessThanOrEqual(broken.length);
      }),
      { numRuns: 300 },
    );
  });

  it('is read the same whatever the portions', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, chunkBytes, async (changes, chunk) => {
        const broken = apply(changes);
        expect(summary(await readAll(broken, { chunkBytes: chunk }))).toEqual(summary(await readAll(broken)));
      }),
      { numRuns: 100 },
    );
  });
});
