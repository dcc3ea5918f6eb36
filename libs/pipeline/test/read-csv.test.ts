import { describe, expect, it } from 'vitest';
import {
  errorOf,
  rejectedLines,
  goodCells,
  header,
  readAll,
  validateAll,
  withReader,
  rejectionsIn,
} from './reading.ts';

const names = header.split(',');
const good = (number: number): string => goodCells(number).join(',');
const file = (...lines: string[]): string => [header, ...lines].join('\n');

describe('a CSV file', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('may end its lines with %s, the last one or not', async (_name, end) => {
    for (const last of ['', end]) {
      const { rows } = await readAll([header, good(1), good(2)].join(end) + last);
      expect(rows.map(({ raw }) => raw.externalCardId)).toEqual(['k-1', 'k-2']);
    }
  });

  it.each([',', ';', '\t', '|'])('may be divided by %j, which its header shows', async (delimiter) => {
    const content = [names, goodCells(1)].map((cells) => cells.join(delimiter)).join('\n');
    const { rows } = await readAll(content);
    expect(rows[0]?.raw).toMatchObject({ externalConsumerId: 'c-1', city: 'Köln' });
    expect(await withReader(content, {}, async (reader) => reader.delimiter)).toBe(delimiter);
  });

  it('may be divided by what the configuration says', async () => {
    const content = [names, goodCells(1)].map((cells) => cells.join('^')).join('\n');
    expect((await readAll(content, { delimiter: '^' })).rows[0]?.raw.city).toBe('Köln');
  });

  it('may have quoted headers, a byte order mark, white space and blank lines', async () => {
    const quoted = names.map((name) => `" ${name} "`).join(',');
    const { rows } = await readAll(`\ufeff\n\r\n${quoted}\n\n${good(1)}\n\n\n${good(2)}\n\n`);
    expect(rows.map(({ place, raw }) => [place.line, raw.externalConsumerId])).toEqual([
      [5, 'c-1'],
      [8, 'c-2'],
    ]);
  });

  it('may hold delimiters, quotes and line ends in quoted values', async () => {
    const cells = goodCells(1);
    cells[10] = 'Hof "A", 2. Stock;\r\nhinten\n';
    const quoted = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
    const { rows } = await readAll(file(quoted, good(2)));
    expect(rows.map(({ raw }) => raw.addressLine1)).toEqual(['Hof "A", 2. Stock;\r\nhinten\n', 'Weg 1']);
    expect(rows.map(({ place }) => place.line)).toEqual([2, 5]);
  });

  it('may use other names for its columns, and have columns that are not ours', async () => {
    const content = `Kunde,branch,${names.slice(1).join(',')}\nc-9,Mitte,${goodCells(1).slice(1).join(',')}`;
    const { rows } = await readAll(content, { columns: { Kunde: 'externalConsumerId', branch: 'ignore' } });
    expect(rows[0]?.raw).toMatchObject({ externalConsumerId: 'c-9', externalCardId: 'k-1' });
    expect(JSON.stringify(rows[0]?.raw)).not.toContain('Mitte');
  });

  it('keeps the places of its rows exact, whatever stands before them', async () => {
    const cells = [goodCells(1), goodCells(2), goodCells(3)];
    const [first, second] = cells;
    if (first) first[4] = '𠮷é"\n,';
    if (second) second[4] = 'x'.repeat(100_000);
    const written = cells.map((row) =>
      row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','),
    );
    const content = Buffer.from(`\ufeff${header}\r\n\r\n${written.join('\r\n')}\r\n`);
    const { rows } = await readAll(content);
    expect(
      rows.map(({ place }) => content.subarray(place.offset, place.offset + place.length).toString()),
    ).toEqual(written);
    expect(rows.map(({ place }) => [place.row, place.line])).toEqual([
      [1, 3],
      [2, 5],
      [3, 6],
    ]);
  });

  it('gives one row again from its place, and refuses when another stands there', async () => {
    const content = file(good(1), `${good(2)}`, `"c-3",${goodCells(3).slice(1).join(',')}`);
    await withReader(content, {}, async (reader) => {
      for await (const portion of reader.rows())
        for (const row of portion) expect(await reader.readOne(row.place)).toEqual(row);
      await expect(
        reader.readOne({ row: 9, line: 9, offset: content.length - 5, length: 500 }),
      ).rejects.toMatchObject({ code: 'input-changed' });
    });
  });

  it('goes on from any row as if it had read the rows before', async () => {
    const content = file(good(1), '"a\nb",x', good(2), '', good(3));
    const { rows } = await readAll(content);
    for (const { place } of rows) {
      const again = await readAll(content, {
        from: { offset: place.offset, line: place.line, rows: place.row - 1 },
      });
      expect(again.rows).toEqual(place.row === 1 ? rows : rows.slice(place.row - 1));
    }
  });

  it('that ends where reading goes on has no more rows, which is no error', async () => {
    const content = file(good(1));
    expect(
      await readAll(content, { from: { offset: Buffer.byteLength(content), line: 3, rows: 1 } }),
    ).toEqual({ rows: [] });
  });
});

describe('a row is rejected, and the next one read', () => {
  it('when it has another number of columns than the header', async () => {
    const read = await readAll(file(good(1), `${good(2)},`, good(3), 'c-4,k-4', 'x', good(5)));
    expect(rejectedLines(read)).toEqual(['3 ROW_COLUMNS', '5 ROW_COLUMNS', '6 ROW_COLUMNS']);
    expect(read.rows).toHaveLength(6);
    expect(read.rows[1]?.errors?.[0].message).toBe('The header has 12 columns; this row has 13');
  });

  it('when all its cells are empty', async () => {
    expect(rejectedLines(await readAll(file(good(1), ','.repeat(11), ' ', good(2))))).toEqual([
      '3 ROW_BLANK',
      '4 ROW_BLANK',
    ]);
  });

  it('when it is not UTF-8, with the byte where that begins', async () => {
    const [head = '', tail = ''] = good(2).split('ë');
    const before = Buffer.from(`${header}\n${good(1)}\n${head}`);
    const half = Buffer.concat([before, Buffer.from([0xc3]), Buffer.from(`${tail}\n${good(3)}\n`)]);
    const read = await readAll(half);
    expect(rejectedLines(read)).toEqual(['3 ROW_ENCODING']);
    expect(read.rows[1]?.errors?.[0].message).toContain(`byte ${before.length} of`);
    expect(read.rows[2]?.raw.externalConsumerId).toBe('c-3');
  });

  it('when a zero byte, a lone carriage return or another control character is in it', async () => {
    const all = await validateAll(
      file(good(1).replace('Weg', 'W\u0000g'), good(2).replace('Weg', 'W\rg'), good(3)),
    );
    expect(
      rejectionsIn(all).map(({ place, errors: [error] }) => [place.line, error.field, error.code]),
    ).toEqual([
      [2, 'addressLine1', 'TEXT_CONTROL'],
      [3, 'addressLine1', 'TEXT_CONTROL'],
    ]);
  });
});

describe('a CSV file is refused', () => {
  it.each([
    ['a header twice', `${header},pan`, { code: 'header-duplicate', line: 1 }],
    ['two headers for one field', `${header},Card No`, { code: 'header-duplicate', line: 1 }],
    [
      'an unknown header',
      `${header},cvc`,
      { code: 'header-unknown', line: 1, message: 'Line 1: The header names what is no field: "cvc"' },
    ],
    ['the header __proto__', `${header},__proto__`, { code: 'header-unknown', line: 1 }],
    ['the header constructor', `${header},constructor`, { code: 'header-unknown', line: 1 }],
    [
      'a header in another case',
      header.replace('pan', 'PAN'),
      { code: 'header-unknown', hint: expect.stringContaining('    "PAN": pan') },
    ],
    [
      'too few headers',
      'externalConsumerId,pan,expiryMonth',
      {
        code: 'header-missing',
        message: expect.stringContaining('expiry, or expiryMonth and expiryYear; firstName'),
      },
    ],
    ['no header at all', 'c-1,k-1,5204731600014784', { code: 'delimiter-unknown', line: 1 }],
    [
      'a broken quote in the header',
      `"${header}`,
      { code: expect.stringMatching(/^(quote-broken|delimiter-unknown)$/) },
    ],
  ])('for %s', async (_name, first, expected) => {
    expect(await errorOf(`${first}\n${good(1)}\n`, { columns: { 'Card No': 'pan' } })).toMatchObject(
      expected,
    );
  });

  it('never shows a card number that stands where the header should', async () => {
    const { message, hint } = await errorOf('pan,5204731600014784\nx,y\n');
    expect(message + hint).not.toContain('5204731600014784');
  });

  it('for a header that is not UTF-8', async () => {
    expect(await errorOf(Buffer.from(`${header},größe\n${good(1)}`, 'latin1'))).toMatchObject({
      code: 'header-encoding',
      line: 1,
    });
  });

  it('for a row in an older encoding, since the whole file is in it', async () => {
    const latin1 = Buffer.from(`${good(2)}\n`, 'latin1');
    expect(await readAll(Buffer.concat([Buffer.from(`${file(good(1))}\n`), latin1]))).toMatchObject({
      rows: [{ raw: { externalConsumerId: 'c-1' } }],
      error: {
        code: 'input-encoding',
        line: 3,
        hint: expect.stringContaining('input.encoding: windows-1252'),
      },
    });
  });

  it.each([
    ['stands in the middle of a value', `${good(2).replace('Weg', 'W"g')}`],
    ['closes in the middle of a value', good(2).replace('Weg 1', '"Weg" 1')],
    ['never closes', good(2).replace('Weg', '"Weg')],
  ])('when a quote %s, after the rows before it', async (_name, broken) => {
    const { rows, error } = await readAll(
      file(good(1), `"c-0",${goodCells(0).slice(1).join(',')}`, broken, good(3), good(4)),
    );
    expect(rows.map(({ raw }) => raw.externalConsumerId)).toEqual(['c-1', 'c-0']);
    expect(error).toMatchObject({
      code: 'quote-broken',
      line: 4,
      offset: Buffer.byteLength(file(good(1), `"c-0",${goodCells(0).slice(1).join(',')}`)) + 1,
    });
    expect(JSON.stringify({ ...error, message: error?.message, cause: error?.cause })).not.toContain(
      '5204731600014784',
    );
  });

  it('when a quote stays open for longer than a row may be, without holding the rest in memory', async () => {
    const before = process.memoryUsage.rss();
    const rest = `${good(3)}\n`.repeat(200_000);
    expect(await errorOf(`${file(good(1), good(2).replace('Weg', '"Weg'))}\n${rest}`)).toMatchObject({
      code: 'quote-broken',
      line: 3,
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(150e6);
  });

  it('for a row of more than a megabyte, after the rows before it', async () => {
    const { rows, error } = await readAll(file(good(1), 'x'.repeat(2 ** 20 + 1), good(2)));
    expect(rows).toHaveLength(1);
    expect(error).toMatchObject({ code: 'row-too-long', line: 3 });
  });

  it('for a megabyte of delimiters, soon', async () => {
    const read = await readAll(file(','.repeat(2 ** 20), good(1)));
    expect(rejectedLines(read)).toEqual(['2 ROW_BLANK']);
  });

  it('for having a header and no row', async () => {
    for (const content of [header, `${header}\n`, `${header}\r\n\r\n`])
      expect(await errorOf(content)).toMatchObject({ code: 'input-has-no-rows' });
  });

  it('for holding blank lines only', async () => {
    expect(await errorOf('\n\n\r\n')).toMatchObject({ code: 'input-empty' });
  });
});
