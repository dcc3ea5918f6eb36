import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { maskCardNumbers } from '@enrollkit/base';
import type { RecordKey } from '@enrollkit/enrollment';
import { defineCommand, type AnyCommand } from '../command.ts';
import { digestsWith, openFingerprintKey, openLedger } from '../assemble.ts';
import { actor } from '../audit.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { count, plural } from '../terminal/format.ts';

const WINDOW = 1_000;
const names = ['externalConsumerId', 'externalCardId'] as const;
const id = /^[\x21-\x7e]{1,64}$/;

/**
 * `enrollkit register import FILE`: adds cards that were enrolled by other means, from a CSV of externalConsumerId and
 * externalCardId. Their data are filled in when a file brings them for the first time. Entries that exist stay.
 */
export async function importRegister(context: Context, file: string): Promise<ExitName> {
  const loaded = context.config();
  const digests = digestsWith(loaded, openFingerprintKey(loaded));
  const ledger = await openLedger(loaded);
  try {
    const lock = await ledger.lock('register import');
    try {
      await ledger.bind(digests.binding);
      let rows = 0;
      let added = 0;
      for await (const keys of windowsOf(file)) {
        rows += keys.length;
        added += await ledger.importEntries(digests.keysOf(keys));
      }
      await ledger.appendEvent({
        at: new Date(),
        actor: actor(),
        action: 'register import',
        detail: { file, rows, added },
      });
      context.terminal.note(
        `${count(rows)} ${plural(rows, 'row')} read, ${count(added)} ${plural(added, 'card')} added to the register`,
      );
      return 'allEnrolled';
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

/** Reads the whole file before the first window is given away: a file that is wrong at its end adds nothing. */
async function* windowsOf(file: string): AsyncGenerator<readonly RecordKey[]> {
  for await (const _window of readWindows(file)) continue;
  yield* readWindows(file);
}

async function* readWindows(file: string): AsyncGenerator<readonly RecordKey[]> {
  const input = createReadStream(file, 'utf8');
  const lines = createInterface({ input, crlfDelay: Infinity });
  let order: readonly number[] | undefined;
  let line = 0;
  let window: RecordKey[] = [];
  try {
    for await (const text of lines) {
      line += 1;
      const cells = text
        .replace(/^\ufeff/, '')
        .split(/[,;\t]/)
        .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
      if (order === undefined) order = orderOf(cells, file);
      else if (text.trim() !== '') window.push(keyOf(cells, order, `${file}:${line}`));
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

function orderOf(header: readonly string[], file: string): readonly number[] {
  const order = names.map((name) => header.indexOf(name));
  if (header.length === names.length && !order.includes(-1)) return order;
  throw wrong(`${file}:1: expected the header ${names.join(',')}`);
}

function keyOf(cells: readonly string[], order: readonly number[], place: string): RecordKey {
  const [externalConsumerId = '', externalCardId = ''] = order.map((index) => cells[index] ?? '');
  for (const value of [externalConsumerId, externalCardId])
    if (!id.test(value) || maskCardNumbers(value) !== value)
      throw wrong(`${place}: expected two ids of 1 to 64 printable characters that hold no card number`);
  return { externalConsumerId, externalCardId };
}

function wrong(message: string): RunnerError {
  return new RunnerError('usage', `${message}; nothing was added`, {
    hint: `give a CSV of two columns, ${names.join(' and ')}; card numbers are neither needed nor accepted`,
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

/** `enrollkit register import` as it is typed. */
export const registerImportCommand: AnyCommand = defineCommand({
  declare: (command) => command.argument('<file>'),
  examples: [{ line: 'enrollkit register import enrolled.csv', does: 'ids only, no card numbers' }],
  run: (context, _options, [file]) => importRegister(context, file),
});
