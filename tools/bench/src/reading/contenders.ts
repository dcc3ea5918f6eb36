import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parse, type Options } from 'csv-parse';
import { contextAt } from '@enrollkit/enrollment/validation';
import { openInput, openReader, Validator } from '@enrollkit/pipeline';

/** Ways to read a file to its end; each answers how many rows it saw. */
export const contenders = {
  'csv-parse alone, arrays': (path: string) => parsed(path, {}),
  'csv-parse alone, objects and places': (path: string) => parsed(path, { columns: true, info: true }),
  'readline and JSON.parse alone': lines,
  'enrollkit, rows and places': read,
  'enrollkit, rows judged': checked,
} as const;

/** The name of a way. */
export type Contender = keyof typeof contenders;

async function parsed(path: string, options: Options): Promise<number> {
  let rows = 0;
  const parser = createReadStream(path).pipe(parse({ bom: true, ...options }));
  parser.on('data', () => rows++);
  await new Promise((resolve, reject) => parser.once('end', resolve).once('error', reject));
  return 'columns' in options ? rows : rows - 1;
}

async function lines(path: string): Promise<number> {
  let rows = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) if (JSON.parse(line)) rows++;
  return rows;
}

async function read(path: string): Promise<number> {
  const input = await openInput(path);
  let rows = 0;
  for await (const portion of (await openReader(input)).rows()) rows += portion.length;
  await input.close();
  return rows;
}

/**
 * Reads and judges every row. `enrollkit check` does more: it looks for duplicates, which takes its memory of
 * keys, and tells each rejection.
 */
async function checked(path: string): Promise<number> {
  const input = await openInput(path);
  const validator = new Validator(contextAt(new Date()));
  for await (const portion of validator.all((await openReader(input)).rows())) void portion;
  await input.close();
  return validator.count.rows - validator.count.rejected;
}

if (import.meta.main) {
  const [name = '', path = ''] = process.argv.slice(2);
  const rows = await contenders[name as Contender](path);
  process.stdout.write(`${rows}\n`);
}
