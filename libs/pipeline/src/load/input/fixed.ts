import { validationError, type FieldName, type ValidationError } from '@enrollkit/enrollment';
import { placeOf, textOf, type RowsRead } from './csv.ts';
import { encodingErrors } from './encoding.ts';
import { InputError } from './errors.ts';
import type { Block } from './frames.ts';
import type { Row } from './row.ts';

/** The places of each field in a line of fixed width: `from-to` in characters from 1, both included. */
export type FixedLayout = Readonly<Partial<Record<FieldName, string>>>;

/** A field and its places, from 0, the end excluded. */
interface FixedColumn {
  readonly field: FieldName;
  readonly start: number;
  readonly end: number;
}

/** A compiled layout. */
export interface FixedShape {
  readonly columns: readonly FixedColumn[];
  readonly fields: readonly FieldName[];
  /** Where the last field begins, from 0. */
  readonly lastStart: number;
}

/** Compiles a layout. */
export function fixedShape(layout: FixedLayout): FixedShape {
  const columns = Object.entries(layout).map(([field, places]): FixedColumn => {
    const [from = 1, to = from] = places.split('-').map(Number);
    return { field: field as FieldName, start: from - 1, end: to };
  });
  return {
    columns,
    fields: columns.map(({ field }) => field),
    lastStart: Math.max(0, ...columns.map(({ start }) => start)),
  };
}

/** The rows of a block of fixed-width lines; `before` counts those before it. */
export function fixedRows(block: Block, shape: FixedShape, before: number): RowsRead {
  const broken = encodingErrors(block);
  const rows: Row[] = [];
  for (const frame of block.frames) {
    const place = placeOf(block, frame, before + rows.length + 1);
    const text = textOf(block, frame);
    const error = broken.get(frame) ?? lineError(text, shape);
    if (error instanceof InputError) return { rows, error };
    const cells = shape.columns.map(({ start, end }) => text.slice(start, end));
    rows.push(
      error
        ? { place, raw: {}, cells, errors: [error] }
        : { place, raw: Object.fromEntries(shape.fields.map((field, at) => [field, cells[at]])), cells },
    );
  }
  return { rows };
}

/** A line may end where its last values are blank, but not before the last field begins. */
function lineError(text: string, { lastStart }: FixedShape): ValidationError | undefined {
  if (text.trim() === '') return validationError('row', 'ROW_BLANK');
  return text.length < lastStart
    ? validationError('row', 'ROW_SHORT', { expected: lastStart + 1, found: text.length })
    : undefined;
}
