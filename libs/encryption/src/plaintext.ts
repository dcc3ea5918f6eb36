import { PlaintextUnsealableError } from './errors.ts';

const encoder = new TextEncoder();

/** The exact bytes that stand for a plaintext. Throws `PlaintextUnsealableError`. */
export function plaintextBytes(plaintext: unknown): Uint8Array {
  if (plaintext instanceof Uint8Array) return plaintext;
  if (typeof plaintext !== 'string') return jsonBytes(plaintext);
  if (!plaintext.isWellFormed())
    throw new PlaintextUnsealableError('The string holds half a surrogate pair, which UTF-8 cannot carry');
  return encoder.encode(plaintext);
}

/** The JSON text of a value, in UTF-8. Throws `PlaintextUnsealableError`. */
export function jsonBytes(value: unknown): Uint8Array {
  const unfit = unfitFor(value);
  if (unfit !== undefined)
    throw new PlaintextUnsealableError(
      `Found ${unfit}; a plaintext is a JSON value, a string or a Uint8Array`,
    );
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // What a toJSON of the caller throws may quote the data, so it is not kept as a cause.
    throw new PlaintextUnsealableError(
      'The value cannot be written as JSON: it holds a BigInt, refers to itself, or its toJSON throws',
    );
  }
  if (text === undefined)
    throw new PlaintextUnsealableError('The value has no JSON text: its toJSON returns nothing');
  return encoder.encode(text);
}

/** What JSON.stringify would quietly turn into nothing, `null` or `{}`. */
function unfitFor(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol')
    return `${typeof value}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number that JSON does not have';
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'toJSON' in value)
    return undefined;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === 'Object' ? undefined : `a ${tag}`;
}
