import { expiryFormatOf, fieldNames, type FieldName } from '@enrollkit/enrollment';
import { conversions, type ConversionName } from '@enrollkit/pipeline';
import { z } from 'zod';
import { command } from './command-schema.ts';

const field = z.enum(fieldNames);
const target = z.enum([...fieldNames, 'ignore']);
const places = z
  .string()
  .regex(/^[1-9]\d{0,4}(?:-[1-9]\d{0,4})?$/, 'must be places in the line from 1, as from-to: 11-20');
const names = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value),
  z.array(z.string()).min(1),
);

const conversionNames = Object.keys(conversions) as [ConversionName, ...ConversionName[]];
const partial = <Value extends z.ZodType>(value: Value) =>
  z.partialRecord(field, value) as z.ZodType<Partial<Record<FieldName, z.infer<Value>>>>;

/** The section `input`: how a file is written. What is left out is found by itself where it is certain. */
export const inputSchema = z
  .strictObject({
    format: z.enum(['csv', 'ndjson', 'fixed']).optional(),
    encoding: z.string().min(1).optional(),
    delimiter: z.string().min(1).max(8).optional(),
    /** Names in the file, or `#3` for the third column, to fields, or to `ignore`. */
    columns: z.record(z.string(), target).default({}),
    /** The columns of a file that has no header. */
    header: names.optional(),
    skipFirst: z.number().int().min(0).max(1000).optional(),
    comment: z.string().min(1).max(8).optional(),
    trailer: z
      .strictObject({
        starts: z.coerce.string().min(1),
        count: z.union([z.number().int().min(1), places]).optional(),
        extra: z.number().int().min(0).max(100).optional(),
      })
      .optional(),
    layout: partial(places).optional(),
    recordLength: z.number().int().min(1).max(100_000).optional(),
    open: command.optional(),
    expiry: z
      .string()
      .refine(
        (value) => expiryFormatOf(value) !== undefined,
        'must be made of YYYY or YY, MM, DD and -/. or be date: YYMM, DD.MM.YYYY',
      )
      .optional(),
    mobile: z.enum(['international', 'national']).optional(),
    defaults: partial(z.coerce.string()).optional(),
    join: partial(names).optional(),
    convert: partial(
      z.preprocess(
        (value) => (typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value),
        z.array(z.enum(conversionNames)).min(1),
      ),
    ).optional(),
    accountRanges: z
      .preprocess(
        (value) =>
          typeof value === 'string' || typeof value === 'number' ? String(value).split(',') : value,
        z
          .array(
            z.coerce
              .string()
              .regex(
                /^\s*\d{1,11}(?:\s*-\s*\d{1,11})?\s*$/,
                'must be first digits, alone or as from-to: 5204, 222100-272099',
              ),
          )
          .min(1),
      )
      .optional(),
    sidecar: z.enum(['md5', 'sha256', 'ctl']).optional(),
    expectRows: z.number().int().min(0).optional(),
    expectDigest: z
      .string()
      .regex(/^(?:[\da-fA-F]{64}|[\da-fA-F]{32})$/, 'must be a SHA-256 or MD5 in hex')
      .optional(),
  })
  .prefault({});
