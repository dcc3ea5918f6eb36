import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import { bounded } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { goodCells, goodFields, header, readAll, validateAll } from './reading.ts';

const { parameters, timeout } = bounded(150);

/** Bytes of a hostile row: anything at all, but what would end the row or open a quote. */
function hostile(forbidden: readonly number[]): fc.Arbitrary<Buffer> {
  const pieces = fc
    .constantFrom(
      '\0',
      '\u001b[2J',
      '\u0007',
      '\ufeff',
      '\u202e',
      ',',
      ';',
      '\t',
      '=1+1',
      'é',
      '𠮷',
      '\r',
      '\\',
      '{',
      '}',
      '[]',
      'null',
      '\ud800',
      '5204731600014784',
      '-'.repeat(300),
      'NaN',
      '__proto__',
    )
    .map((text) => Buffer.from(text));
  const anything = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  return (
    fc
      .array(fc.oneof(pieces, anything), { minLength: 1, maxLength: 8 })
      .map((list) => Buffer.from(Buffer.concat(list).filter((byte) => !forbidden.includes(byte))))
      // A letter of an older encoding refuses the whole file.
      .filter(
        (row) => isUtf8(row) || !/(?:^|[\0-\x7f])[\xa0-\xff](?:[\0-\x7f]|$)/.test(row.toString('latin1')),
      )
  );
}

const LINE_FEED = 10;
const QUOTE = 34;
const formats = [
  {
    name: 'in.csv',
    head: Buffer.from(`${header}\n`),
    good: (number: number) => goodCells(number).join(','),
    bad: hostile([LINE_FEED, QUOTE]),
  },
  {
    name: 'in.ndjson',
    head: Buffer.alloc(0),
    good: (number: number) => JSON.stringify(goodFields(number)),
    bad: hostile([LINE_FEED]),
  },
];

describe.each(formats)('good rows among hostile ones ($name)', { timeout }, ({ name, head, good, bad }) => {
  it('all survive: each becomes a record, and each other row a rejection', async () => {
    // A first row keeps the file from being taken for something that is no text at all.
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(bad, fc.constant('good' as const)), { maxLength: 12 }),
        fc.integer({ min: 1, max: 100 }),
        async (list, chunkBytes) => {
          const rows = ['good' as const, ...list];
          const lines = rows.map((row, index) => (row === 'good' ? Buffer.from(good(index)) : row));
          const content = Buffer.concat([head, ...lines.flatMap((line) => [line, Buffer.from('\n')])]);
          const judged = await validateAll(content, { name, chunkBytes });
          const records = judged.flatMap((item) =>
            'record' in item ? [item.record.externalConsumerId] : [],
          );
          const expected = rows.flatMap((row, index) => (row === 'good' ? [`c-${index}`] : []));
          expect(records).toEqual(expected);
          const blank = lines.filter((line) => line.length === 0 || line.equals(Buffer.from('\r'))).length;
          expect(judged).toHaveLength(lines.length - blank);
        },
      ),
      parameters,
    );
  });
});

describe('any bytes at all', { timeout }, () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.string({ unit: 'binary', maxLength: 500 }).map((text) => Buffer.from(text)),
    fc.json().map((text) => Buffer.from(text)),
  );
  it.each(['in.csv', 'in.ndjson', 'in'])(
    'are read to their end or to an error that says where and what to do (%s)',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(bytes, fc.boolean(), async (content, headed) => {
          const whole = headed ? Buffer.concat([Buffer.from(`${header}\n`), content]) : Buffer.from(content);
          const { rows, error } = await readAll(whole, { name });
          expect(
            error === undefined ? rows.length > 0 : error.hint.length > 10 && error.code !== undefined,
          ).toBe(true);
        }),
        parameters,
      );
    },
  );
});
