import { expiryFormatOf, type FieldName, type MobileForm } from '@enrollkit/enrollment';
import { inRanges, type AccountRange, type ValidationSettings } from '@enrollkit/enrollment/validation';
import type { ColumnMapping } from './columns.ts';
import type { ConversionSettings } from './convert.ts';
import type { FixedLayout } from './fixed.ts';
import type { InputFormat } from './format.ts';
import type { TrailerSettings } from './trailer.ts';

/** How the bytes of an input become UTF-8 text. */
export interface DecodingSettings {
  /**
   * A label of the WHATWG Encoding Standard, or `IBM037`, `IBM500`, `IBM1047`; default: UTF-8, or what a byte
   * order mark says.
   */
  readonly encoding?: string;
  /** Bytes of a record, in a file whose records have no line ends; default: found by the layout. */
  readonly recordLength?: number;
  /** Fixed width: the places of each field. */
  readonly layout?: FixedLayout;
  /**
   * A program and its arguments; it is given the path as its last one and writes the input to its standard
   * output.
   */
  readonly open?: readonly string[];
}

/** How an input is to be read; everything in it is part of what makes an intake. */
export interface ReadingSettings extends DecodingSettings, ConversionSettings {
  /** Default: by the file's name, else by its first bytes. */
  readonly format?: InputFormat;
  /** One character or more; default: found in the header. CSV only. */
  readonly delimiter?: string;
  /** Names in the file to fields; `#3` is the third column whatever its name. */
  readonly columns?: ColumnMapping;
  /** The names of the columns of a file that has no header. CSV only. */
  readonly header?: readonly string[];
  /** Lines before the header (or the first row) that are passed over. */
  readonly skipFirst?: number;
  /** Lines that begin so are passed over. */
  readonly comment?: string;
  /** The last line of a complete file. */
  readonly trailer?: TrailerSettings;
  /** How expiries are written: `YYMM`, `DD.MM.YYYY`, `date`; default: the forms that are certain. */
  readonly expiry?: string;
  /** How mobile numbers are written; default: `international`. */
  readonly mobile?: MobileForm;
  /**
   * First digits of the card numbers that are taken, each alone or as `from-to`; default: what belongs to the
   * network.
   */
  readonly accountRanges?: readonly string[];
  /** Whether published test numbers are rejected. */
  readonly rejectsTestNumbers?: boolean;
}

/** What the settings say of how rows are judged. */
export function validationOf(reading: ReadingSettings): ValidationSettings {
  const { expiry, mobile, accountRanges, rejectsTestNumbers } = reading;
  const format = expiry === undefined ? undefined : expiryFormatOf(expiry);
  return {
    ...(format && { expiry: format }),
    ...(mobile && { mobile }),
    ...(accountRanges && { isEnrolled: inRanges(accountRanges.map(rangeOf)) }),
    ...(rejectsTestNumbers !== undefined && { rejectsTestNumbers }),
  };
}

function rangeOf(text: string): AccountRange {
  const [from = '', to = from] = text.split('-').map((part) => part.trim());
  return { from, to };
}

/** Every setting that decides how a row is read and judged, as one text: equal texts read a file alike. */
export function readingText(
  { format, delimiter }: { readonly format: string; readonly delimiter: string | undefined },
  reading: ReadingSettings,
): unknown[] {
  const { format: _format, delimiter: _delimiter, columns = {}, ...others } = reading;
  const more = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const base = [format, delimiter, Object.entries(columns).sort()];
  return more.length === 0 ? base : [...base, more];
}

/** The fields that a file need not have, because every row is given them. */
export function givenFields({ defaults = {}, join = {} }: ConversionSettings): readonly FieldName[] {
  return [...Object.keys(defaults), ...Object.keys(join)] as FieldName[];
}
