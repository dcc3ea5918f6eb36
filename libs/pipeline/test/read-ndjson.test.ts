import { describe, expect, it } from 'vitest';
import { errorOf, rejectedLines, goodFields, readAll, withReader } from './reading.ts';

const good = (number: number): string => JSON.stringify(goodFields(number));
const spaced = (number: number): string => JSON.stringify(goodFields(number), null, 1).replaceAll('\n', '');

describe('an NDJSON file', () => {
  it('may have blank lines, a byte order mark, CRLF, spaces, escapes, any order of keys and no last line end', async () => {
    const turned = JSON.stringify(Object.fromEntries(Object.entries(goodFields(3)).toReversed()));
    const escaped = good(4).replace('Zoë', String.raw`Zo\u00eb \"x\\\" y`);
    const { rows } = await readAll(`\ufeff${good(1)}\r\n\n  ${spaced(2)} \n${turned}\n${escaped}`);
    expect(rows.map(({ place, raw, errors }) => [place.line, raw.externalConsumerId, errors])).toEqual([
      [1, 'c-1', undefined],
      [3, 'c-2', undefined],
      [4, 'c-3', undefined],
      [5, 'c-4', undefined],
    ]);
    expect(rows[3]?.raw.firstName).toBe(String.raw`Zoë "x\" y`);
  });

  it('may use other names, leave keys to be ignored, and say null for what is absent', async () => {
    const { externalConsumerId, ...others } = goodFields(1);
    const { rows } = await readAll(
      JSON.stringify({ kunde: externalConsumerId, note: 'x', state: null, ...others }),
      { columns: { kunde: 'externalConsumerId', note: 'ignore' } },
    );
    expect(rows).toMatchObject([{ raw: goodFields(1) }]);
    expect(rows[0]?.errors).toBeUndefined();
  });

  it('keeps the places of its rows exact', async () => {
    const lines = [good(1), good(2).replace('Zoë', '𠮷'.repeat(30_000)), spaced(3)];
    const content = Buffer.from(`\ufeff${lines.join('\r\n\n')}`);
    const { rows } = await readAll(content);
    expect(
      rows.map(({ place }) => content.subarray(place.offset, place.offset + place.length).toString()),
    ).toEqual(lines);
    await withReader(content, {}, async (reader) => {
      for (const row of rows) expect(await reader.readOne(row.place)).toEqual(row);
    });
  });
});

describe('a line is rejected, and the next one read', () => {
  it.each([
    ['it is not JSON', '{"pan": 52', 'ROW_NOT_JSON'],
    ['two objects stand in it', `${good(2)}${good(3)}`, 'ROW_NOT_JSON'],
    ['it is spaces', '   ', 'ROW_BLANK'],
    ['it is a list', `[${good(2)}]`, 'ROW_NOT_OBJECT'],
    ['it is null', 'null', 'ROW_NOT_OBJECT'],
    ['it has an unknown key', good(2).replace('"city"', '"town"'), 'KEY_UNKNOWN'],
    ['it has the key __proto__', good(2).replace('"city"', '"__proto__"'), 'KEY_UNKNOWN'],
    ['a value is a number', good(2).replace('"5204731600014784"', '5204731600014784'), 'VALUE_NOT_TEXT'],
    ['a value is an object', good(2).replace('"Köln"', '{"name":"Köln"}'), 'VALUE_NOT_TEXT'],
    ['a value is true', good(2).replace('"Köln"', 'true'), 'VALUE_NOT_TEXT'],
    ['a key stands there twice', good(2).replace('{', '{"pan":"5186001700009726",'), 'KEY_DUPLICATE'],
    [
      'a key stands there twice among spaces',
      spaced(2).replace('{', '{"pan" : "5186001700009726" , '),
      'KEY_DUPLICATE',
    ],
    [
      'a key stands there twice, once escaped',
      good(2).replace('{', String.raw`{"p\u0061n":"5186001700009726",`),
      'KEY_DUPLICATE',
    ],
    ['a key stands there twice, once with null', good(2).replace('{', '{"pan":null,'), 'KEY_DUPLICATE'],
  ])('when %s', async (_name, line, code) => {
    const read = await readAll(`${good(1)}\n${line}\n${good(3)}\n`);
    expect(rejectedLines(read)).toEqual([`2 ${code}`]);
    expect(read.rows.map(({ raw, errors }) => (errors ? '-' : raw.externalConsumerId))).toEqual([
      'c-1',
      '-',
      'c-3',
    ]);
    expect(JSON.stringify(read.rows[1]?.errors)).not.toMatch(/5204731600014784|5186001700009726|Köln/);
  });

  it('when it is not UTF-8', async () => {
    const read = await readAll(
      Buffer.concat([
        Buffer.from(`${good(1)}\n`),
        Buffer.from(
          good(2).replace('Zoë', 'Zo\u00c3').replace('Müller', 'M').replace('Köln', 'K'),
          'latin1',
        ).subarray(0, -1),
        Buffer.from(`}\n${good(3)}`),
      ]),
    );
    expect(rejectedLines(read)).toEqual(['2 ROW_ENCODING']);
  });

  it('when two names in the file stand for one field', async () => {
    const read = await readAll(good(1).replace('{', '{"kunde":"c-9",'), {
      columns: { kunde: 'externalConsumerId' },
    });
    expect(rejectedLines(read)).toEqual(['1 KEY_DUPLICATE']);
  });

  it('with every error of its keys and values', async () => {
    const { rows } = await readAll('{"x":"1","pan":1,"y":"2","city":[]}');
    expect(rows[0]?.errors?.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'row KEY_UNKNOWN',
      'pan VALUE_NOT_TEXT',
      'row KEY_UNKNOWN',
      'city VALUE_NOT_TEXT',
    ]);
  });
});

it('is refused when it is one JSON array', async () => {
  expect(await errorOf(`  [${good(1)}]`)).toMatchObject({
    code: 'input-json-array',
    line: 1,
    hint: expect.stringContaining('jq'),
  });
});

it('is refused for a line of more than a megabyte', async () => {
  expect(await errorOf(`${good(1)}\n{"city":"${'x'.repeat(2 ** 20)}"}\n`)).toMatchObject({
    code: 'row-too-long',
    line: 2,
  });
});
