import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { contextAt } from '@enrollkit/enrollment/validation';
import { openInput, openReader, RejectionsFile, Validator, type ReadingSettings } from '@enrollkit/pipeline';
import { temporaryFolder } from '@enrollkit/testkit';
import {
  goodCells,
  goodFields,
  header,
  rejectionsIn,
  validateAll,
  withReader,
  type ReadOptions,
} from './reading.ts';

const DIGEST = 'ab'.repeat(32);
const fromSource = ['--conditions=@enrollkit/source', '--input-type=module'];
const PAN = '5204731600014784';
const names = header.split(',');
const csvLine = (cells: readonly string[]): string =>
  cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');

/** A good row with some other values. */
function cellsWith(number: number, changes: Record<string, string>): string[] {
  return goodCells(number).map((cell, index) => changes[names[index] ?? ''] ?? cell);
}

/** Writes the rejections of a content; answers the file's text, undefined when there is none. */
async function rejectionsOf(
  content: string | Buffer,
  options: ReadOptions = {},
): Promise<string | undefined> {
  using folder = temporaryFolder();
  const path = folder.file('rejections');
  await withReader(content, options, async (reader) => {
    const file = new RejectionsFile(path, { reader, digest: DIGEST });
    for await (const portion of new Validator(contextAt(new Date('2026-11-22'))).all(reader.rows())) {
      for (const item of portion) if ('rejection' in item) await file.add(item);
    }
    expect(await file.close()).toBe(file.count);
  });
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Reads a rejections file as a spreadsheet program would, and saves it with its cells changed. */
async function corrected(
  text: string,
  correct: (fields: Record<string, string>) => Record<string, string>,
): Promise<string> {
  const [head = [], ...rows] = parse(text);
  const correctedRows = rows.map((row) => {
    const fields = Object.fromEntries(head.map((name, index) => [name, row[index] ?? '']));
    return Object.values({ ...fields, ...correct(fields) });
  });
  return [head, ...correctedRows].map(csvLine).join('\r\n');
}

describe('validation', () => {
  it('turns every row into a record or a rejection, in order, and counts', async () => {
    await withReader(
      [header, csvLine(goodCells(1)), 'x', csvLine(cellsWith(3, { pan: '1' })), csvLine(goodCells(4))].join(
        '\n',
      ),
      {},
      async (reader) => {
        const validator = new Validator(contextAt(new Date('2026-11-22')));
        const all = (await Array.fromAsync(validator.all(reader.rows()))).flat();
        expect(
          all.map((item) => ('record' in item ? item.record.externalCardId : item.rejection.errors[0].code)),
        ).toEqual(['k-1', 'ROW_COLUMNS', 'PAN_LENGTH', 'k-4']);
        expect(validator.count).toEqual({ rows: 4, rejected: 2 });
      },
    );
  });

  it('gives the ids of a rejected row where they are well-formed and no card number', async () => {
    const all = await validateAll(
      [
        header,
        csvLine(cellsWith(1, { expiry: '' })),
        csvLine(cellsWith(2, { externalConsumerId: 'a b', externalCardId: PAN, pan: 'k-2' })),
      ].join('\n'),
    );
    expect(
      rejectionsIn(all).map(({ externalConsumerId, externalCardId }) => [externalConsumerId, externalCardId]),
    ).toEqual([
      ['c-1', 'k-1'],
      [undefined, undefined],
    ]);
  });
});

describe('a rejections file', () => {
  it('is not made when nothing is rejected', async () => {
    expect(await rejectionsOf([header, csvLine(goodCells(1))].join('\n'))).toBeUndefined();
  });

  it('shows the row in its own columns, and behind them the line and all that is wrong', async () => {
    const text = await rejectionsOf(
      [header, csvLine(goodCells(1)), csvLine(cellsWith(2, { expiry: '13/29', city: '' }))].join('\n'),
    );
    const [head, row] = text?.split('\r\n') ?? [];
    expect(head).toBe(
      `${header},rejectedLine,rejectedField,rejectedCode,rejectedMessage,rejectedHint,rejectedReference`,
    );
    expect(row).toContain('c-2,k-2,520473******4784,13/29,Zoë');
    expect(row).toContain(',3,expiry | city,EXPIRY_MONTH | FIELD_MISSING,');
  });

  it('belongs to its owner alone', async () => {
    using folder = temporaryFolder();
    await withReader(`${header}\nx`, {}, async (reader) => {
      const file = new RejectionsFile(folder.file('r'), { reader, digest: DIGEST });
      for await (const [row] of reader.rows())
        if (row?.errors) await file.add({ row, rejection: { place: row.place, errors: row.errors } });
      await file.close();
    });
    expect(statSync(folder.file('r')).mode & 0o777).toBe(0o600);
  });

  it('can be corrected and run again as it is', async () => {
    const bad = cellsWith(2, {
      expiry: '13/29',
      lastName: '-O"Neill, \'+x',
      addressLine1: '-1 "Weg"',
      firstName: '-Zoë',
      mobile: '+49 (151) 12345678',
    });
    const text = await rejectionsOf([header.replace('city', 'Ort'), csvLine(bad)].join('\n'), {
      columns: { Ort: 'city' },
    });
    expect(text).toContain(`"'-O""Neill, '+x"`);
    expect(text).toContain(`'-1 ""Weg""`);
    expect(text).toContain(',+49 (151) 12345678,');
    const correctedRows = await corrected(text ?? '', () => ({ expiry: '12/29', pan: PAN }));
    const [again] = await validateAll(correctedRows, { columns: { Ort: 'city' } });
    expect(again).toMatchObject({
      record: {
        externalCardId: 'k-2',
        consumer: { firstName: '-Zoë', lastName: '-O"Neill, \'+x', mobile: { number: '15112345678' } },
        card: { expiryMonth: '12', billingAddress: { line1: '-1 "Weg"', city: 'Köln' } },
      },
    });
  });

  it('that was not corrected is rejected again for the same rows', async () => {
    const first = await rejectionsOf(
      [header, csvLine(cellsWith(1, { email: 'x' })), 'a,b', csvLine([...goodCells(3), 'z', 'z'])].join('\n'),
    );
    const second = await rejectionsOf(first ?? '');
    const third = await rejectionsOf(second ?? '');
    expect(second?.split('\r\n')).toHaveLength(5);
    expect(second).toContain('PAN_MASKED');
    expect(third).toBe(second);
  });

  it('keeps the delimiter of the input', async () => {
    const text = await rejectionsOf(
      [
        names.join(';'),
        cellsWith(1, { email: 'a;b', pan: PAN })
          .map((cell) => (cell.includes(';') ? `"${cell}"` : cell))
          .join(';'),
      ].join('\n'),
    );
    expect(text).toContain(';"a;b";');
    expect(text).toContain(';rejectedLine;');
  });

  it('holds no card number, whole, damaged, or in a wrong column', async () => {
    const text = await rejectionsOf(
      [
        header,
        csvLine(cellsWith(1, { expiry: '' })),
        csvLine(cellsWith(2, { pan: '5204731600014785' })),
        csvLine(cellsWith(3, { pan: '5204 7316 0001 4784' })),
        csvLine(cellsWith(4, { pan: '', externalCardId: PAN, lastName: `x ${PAN}`, mobile: PAN })),
        csvLine(cellsWith(5, { externalCardId: `card${PAN}` })),
        [PAN, ...goodCells(6)].join(','),
        [PAN.slice(0, 15), 'x'].join(','),
      ].join('\n'),
    );
    expect(text?.split('\r\n')).toHaveLength(9);
    expect(text).not.toMatch(/5204731600|3160001478|5204 7316 0001/);
    expect(text).toContain('+4915112345678');
  });

  it('sends no control character to a terminal', async () => {
    const text = await rejectionsOf(
      [header, csvLine(cellsWith(1, { firstName: '\u001b]0;pwned\u0007', city: 'a\nb\u009bc' }))].join('\n'),
    );
    expect(text).toContain('\ufffd]0;pwned\ufffd');
    // eslint-disable-next-line no-control-regex
    expect(text?.replaceAll('\r\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it('is NDJSON for NDJSON, under the names of the input, and can be run again', async () => {
    const { city = '', ...others } = goodFields(1);
    const settings: ReadingSettings = { columns: { Ort: 'city' } };
    const text = await rejectionsOf(
      `${JSON.stringify({ ...others, expiry: '1', Ort: city })}\nnot json\n`,
      settings,
    );
    const [first = '', second = ''] = text?.split('\n') ?? [];
    expect(JSON.parse(first)).toMatchObject({
      pan: '520473******4784',
      Ort: 'Köln',
      rejectedLine: '1',
      rejectedCode: 'EXPIRY_FORMAT',
    });
    expect(JSON.parse(second)).toMatchObject({ rejectedLine: '2', rejectedCode: 'ROW_NOT_JSON' });
    const correctedRows = JSON.stringify({ ...JSON.parse(first), pan: PAN, expiry: '12/29' });
    expect(await validateAll(correctedRows, settings)).toMatchObject([
      { record: { card: { pan: PAN, billingAddress: { city: 'Köln' } } } },
    ]);
  });

  it('is written as it grows', async () => {
    using folder = temporaryFolder();
    const path = folder.file('r');
    const content = `${header}\n${`${'x'.repeat(50)}\n`.repeat(20_000)}`;
    const source = folder.file('in');
    writeFileSync(source, content);
    const input = await openInput(source);
    const reader = await openReader(input);
    const file = new RejectionsFile(path, { reader, digest: DIGEST });
    const validator = new Validator(contextAt(new Date('2026-11-22')));
    let seen = 0;
    for await (const portion of validator.all(reader.rows())) {
      for (const item of portion) if ('rejection' in item) await file.add(item);
      const [part] = readdirSync(folder.path).filter((name) => name.endsWith('.part'));
      seen = Math.max(seen, part !== undefined && file.count < 20_000 ? statSync(folder.file(part)).size : 0);
    }
    expect(seen).toBeGreaterThan(100_000);
    expect(await file.close()).toBe(20_000);
    await input.close();
  });

  it('leaves nothing behind, and nothing open, when the disk does not take all of it', async () => {
    using folder = temporaryFolder();
    // Another process, whose files must stay small: writing fails while rows are added, or at the end.
    const script = `
      import { readdirSync, readlinkSync } from 'node:fs';
      import { contextAt } from '@enrollkit/enrollment/validation';
      import { openInput, openReader, RejectionsFile, Validator } from '@enrollkit/pipeline';
      process.chdir(process.argv[1]);
      for (const source of ['many', 'few']) {
        const input = await openInput(source);
        const reader = await openReader(input);
        const file = new RejectionsFile('rejections', { reader, digest: '${DIGEST}' });
        let failed = '';
        try {
          for await (const portion of new Validator(contextAt(new Date('2026-11-22'))).all(reader.rows()))
            for (const item of portion) await file.add(item);
          failed = 'at the end: ';
          await file.close();
        } catch (error) {
          console.log(failed + error.code);
        }
        await input.close();
      }
      const open = readdirSync('/proc/self/fd').map((fd) => {
        try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; }
      });
      console.log(open.filter((path) => path.startsWith(process.cwd())).join());
    `;
    for (const [name, count] of Object.entries({ many: 20_000, few: 100 }))
      writeFileSync(folder.file(name), `${header}\n${`${'x'.repeat(50)}\n`.repeat(count)}`);
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', 'ulimit -f 8; exec "$@"', '--', process.execPath, ...fromSource, '-e', script, folder.path],
      {
        cwd: import.meta.dirname,
        encoding: 'utf8',
        env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' },
      },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('EFBIG\nat the end: EFBIG\n\n');
    expect(readdirSync(folder.path)).toEqual(['few', 'many']);
  });
});
