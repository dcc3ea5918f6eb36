import type { FieldName, RawRecord } from '@enrollkit/enrollment';

/** What a value can be turned into before it is judged: a closed table. */
export const conversions = {
  /** Without zeros in front. */
  trimZeros: (value) => value.replace(/^\s*0+(?=.)/, ''),
  upperCase: (value) => value.toUpperCase(),
  lowerCase: (value) => value.toLowerCase(),
  /** Without anything but digits 0 to 9. */
  digits: (value) => value.replace(/[^0-9]/g, ''),
  /** White space of any length as one space, none at the ends. */
  squeeze: (value) => value.replace(/\s+/g, ' ').trim(),
  /** Without an apostrophe in front or the `="..."` around it, by which a spreadsheet keeps text. */
  textMark: (value) => value.replace(/^'|^="(.*)"$/, '$1'),
} as const satisfies Record<string, (value: string) => string>;

/** A key of the table. */
export type ConversionName = keyof typeof conversions;

/** What is done to the values of a row between reading and judging it. */
export interface ConversionSettings {
  /** Values of fields that the file does not have, or leaves empty. */
  readonly defaults?: Readonly<Partial<Record<FieldName, string>>>;
  /** Fields made of several columns, with a space between them. */
  readonly join?: Readonly<Partial<Record<FieldName, readonly string[]>>>;
  /** What is done to the value of a field, in order. */
  readonly convert?: Readonly<Partial<Record<FieldName, readonly ConversionName[]>>>;
}

/** Reads a value by the name of its column or key. */
export type ValueOf = (name: string) => string | undefined;

/** Turns a row as read into a row to be judged. */
export type RowConverter = (raw: RawRecord, valueOf: ValueOf) => RawRecord;

/** Compiles the settings; undefined when there is nothing to do. */
export function rowConverter({
  defaults = {},
  join = {},
  convert = {},
}: ConversionSettings): RowConverter | undefined {
  const joins = Object.entries(join) as [FieldName, readonly string[]][];
  const steps = Object.entries(convert) as [FieldName, readonly ConversionName[]][];
  const values = Object.entries(defaults) as [FieldName, string][];
  if (joins.length + steps.length + values.length === 0) return undefined;
  return (raw, valueOf) => {
    const row: { [Name in FieldName]?: string | undefined } = { ...raw };
    for (const [field, names] of joins) row[field] = joined(names, valueOf);
    for (const [field, names] of steps)
      for (const name of names) row[field] = row[field] && conversions[name](row[field]);
    for (const [field, value] of values) if ((row[field] ?? '').trim() === '') row[field] = value;
    return row;
  };
}

function joined(names: readonly string[], valueOf: ValueOf): string {
  return names
    .map((name) => valueOf(name)?.trim() ?? '')
    .filter((part) => part !== '')
    .join(' ');
}
