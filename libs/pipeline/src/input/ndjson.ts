import { faultOf, type Fault, type FieldName, type RawRecord } from '@enrollkit/enrollment';
import type { ColumnFinder } from './columns.ts';
import { placeOf, textOf } from './csv.ts';
import { encodingFaults } from './encoding.ts';
import type { Block, Frame } from './frames.ts';
import type { Row } from './row.ts';
import { shown } from './shown.ts';

/** The rows of a block of NDJSON: one flat object of texts a line; `before` counts those before it. Never throws. */
export function ndjsonRows(block: Block, find: ColumnFinder, before: number): Row[] {
  const broken = encodingFaults(block);
  return block.frames.map((frame, index) => {
    const place = placeOf(block, frame, before + index + 1);
    const fault = broken.get(frame);
    const read = fault ? [fault] : readObject(textOf(block, frame), frame, find);
    if (!Array.isArray(read)) return { place, raw: read };
    const [first, ...rest] = read;
    return first ? { place, faults: [first, ...rest] } : { place, raw: {} };
  });
}

function readObject(line: string, frame: Frame, find: ColumnFinder): RawRecord | Fault[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The parser's message repeats the line, so it ends here.
    return [faultOf('row', line.trim() === '' ? 'ROW_BLANK' : 'ROW_NOT_JSON')];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [faultOf('row', 'ROW_NOT_OBJECT')];
  return rawOf(value as Readonly<Record<string, unknown>>, { line, frame }, find);
}

interface Line {
  readonly line: string;
  readonly frame: Frame;
}

function rawOf(object: Readonly<Record<string, unknown>>, source: Line, find: ColumnFinder): RawRecord | Fault[] {
  const raw: { [name in FieldName]?: string | undefined } = {};
  const faults: Fault[] = [];
  let quotes = 0;
  for (const key in object) {
    const value = object[key];
    quotes += typeof value === 'string' ? 4 : 2;
    const target = find(key);
    if (target === undefined) faults.push(faultOf('row', 'KEY_UNKNOWN', { key: shown(key) }));
    else if (target === 'ignore') continue;
    else if (typeof value === 'string') raw[target] = value;
    else if (value !== null) faults.push(faultOf(target, 'VALUE_NOT_TEXT', { found: kindOf(value), field: target }));
  }
  if (faults.length === 0 && quotes !== quotesIn(source)) faults.push(faultOf('row', 'KEY_DUPLICATE'));
  return faults.length > 0 ? faults : raw;
}

/**
 * The quotes that delimit texts in the line. The parser keeps the last of two equal keys and says nothing; but each
 * key and each text of a flat object has two quotes, so the count tells.
 */
function quotesIn({ line, frame }: Line): number {
  if (!line.includes('\\')) return frame.quotes;
  return line.replace(/\\./gs, '').split('"').length - 1;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
