import { InputError } from './errors.ts';
import type { ReadFrom } from './row.ts';
import type { Input } from './source.ts';

const NEWLINE = 10;

/** The place behind so many lines. Throws `InputError` `layout-unfit` when there are not so many. */
export async function skipLines(input: Input, from: ReadFrom, lines: number): Promise<ReadFrom> {
  if (lines === 0) return from;
  let left = lines;
  let { offset } = from;
  for await (const chunk of input.stream(from.offset)) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
      left--;
      if (left === 0) return { offset: offset + at + 1, line: from.line + lines, rows: 0 };
    }
    offset += chunk.length;
  }
  throw new InputError('layout-unfit', {
    message: `The file has ${lines - left} lines, and input.skipFirst passes over ${lines}`,
    hint: 'Correct input.skipFirst, or fetch the file again',
  });
}
