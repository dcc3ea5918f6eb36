import { fastFormats } from 'ajv-formats/dist/formats.js';

/**
 * The formats that are judged: those that are one regular expression, which needs no code at run time.
 * `int32` becomes bounds. Any other format is documentation.
 */
export const formats: Readonly<Record<string, RegExp>> = Object.fromEntries(
  Object.entries(fastFormats).flatMap(([name, format]) => {
    const test: unknown = typeof format === 'object' && 'validate' in format ? format.validate : format;
    return test instanceof RegExp ? [[name, test]] : [];
  }),
);
