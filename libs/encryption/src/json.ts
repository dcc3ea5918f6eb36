import { NumberUnsafeError, PlaintextNotJsonError } from './errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** An integer of sixteen digits or more that stands outside of a string: the smallest unsafe one has sixteen. */
const MAYBE_LARGE = /(?:^|[[:,])\s*-?\d{16}/;

/**
 * Parses the JSON in a plaintext. Integers that a number would change are refused, or given as text or BigInt. Throws
 * `PlaintextNotJsonError` and `NumberUnsafeError`.
 */
export function parseJson(bytes: Uint8Array, largeIntegers: 'refuse' | 'string' | 'bigint'): unknown {
  const text = textOf(bytes);
  if (!MAYBE_LARGE.test(text)) return parsed(text);
  return parsed(text, (value, source) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(source)) return value;
    if (largeIntegers === 'refuse') throw new NumberUnsafeError();
    return largeIntegers === 'string' ? source : BigInt(source);
  });
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new PlaintextNotJsonError();
  }
}

function parsed(text: string, convert?: (value: unknown, source: string) => unknown): unknown {
  try {
    if (convert === undefined) return JSON.parse(text);
    // The third argument (ES2025) is the number as it was written; the library's types do not have it yet.
    const reviver = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
      convert(value, context?.source ?? '');
    return JSON.parse(text, reviver);
  } catch (error) {
    throw error instanceof NumberUnsafeError ? error : new PlaintextNotJsonError();
  }
}
