import { fieldNames, requiredFields, type FieldName } from '@enrollkit/enrollment';
import { InputError } from './errors.ts';
import { rejectionColumns } from '../../rejections/columns.ts';
import { quoted } from '@enrollkit/base';

/** What a header or key stands for; `ignore` for a column that is not ours. */
export type ColumnTarget = FieldName | 'ignore';

/** Names in the file to fields. A name that is a field's own needs no entry. */
export type ColumnMapping = Readonly<Record<string, ColumnTarget>>;

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

/** The configuration's word first, then the field's own name; the columns of a rejections file are passed over. */
export function columnFinder(mapping: ColumnMapping = {}): ColumnFinder {
  const targets = new Map<string, ColumnTarget>([
    ...fieldNames.map((field) => [field, field] as const),
    ...rejectionColumns.map((column) => [column, 'ignore'] as const),
    ...Object.entries(mapping),
  ]);
  return (name) => targets.get(name);
}

/**
 * Judges a CSV header and answers what each column stands for. Throws `InputError` `header-empty`, `header-duplicate`,
 * `header-unknown` or `header-missing`.
 */
export function columnsOf(
  header: readonly string[],
  find: ColumnFinder,
  line: number,
): readonly ColumnTarget[] {
  const targets = header.map((name, index) => {
    if (name === '') {
      throw new InputError(
        'header-empty',
        { message: `Column ${index + 1} has no name`, hint: 'Name it, or remove the column' },
        { line },
      );
    }
    return find(name);
  });
  assertKnown(header, targets, line);
  assertOnce(header, targets, line);
  assertComplete(new Set(targets), line);
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
  const meant = unknown.map(likeField).find((field) => field !== undefined);
  throw new InputError(
    'header-unknown',
    {
      message: `The header names what is no field: ${names}`,
      hint: meant
        ? `Did you mean ${meant}? Else map the column in the configuration, to a field or to "ignore"`
        : 'Map the column in the configuration, to a field or to "ignore"',
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
      hint: 'Add the columns, or map the names they have in this file in the configuration',
    },
    { line },
  );
}

/** The field a name was probably meant to be: the same letters and digits in another case or with other signs between. */
function likeField(name: string): FieldName | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return fieldNames.find((field) => plain(field) === plain(name));
}
