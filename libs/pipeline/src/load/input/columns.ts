import { fieldNames, requiredFields, type FieldName } from '@enrollkit/enrollment';
import { InputError } from './errors.ts';
import { rejectionColumns } from '../../rejections/columns.ts';
import { quoted } from '@enrollkit/base';
import { columnsBlock } from './suggest.ts';

/**
 * What a header or key stands for; `ignore` for a column that is not ours, `empty` for one that must have no
 * value.
 */
export type ColumnTarget = FieldName | 'ignore' | 'empty';

/** Names in the file to fields; `#3` names the third column. A name that is a field's own needs no entry. */
export type ColumnMapping = Readonly<Record<string, FieldName | 'ignore'>>;

/** Finds what a name in the file stands for; undefined when nothing says so. */
export type ColumnFinder = (name: string) => ColumnTarget | undefined;

/** The names under which a file's values stand, and the fields they stand for. */
export interface Layout {
  readonly names: readonly string[];
  readonly targets: readonly ColumnTarget[];
}

/** The keys an NDJSON file may use, in the order of the fields. */
export function keysOf(mapping: ColumnMapping = {}): Layout {
  const named = new Map(Object.entries(mapping).map(([name, target]) => [target, name]));
  return { names: fieldNames.map((field) => named.get(field) ?? field), targets: fieldNames };
}

/**
 * The configuration's word first, then the field's own name; the columns of a rejections file, and those that
 * are only joined into a field, are passed over.
 */
export function columnFinder(mapping: ColumnMapping = {}, joined: readonly string[] = []): ColumnFinder {
  const targets = new Map<string, ColumnTarget>([
    ...joined.map((name) => [name, 'ignore'] as const),
    ...fieldNames.map((field) => [field, field] as const),
    ...rejectionColumns.map((column) => [column, 'ignore'] as const),
    ...Object.entries(mapping),
  ]);
  return (name) => targets.get(name);
}

/** How the columns of a header are found. */
export interface HeaderColumns {
  readonly find: ColumnFinder;
  /** Fields that a file need not have, because every row is given them. */
  readonly given?: readonly FieldName[];
}

/**
 * Judges a CSV header and answers what each column stands for; one without a name must be empty in every row.
 * Throws `InputError` `header-duplicate`, `header-unknown` or `header-missing`.
 */
export function columnsOf(
  header: readonly string[],
  { find, given = [] }: HeaderColumns,
  line: number,
): readonly ColumnTarget[] {
  const targets = header.map((name, index) => find(`#${index + 1}`) ?? (name === '' ? 'empty' : find(name)));
  assertKnown(header, targets, line);
  assertOnce(header, targets, line);
  assertComplete(new Set([...targets, ...given]), line);
  return targets.map((target) => target ?? 'ignore');
}

function assertKnown(
  header: readonly string[],
  targets: readonly (ColumnTarget | undefined)[],
  line: number,
): void {
  const unknown = header.filter((_, index) => targets[index] === undefined);
  if (unknown.length === 0) return;
  const names =
    unknown
      .slice(0, 5)
      .map((name) => quoted(name))
      .join(', ') + (unknown.length > 5 ? ` and ${unknown.length - 5} more` : '');
  const isKnown = (name: string): boolean => targets[header.indexOf(name)] !== undefined;
  throw new InputError(
    'header-unknown',
    {
      message: `The header names what is no field: ${names}`,
      hint: `Map each to a field or to "ignore"; ready to paste, corrected where it is wrong:\n${columnsBlock(header, isKnown)}`,
    },
    { line },
  );
}

function assertOnce(
  header: readonly string[],
  targets: readonly (ColumnTarget | undefined)[],
  line: number,
): void {
  const seen = new Map<string, number>();
  for (const [index, target] of targets.entries()) {
    if (target === 'empty') continue;
    const key = target === undefined || target === 'ignore' ? ` ${header[index]}` : target;
    const first = seen.get(key);
    if (first !== undefined) {
      throw new InputError(
        'header-duplicate',
        {
          message: `Columns ${first + 1} and ${index + 1} both stand for ${quoted(key.trim())}`,
          hint: 'Keep one of them, or map the other one to "ignore"',
        },
        { line },
      );
    }
    seen.set(key, index);
  }
}

function assertComplete(present: ReadonlySet<string | undefined>, line: number): void {
  const missing = requiredFields.filter(
    (ways) => !ways.some((fields) => fields.every((field) => present.has(field))),
  );
  if (missing.length === 0) return;
  const names = missing.map((ways) => ways.map((fields) => fields.join(' and ')).join(', or ')).join('; ');
  throw new InputError(
    'header-missing',
    {
      message: `The header lacks: ${names}`,
      hint: 'Add the columns, map the names they have in this file (input.columns), or give every row a value: input.defaults: { language: en }',
    },
    { line },
  );
}
