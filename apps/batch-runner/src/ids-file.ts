import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { maskCardNumbers } from '@enrollkit/base';
import type { RecordKey } from '@enrollkit/enrollment';
import type { OptOut } from '@enrollkit/pipeline';
import { RunnerError } from './errors.ts';

const WINDOW = 1_000;
const names = ['externalConsumerId', 'externalCardId'] as const;
/** Ids of the provider may stand beside ours, and are not read. */
const ofProvider: ReadonlySet<string> = new Set(['srcConsumerId', 'srcDigitalCardId']);
const id = /^[\x21-\x7e]{1,64}$/;

/**
 * The keys of a CSV of both ids, in windows. The whole file is read before the first window is given away: a
 * file that is wrong at its end adds nothing. Throws `RunnerError` `usage` that names the line.
 */
export async function* readKeys(file: string): AsyncGenerator<readonly RecordKey[]> {
  for await (const _window of windowsOf(file, keyOf)) continue;
  yield* windowsOf(file, keyOf);
}

/**
 * The ids of a CSV of consumers, or of consumers and cards; without a card, a row is about all of the
 * consumer's. Throws `RunnerError` `usage` that names the line.
 */
export async function readIds(file: string): Promise<readonly OptOut[]> {
  const ids: OptOut[] = [];
  for await (const window of windowsOf(file, idsOf)) ids.push(...window);
  return ids;
}

/** Makes a row of its two cells. Throws `RunnerError`. */
type ToRow<Row> = (cells: readonly [string, string | undefined], place: string) => Row;

async function* windowsOf<Row>(file: string, toRow: ToRow<Row>): AsyncGenerator<readonly Row[]> {
  const input = createReadStream(file, 'utf8');
  const lines = createInterface({ input, crlfDelay: Infinity });
  let order: readonly number[] | undefined;
  let line = 0;
  let window: Row[] = [];
  try {
    for await (const text of lines) {
      line += 1;
      const cells = text
        .replace(/^\ufeff/, '')
        .split(/[,;\t]/)
        .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
      if (order === undefined) order = orderOf(cells, `${file}:${line}`);
      else if (text.trim() !== '') {
        const [consumer = '', card] = order.map((index) => cells[index]);
        window.push(toRow([consumer, card], `${file}:${line}`));
      }
      if (window.length < WINDOW) continue;
      yield window;
      window = [];
    }
  } catch (error) {
    throw unreadable(error, file);
  }
  if (order === undefined) throw wrong(`${file} is empty`);
  if (window.length > 0) yield window;
}

/** Where the two columns stand; the card's may be absent. */
function orderOf(header: readonly string[], place: string): readonly number[] {
  const order = names.map((name) => header.indexOf(name));
  const found = order.filter((index) => index !== -1).length;
  if (order[0] !== -1 && header.filter((name) => !ofProvider.has(name)).length === found) return order;
  throw wrong(`${place}: expected the header ${names.join(',')}`);
}

function keyOf(
  [externalConsumerId, externalCardId = '']: readonly [string, string | undefined],
  place: string,
): RecordKey {
  return {
    externalConsumerId: checked(externalConsumerId, place),
    externalCardId: checked(externalCardId, place),
  };
}

function idsOf(
  [externalConsumerId, externalCardId = '']: readonly [string, string | undefined],
  place: string,
): OptOut {
  const consumer = { externalConsumerId: checked(externalConsumerId, place) };
  return externalCardId === '' ? consumer : { ...consumer, externalCardId: checked(externalCardId, place) };
}

function checked(value: string, place: string): string {
  if (id.test(value) && maskCardNumbers(value) === value) return value;
  throw wrong(`${place}: expected ids of 1 to 64 printable characters that hold no card number`);
}

function wrong(message: string): RunnerError {
  return new RunnerError('usage', `${message}; nothing was done`, {
    hint: `give a CSV of the columns ${names.join(' and ')}; card numbers are neither needed nor accepted`,
  });
}

function unreadable(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new RunnerError(
    'usage',
    `${file} cannot be read (${String((error as NodeJS.ErrnoException).code)})`,
    {
      hint: 'check the path and who may read it',
      cause: error,
    },
  );
}
